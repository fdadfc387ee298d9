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
      if (attempt.total.eq(total)) {
        const lines = attempt.lines()
        if (lines !== null && grossOf(lines, manner.precision).eq(total))
          return { kind: 'lines', lines }
      }
      if (failure?.kind !== 'differs') failure = { kind: 'differs', total: attempt.total }
    }
  }
  return failure ?? { kind: 'differs', total: ZERO }
}

/** One way to show the items: what it comes to, and its lines, which take more work. */
type Attempt = { total: Exact; lines: () => DocumentLine[] | null }

function attempts(
  items: readonly Item[],
  offs: readonly Exact[],
  reading: Reading,
  manner: Manner,
): Attempt[] {
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
  // `toTarget` gives its target exactly, so what these come to is known before their lines are.
  const withTargets = (targets: readonly Exact[]): Attempt => ({
    total: sum(targets),
    lines: () => items.flatMap((item, at) => withTarget(item, at, targets[at] ?? ZERO)),
  })

  const shown = items.map((item, at) => {
    const target = round(worths[at] ?? ZERO)
    const off = item.discount.plus(offAt(at))
    const lines = reading.cutsAreFinal
      ? null
      : asShown(item, off, mannerOf(item, offAt(at), manner))
    const gross = lines === null ? target : grossOf(lines, manner.precision)
    const right = lines !== null && (item.total === null || gross.eq(target))
    return right ? { lines, gross } : { lines: null, gross: target }
  })
  const asTheShopDoes: Attempt = {
    total: sum(shown.map(({ gross }) => gross)),
    lines: () => {
      const all = items.flatMap((item, at) => {
        const { lines = null, gross = ZERO } = shown[at] ?? {}
        return lines ?? withTarget(item, at, gross)
      })
      return sameInBoth(all, manner.precision) ? all : null
    },
  }
  return [
    asTheShopDoes,
    withTargets(shown.map(({ gross }) => round(gross))),
    withTargets(worths.map((worth) => round(worth))),
    withTargets(roundedByRate(items, worths)),
    withTargets(toBani(worths, round(sum(worths)))),
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
