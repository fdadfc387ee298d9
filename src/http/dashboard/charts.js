// Draws the figures of a page; the table beside them says the same to whoever has no scripts.
const drawn = new Set()

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

function optionsOf({ kind, lang, time, series }, width) {
  const format = (parts) =>
    new Intl.DateTimeFormat(lang === 'ro' ? 'ro-RO' : 'en-GB', {
      timeZone: 'Europe/Bucharest',
      ...parts,
    })
  const hour = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = format({ day: 'numeric', month: 'short' })
  const number = new Intl.NumberFormat(lang === 'ro' ? 'ro-RO' : 'en-GB')
  const inks = [colour('--brand'), colour('--warn')]
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  const show = (_chart, value) =>
    value === null || value === undefined ? '–' : number.format(value)
  return {
    width,
    height: 200,
    padding: [12, 8, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      {
        ...axis,
        space: 64,
        values: (_chart, ticks, _axis, _space, step) =>
          ticks.map((tick) => (step >= 86_400 ? day : hour).format(tick * 1000)),
      },
      { ...axis, size: 44, values: (_chart, ticks) => ticks.map((tick) => number.format(tick)) },
    ],
    series: [
      {
        label: time,
        value: (_chart, at) =>
          at === null ? '–' : `${day.format(at * 1000)}, ${hour.format(at * 1000)}`,
      },
      ...series.map(({ name }, i) => ({
        label: name,
        value: show,
        stroke: inks[i],
        width: 2,
        ...(kind === 'bars'
          ? {
              fill: inks[i],
              width: 0,
              paths: uPlot.paths.bars({ size: [0.8, 24] }),
              points: { show: false },
            }
          : { spanGaps: false, points: { show: true, size: 4, fill: inks[i] } }),
      })),
    ],
  }
}

function draw() {
  for (const chart of drawn) {
    if (chart.figure.isConnected) continue
    chart.plot.destroy()
    drawn.delete(chart)
  }
  for (const figure of document.querySelectorAll('[data-chart]')) {
    if ([...drawn].some((chart) => chart.figure === figure)) continue
    const data = JSON.parse(figure.dataset.chart)
    figure.hidden = false
    const place = figure.querySelector('.plot')
    const plot = new uPlot(
      optionsOf(data, place.clientWidth),
      [data.x, ...data.series.map(({ y }) => y)],
      place,
    )
    drawn.add({ figure, plot, data })
  }
}

function redraw() {
  for (const { plot } of drawn) plot.destroy()
  drawn.clear()
  draw()
}

let waiting
addEventListener('resize', () => {
  clearTimeout(waiting)
  waiting = setTimeout(redraw, 150)
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
document.addEventListener('parts-changed', draw)
for (const details of document.querySelectorAll('#charts details')) details.open = false
draw()
