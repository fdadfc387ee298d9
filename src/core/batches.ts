/** Does some work on each, so many at a time, and keeps the order; `at` hears how many are done. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
  at: (done: number) => void = () => {},
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))))
    at(results.length)
  }
  return results
}
