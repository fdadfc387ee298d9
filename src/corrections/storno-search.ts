import { z } from 'zod'
import type { App } from '../app.ts'
import { exact } from '../core/money.ts'
import type { Account } from '../core/settings.ts'
import { readNumber } from '../series-watch.ts'
import { isLikelyStornoOf, isStornoOf } from '../core/storno-text.ts'
import type { Numbered } from '../smartbill/reversals.ts'

/** Numbers are given again when a document was deleted: so many below the floor are looked at too. */
const REUSED = 5

/** How far a look has come: every number from `from` down to `to` was asked for, those of `unread` in vain. */
export const Looked = z.object({ from: z.number(), to: z.number(), unread: z.array(z.number()) })
export type Looked = z.infer<typeof Looked>

/**
 * Looks for the storno of an invoice: the number of its series, above the highest one that was known before, whose PDF
 * is a storno that names the original. `complete`: every number that could be it was read. A look that is cut short, by
 * the call limit for one, goes on where it was: `keep` is told how far it came. `again`: what could not be read is asked
 * for once more.
 */
export async function findStorno(
  { ledger, smartbill, markerOf }: Pick<App, 'ledger' | 'smartbill' | 'markerOf'>,
  account: Account,
  original: Numbered & { total: string; key: Parameters<App['markerOf']>[0] },
  floor: number,
  { looked, again, keep }: { looked?: Looked | undefined; again: boolean; keep: Keep },
): Promise<{ number: string; complete: boolean }> {
  const ref = { account: account.id, kind: 'invoice' as const, series: original.series }
  const { printing } = await ledger.series.known(ref)
  const list = await smartbill.documents.series(account, 'invoice')
  const next = list.find(({ name }) => name === original.series)?.nextNumber ?? 1
  const bottom = Math.max(Number(original.number), floor - REUSED)
  // Where the newest were deleted, their numbers are given again.
  const before = looked !== undefined && looked.from < next ? looked : nothingOf(next)
  let { from, to } = before
  const unread = new Set(before.unread)

  async function look(number: number): Promise<'unreadable' | 'another' | { number: string }> {
    // What another document or act of ours has is known to be no storno of this one.
    if ((await ledger.series.explained(ref, number))?.includes('~')) return 'another'
    const seen = await readNumber({ smartbill }, account, ref, number, printing)
    if (seen.status === 'unreadable') return 'unreadable'
    if (seen.status !== 'read') return 'another'
    if (seen.markers.some((marker) => marker !== markerOf(original.key))) return 'another'
    if (isStornoOf(seen.text, original)) return { number: seen.printed }
    if (!isLikelyStornoOf(seen.text, original)) return 'another'
    const status = await smartbill.documents.paymentStatus(account, original.series, seen.printed)
    const same = status !== undefined && exact(status.total).abs().eq(exact(original.total).abs())
    return same ? { number: seen.printed } : 'another'
  }

  let isFound = false
  try {
    for (const number of open(before, { next, bottom, again })) {
      const seen = await look(number)
      if (typeof seen === 'object') {
        isFound = true
        return { ...seen, complete: true }
      }
      if (seen === 'unreadable') unread.add(number)
      else unread.delete(number)
      from = Math.max(from, number)
      to = Math.min(to, number)
    }
  } finally {
    const now = { from, to, unread: [...unread].toSorted((a, b) => a - b) }
    if (!isFound && JSON.stringify(now) !== JSON.stringify(before)) await keep(now)
  }
  return { number: '', complete: unread.size === 0 }
}

type Keep = (looked: Looked) => Promise<unknown>

const nothingOf = (next: number): Looked => ({ from: next - 1, to: next, unread: [] })

/** The numbers still to be asked for: what is new, what is below, and what could not be read. */
function* open(
  { from, to, unread }: Looked,
  { next, bottom, again }: { next: number; bottom: number; again: boolean },
): Generator<number> {
  for (let number = from + 1; number < next; number++) yield number
  for (let number = to - 1; number > bottom; number--) yield number
  if (again) yield* unread
}
