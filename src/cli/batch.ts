/** The orders in a file: one JSON order, a JSON list of them, or one per line (NDJSON). `at` names each for the reader. */
export function ordersIn(source: string): { at: string; body: string }[] {
  const text = source.replace(/^\uFEFF/, '')
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch {
    return text.split('\n').flatMap((line, index) => {
      const body = line.trim()
      return body === '' ? [] : [{ at: `line ${index + 1}`, body }]
    })
  }
  if (!Array.isArray(whole)) return [{ at: 'the order', body: text }]
  return whole.map((order: unknown, index) => ({
    at: `order ${index + 1}`,
    body: JSON.stringify(order),
  }))
}
