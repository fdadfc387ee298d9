// Keeps the parts of a page fresh: by a stream while the page is seen, by asking now and then where there is none.
const whole = document.querySelector('[data-stream]')
const ASK_MS = 5000
const RETRY_MS = 60_000
let source
let asking

function put(text) {
  const holder = document.createElement('template')
  holder.innerHTML = text
  for (const part of holder.content.querySelectorAll('[id]')) {
    const there = part.parentNode === holder.content && document.getElementById(part.id)
    if (!there) continue
    // Whoever reads the table keeps it as it was opened.
    const open = there.querySelector('details')?.open
    htmx.swap(there, part.outerHTML, { swapStyle: 'outerHTML' })
    const details = document.getElementById(part.id)?.querySelector('details')
    if (details && open !== undefined) details.open = open
  }
  document.dispatchEvent(new Event('parts-changed'))
}

function count(counts) {
  for (const [name, n] of Object.entries(counts)) {
    for (const badge of document.querySelectorAll(`[data-count="${name}"]`)) {
      badge.textContent = n > 999 ? '999+' : String(n)
      badge.hidden = n === 0
    }
  }
}

async function ask() {
  if (document.hidden) return
  try {
    const headers = { 'hx-request': 'true', 'hx-trigger': 'live' }
    const answer = await fetch(whole.dataset.asks, { headers })
    if (answer.status === 401) location.reload()
    if (answer.ok) put(await answer.text())
  } catch {
    // The network or the server is away: the time below the figures says how old they are.
  }
}

function follow() {
  if (document.hidden || source) return
  source = new EventSource(whole.dataset.stream)
  source.addEventListener('part', (event) => put(event.data))
  source.addEventListener('counts', (event) => count(JSON.parse(event.data)))
  source.addEventListener('over', () => location.reload())
  source.addEventListener('open', () => {
    clearInterval(asking)
    asking = undefined
  })
  source.addEventListener('error', () => {
    asking ??= setInterval(ask, ASK_MS)
    if (source?.readyState !== EventSource.CLOSED) return
    source = undefined
    setTimeout(follow, RETRY_MS)
  })
}

function leave() {
  source?.close()
  source = undefined
}

if (whole) {
  // A browser has few connections to one server: those that nobody looks at are given back.
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : follow()))
  addEventListener('pagehide', leave)
  addEventListener('pageshow', follow)
  follow()
}
