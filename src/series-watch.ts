import type { App } from './app.ts'
import { RejectedError, ThrottledError } from './core/errors.ts'
import { markersIn, type DocumentKey } from './core/ids.ts'
import type { SeriesRef } from './ledger/series.ts'
import type { Account } from './core/settings.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'now' | 'log' | 'markerOf'>

/** SmartBill pads numbers to the width set for the series; four digits unless it showed another. */
const USUAL_WIDTH = 4
const OTHER_WIDTHS = [4, 1, 5, 6, 3, 2, 7, 8]
/** How far down the top of a series is read again to notice deleted and reused numbers. */
const TOP_CHECKS = 5

/**
 * Explains every number of a series that nobody has explained: ours (adopted by the marker on its PDF), somebody
 * else's, or gone. Returns whether nothing is left open as of a look that began at `since` or later; a recent enough
 * look by another worker serves too. `top`: read the highest numbers again even if they are explained, because a
 * deleted number can be taken by another document.
 */
export async function watchSeries(
  app: Needs,
  account: Account,
  ref: SeriesRef,
  since: number,
  top = false,
): Promise<{ complete: boolean }> {
  const { lookedAt } = await app.ledger.series.known(ref)
  if (!top && lookedAt > 0 && lookedAt >= since) return { complete: true }
  const result = await app.ledger.series.alone(ref, () => look(app, account, ref, top))
  if (result === undefined)
    throw new ThrottledError('another worker looks at the series', app.now() + 500)
  return result
}

async function look(
  app: Needs,
  account: Account,
  ref: SeriesRef,
  top: boolean,
): Promise<{ complete: boolean }> {
  const { ledger, smartbill, now, log } = app
  const startedAt = now()
  const known = await ledger.series.known(ref)
  const list = await smartbill.documents.series(account, ref.kind)
  const mine = list.find(({ name }) => name === ref.series)
  if (mine === undefined)
    throw unknownSeries(
      ref.series,
      list.map(({ name }) => name),
    )
  const highest = mine.nextNumber - 1
  const width = known.width ?? USUAL_WIDTH
  // Before the first look nothing on this series can be ours.
  const floor = known.high === undefined ? highest : known.floor
  const numbers: Record<string, 'foreign' | 'gone'> = {}
  const markers: Record<string, string> = {}
  let complete = true

  for (const number of await ledger.series.unexplained(ref, floor, highest)) {
    const seen = await readNumber(app, account, ref, number, width, known.width !== undefined)
    if (seen.status === 'unreadable') complete = false
    if (seen.status === 'gone') numbers[number] = 'gone'
    if (seen.status !== 'read') continue
    const owner = await adoptOwner(app, account, ref, seen)
    if (owner === 'nobody') numbers[number] = 'foreign'
    if (owner === 'forgotten')
      for (const marker of seen.markers) markers[marker] = `${seen.printed} ${ref.series}`
  }
  const lowest = top ? Math.max(0, highest - TOP_CHECKS) : highest
  for (let number = highest; number > lowest; number--) {
    const expected = await ledger.series.explained(ref, number)
    if (expected === null || expected === 'gone') continue
    const seen = await readNumber(app, account, ref, number, width, true)
    if (seen.status !== 'read') {
      complete = false
      break
    }
    if (expected !== 'foreign' && seen.markers.includes(app.markerOf(expected as DocumentKey)))
      break
    await adoptOwner(app, account, ref, seen)
  }
  const end = await ledger.series.finish(ref, {
    run: known.run,
    highest,
    startedAt,
    complete,
    numbers,
    markers,
  })
  if (end === 'shrunk')
    log.warn({ ...ref, highest }, 'documents of this series were deleted at SmartBill')
  return { complete }
}

type Seen =
  | { status: 'read'; number: number; printed: string; markers: string[] }
  | { status: 'gone' | 'unreadable' }

/** Reads what is printed on a number. A guessed padding is never taken for proof that a number does not exist. */
async function readNumber(
  { smartbill }: Needs,
  account: Account,
  ref: SeriesRef,
  number: number,
  width: number,
  widthIsKnown: boolean,
): Promise<Seen> {
  const widths = widthIsKnown ? [width] : OTHER_WIDTHS
  const printings = [...new Set(widths.map((digits) => String(number).padStart(digits, '0')))]
  for (const printed of printings) {
    const pdf = await smartbill.documents.pdfText(account, ref.kind, ref.series, printed)
    if (pdf.status === 'read')
      return { status: 'read', number, printed, markers: markersIn(pdf.text) }
    if (pdf.status === 'unreadable') return { status: 'unreadable' }
    if (ref.kind === 'invoice') {
      const exists = await smartbill.documents.paymentStatus(account, ref.series, printed)
      if (exists !== undefined) return { status: 'unreadable' }
    }
  }
  return { status: widthIsKnown ? 'gone' : 'unreadable' }
}

/** Gives a number to the document whose marker it carries. */
async function adoptOwner(
  { ledger, smartbill, now, log }: Needs,
  account: Account,
  ref: SeriesRef,
  seen: Extract<Seen, { status: 'read' }>,
): Promise<'ours' | 'nobody' | 'forgotten'> {
  if (seen.markers.length === 0) return 'nobody'
  let owner: 'ours' | 'forgotten' = 'forgotten'
  for (const marker of seen.markers) {
    const key = await ledger.series.documentOf(account.id, marker)
    if (key === undefined) continue
    owner = 'ours'
    const document = await ledger.documents.get(account.id, key)
    // Its own worker is still listening for the answer that names this number.
    if (document?.state === 'attempting' && document.leaseUntil > now()) continue
    const status =
      ref.kind === 'invoice'
        ? await smartbill.documents.paymentStatus(account, ref.series, seen.printed)
        : undefined
    const result = await ledger.documents.issued(
      account.id,
      key,
      'series watch',
      {
        series: ref.series,
        number: seen.printed,
        documentId: '',
        url: '',
        viewUrl: '',
        paid: status?.paid ?? '',
      },
      status === undefined ? {} : { total: status.total },
    )
    const facts = { documentKey: key, series: ref.series, number: seen.printed }
    if (result.status === 'double') {
      log.error(
        { ...facts, other: result.other },
        'two documents for one order: reverse one of them',
      )
    } else if (result.status === 'issued') log.info(facts, 'document found by its marker')
  }
  return owner
}

const unknownSeries = (series: string, existing: string[]) =>
  new RejectedError({
    code: 'unknown-series',
    said: '',
    ro: `Seria „${series}” nu există în SmartBill (există: ${existing.join(', ') || 'niciuna'}). Creați-o sau alegeți alta în setările magazinului, apoi reluați.`,
    en: `Series "${series}" does not exist in SmartBill (it has: ${existing.join(', ') || 'none'}). Create it or choose another in the shop settings, then replay.`,
  })
