/** One line of the result. `pass` is absent where there is no target. */
export type Figure = {
  name: string
  what: string
  value: number
  unit: string
  target?: { atLeast: number } | { atMost: number }
  detail: string
}

export const passes = ({ value, target }: Figure): boolean | undefined =>
  target === undefined
    ? undefined
    : 'atLeast' in target
      ? value >= target.atLeast
      : value <= target.atMost

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
    : (sorted[Math.floor(middle)] ?? 0)
}

export const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))
/** The median, and the range of all. */
export const spread = (values: readonly number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`

export function asLine(figure: Figure): string {
  const { name, what, value, unit, target, detail } = figure
  const pass = passes(figure)
  const goal =
    target === undefined ? '' : 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`
  const mark = pass === undefined ? ' ' : pass ? '✓' : '✗'
  const shown = `${value}${unit === '' ? '' : ` ${unit}`}`
  return `${mark} ${name.padEnd(10)} ${what.padEnd(58)} ${shown.padStart(12)}  ${goal.padEnd(8)}  ${detail}`
}
