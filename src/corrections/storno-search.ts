import type { App } from '../app.ts'
import { exact } from '../core/money.ts'
import type { Account } from '../core/settings.ts'
import { readNumber } from '../series-watch.ts'
import { isLikelyStornoOf, isStornoOf } from '../core/storno-text.ts'
import type { Numbered } from '../smartbill/reversals.ts'

/** Numbers are given again when a document was deleted: so many below the floor are looked at too. */
const REUSED = 5

/**
 * Looks for the storno of an invoice: the number of its series, above the highest one that was known before, whose PDF
 * is a storno that names the original. `complete`: every number that could be it was read.
 */
export async function findStorno(
  { ledger, smartbill, markerOf }: Pick<App, 'ledger' | 'smartbill' | 'markerOf'>,
  account: Account,
  original: Numbered & { total: string; key: Parameters<App['markerOf']>[0] },
  floor: number,
): Promise<{ number: string; complete: boolean }> {
  const ref = { account: account.id, kind: 'invoice' as const, series: original.series }
  const { printing } = await ledger.series.known(ref)
  const list = await smartbill.documents.series(account, 'invoice')
  const next = list.find(({ name }) => name === original.series)?.nextNumber ?? 1
  let complete = true
  for (
    let number = next - 1;
    number > Math.max(Number(original.number), floor - REUSED);
    number--
  ) {
    // What another document or act of ours has is known to be no storno of this one.
    if ((await ledger.series.explained(ref, number))?.includes('~')) continue
    const seen = await readNumber({ smartbill }, account, ref, number, printing)
    if (seen.status === 'unreadable') complete = false
    if (seen.status !== 'read') continue
    if (seen.markers.some((marker) => marker !== markerOf(original.key))) continue
    if (isStornoOf(seen.text, original)) return { number: seen.printed, complete: true }
    if (!isLikelyStornoOf(seen.text, original)) continue
    const status = await smartbill.documents.paymentStatus(account, original.series, seen.printed)
    if (status !== undefined && exact(status.total).abs().eq(exact(original.total).abs()))
      return { number: seen.printed, complete: true }
  }
  return { number: '', complete }
}
