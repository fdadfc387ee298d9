import { type CutTooLarge, cutShares } from './cuts.ts'
import type { DocumentLine } from './document.ts'
import type { Cut, Item } from './lines.ts'
import { type Exact, ZERO, exact, round, sum } from './money.ts'
import { type Manner, asShown, grossOf, toTarget } from './pricing.ts'
import { type Reading, grossFactor, worthOf } from './reading.ts'
import { toBani } from './shares.ts'
import { sameInBoth } from './totals.ts'

export type Layout =
  | { kind: 'lines'; lines: DocumentLine[] }
  | { kind: 'differs'; total: Exact }
  | CutTooLarge

/**
 * The lines of a document whose total, by SmartBill's arithmetic, is `total`. Shops round in different places, so
 * several ways are tried, the shop's own presentation first; when none gives the total there are no lines.
 */
export function layOut(
  { items, cuts }: { items: readonly Item[]; cuts: readonly Cut[] },
  { total, readings }: { total: Exact; readings: readonly Reading[] },
  manner: Manner,
): Layout {
  let failure: Exclude<Layout, { kind: 'lines' }> | undefined
  for (const reading of readings) {
    const shares = cutShares(items, cuts, reading)
    if (shares.kind === 'cut-too-large') {
      failure ??= shares
      continue
    }
    for (const attempt of attempts(items, shares.offs, reading, manner)) {
      const lines = attempt()
      if (lines === null) continue
      const gross = grossOf(lines, manner.precision)
      if (gross.eq(total)) return { kind: 'lines', lines }
      if (failure?.kind !== 'differs') failure = { kind: 'differs', total: gross }
    }
  }
  return failure ?? { kind: 'differs', total: ZERO }
}

function attempts(
  items: readonly Item[],
  offs: readonly Exact[],
  reading: Reading,
  manner: Manner,
): (() => DocumentLine[] | null)[] {
  const offAt = (at: number): Exact => offs[at] ?? ZERO
  const worths = items.map((item, at) => worthOf(item, offAt(at), reading))

  const withTarget = (item: Item, at: number, target: Exact): DocumentLine[] => {
    const factor = reading.pricesAreFinal ? exact('1') : grossFactor(item)
    const cut = reading.cutsAreFinal ? offAt(at) : offAt(at).times(grossFactor(item))
    const off = item.discount.times(factor).plus(cut)
    // A price with VAT that we compute is ours to round; one that the shop shows is not.
    const price = reading.pricesAreFinal ? item.price : round(item.price.times(factor))
    return toTarget(item, { price, off, target }, mannerOf(item, offAt(at), manner))
  }
  const withTargets = (targets: readonly Exact[]): DocumentLine[] =>
    items.flatMap((item, at) => withTarget(item, at, targets[at] ?? ZERO))

  const shown = items.map((item, at): DocumentLine[] => {
    const target = round(worths[at] ?? ZERO)
    const off = item.discount.plus(offAt(at))
    const lines = reading.cutsAreFinal
      ? null
      : asShown(item, off, mannerOf(item, offAt(at), manner))
    const right =
      lines !== null && (item.total === null || grossOf(lines, manner.precision).eq(target))
    return right ? lines : withTarget(item, at, target)
  })
  const perLine = worths.map((worth) => round(worth))
  return [
    () => (sameInBoth(shown.flat(), manner.precision) ? shown.flat() : null),
    () => withTargets(shown.map((lines) => round(grossOf(lines, manner.precision)))),
    () => withTargets(perLine),
    () => withTargets(roundedByRate(items, worths)),
    () => withTargets(toBani(worths, round(sum(worths)))),
  ]
}

/** Names the discount line by what makes it up: the line's own discount, the order's, or both. */
const mannerOf = (item: Item, share: Exact, manner: Manner): Manner => {
  const { own, whole } = manner.discountNames
  const parts = [item.discount.gt(ZERO) ? own : '', share.gt(ZERO) ? whole : '']
  const name = parts.filter((part) => part !== '').join(' + ')
  return { ...manner, discountNames: { own: name || own, whole } }
}

/** Rounded once per VAT rate, as many shops do. */
function roundedByRate(items: readonly Item[], worths: readonly Exact[]): Exact[] {
  const targets = worths.map(() => ZERO)
  for (const rate of new Set(items.map((item) => item.rate))) {
    const indexes = items.flatMap((item, at) => (item.rate === rate ? [at] : []))
    const group = indexes.map((at) => worths[at] ?? ZERO)
    toBani(group, round(sum(group))).forEach((target, position) => {
      targets[indexes[position] ?? 0] = target
    })
  }
  return targets
}
