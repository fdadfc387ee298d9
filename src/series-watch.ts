import type { App } from './app.ts'
import { RejectedError, ThrottledError } from './core/errors.ts'
import { DocumentKey, markersIn, partsOf } from './core/ids.ts'
import { printingAfter, type Printing } from './core/printing.ts'
import type { SeriesRef } from './ledger/series.ts'
import type { Account } from './core/settings.ts'
import { isStornoOf } from './core/storno-text.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'now' | 'log' | 'markerOf'>

/** SmartBill pads numbers to the width set for the series, four digits unless set otherwise. */
const USUAL_WIDTHS = [4, 1, 5, 6, 3, 2, 7, 8]
/** How many numbers are read again, downwards, to notice that a document was deleted and its number reused. */
const REUSE_CHECKS = 5
/** So many numbers in a row without a marker of ours end the first look at a series. */
const FIRST_LOOK = 3

/**
 * Explains every number of a series that nobody has explained: ours (adopted by the marker on its PDF), somebody
 * else's, or gone. Returns whether nothing is left open as of a look that began at `since` or later; a recent enough
 * look by another worker serves too. `doubt`: the floor of an attempt whose document may have taken a number that was
 * explained already, because the document that had it was deleted.
 */
export async function watchSeries(
  app: Needs,
  account: Account,
  ref: SeriesRef,
  since: number,
  doubt?: number,
): Promise<{ complete: boolean }> {
  const known = await app.ledger.series.known(ref)
  const lookedAt =
    doubt === undefined ? known.lookedAt : known.doubt === doubt ? known.doubtLookedAt : 0
  // A look from the future was made before a clock was set back: it says nothing of what was sent since.
  const believed = since === 0 || lookedAt <= app.now()
  if (lookedAt > 0 && lookedAt >= since && believed) return { complete: true }
  const result = await app.ledger.series.alone(ref, () => look(app, account, ref, doubt))
  if (result === undefined)
    throw new ThrottledError('another worker looks at the series', app.now() + 500)
  return result
}

async function look(
  app: Needs,
  account: Account,
  ref: SeriesRef,
  doubt: number | undefined,
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
  const numbers: Record<string, 'foreign' | 'gone' | 'forgotten'> = {}
  const markers: Record<string, string> = {}
  let printing = known.printing
  let complete = true
  let ended = false

  async function explain(number: number): Promise<Seen> {
    const seen = await readNumber(app, account, ref, number, printing)
    if (seen.status === 'gone') numbers[number] = 'gone'
    if (seen.status !== 'read') return seen
    printing = printingAfter(printing, seen.printed)
    const owner = await adoptOwner(app, account, ref, seen)
    if (owner === 'nobody') numbers[number] = 'foreign'
    if (owner === 'forgotten') {
      numbers[number] = 'forgotten'
      for (const marker of seen.markers) markers[marker] = `${seen.printed} ${ref.series}`
    }
    return seen
  }

  /** A ledger that knows nothing of a series may have lost everything: what it issued is at the top. */
  async function firstLook(): Promise<void> {
    let strangers = 0
    for (let number = highest; number > 0 && strangers < FIRST_LOOK; number--) {
      const before = await ledger.series.explained(ref, number)
      if (before === 'forgotten') continue
      const seen = before === null ? await explain(number) : undefined
      strangers = seen?.status === 'read' && seen.markers.length > 0 ? 0 : strangers + 1
    }
  }

  /**
   * Reads numbers again that may have been given twice, from this one down, until one of ours is where we know it.
   * Those below it that we had deleted, or asked to be, are read all the same: it may have come after they were given.
   */
  async function checkReuse(from: number): Promise<void> {
    let settled = false
    for (let number = from; number > Math.max(0, from - REUSE_CHECKS); number--) {
      const before = numbers[number] ?? (await ledger.series.explained(ref, number))
      if (before === null) {
        if ((await explain(number)).status === 'unreadable') complete = false
        continue
      }
      const key = DocumentKey.safeParse(before).data
      if (settled && !(await wasDeleted(key))) continue
      const seen = await readNumber(app, account, ref, number, printing)
      if (seen.status === 'unreadable') complete = false
      if (seen.status !== 'read') continue
      if (key !== undefined && seen.markers.includes(app.markerOf(key))) settled = true
      else await adoptOwner(app, account, ref, seen)
    }
  }

  async function wasDeleted(key: DocumentKey | undefined): Promise<boolean> {
    const document = key === undefined ? undefined : await ledger.documents.get(account.id, key)
    return document !== undefined && document.gone !== ''
  }

  try {
    if (known.high === undefined) await firstLook()
    else {
      const floor = Math.min(known.floor, doubt ?? Infinity)
      for (const number of await ledger.series.unexplained(ref, floor, highest)) {
        const seen = await explain(number)
        if (seen.status === 'unreadable') complete = false
      }
    }
    if (doubt !== undefined) {
      await checkReuse(highest)
      if (doubt < highest) await checkReuse(doubt)
    }
    ended = true
  } finally {
    // What was read is kept even if the look is cut short, by the call limit for one: the next look goes on from there.
    const end = await ledger.series.finish(ref, {
      run: known.run,
      highest,
      startedAt,
      complete: ended && complete,
      ...(doubt === undefined ? {} : { doubt }),
      numbers,
      markers,
      printing,
    })
    if (end === 'shrunk')
      log.warn({ ...ref, highest }, 'documents of this series were deleted at SmartBill')
  }
  return { complete }
}

type Seen =
  | { status: 'read'; number: number; printed: string; markers: string[]; text: string }
  | { status: 'gone' | 'unreadable' }

/** How a number may be printed. A number printed without leading zeros says only that the width is not larger. */
function printingsOf(number: number, printing: Printing | undefined): string[] {
  const plain = String(number)
  const widths =
    printing === undefined
      ? USUAL_WIDTHS
      : printing.padded
        ? [printing.width]
        : Array.from({ length: printing.width }, (_, i) => i + 1)
  return [...new Set(widths.map((width) => plain.padStart(width, '0')))]
}

/** Reads what is printed on a number. A guessed padding is never taken for proof that a number does not exist. */
export async function readNumber(
  { smartbill }: Pick<App, 'smartbill'>,
  account: Account,
  ref: SeriesRef,
  number: number,
  printing: Printing | undefined,
): Promise<Seen> {
  for (const printed of printingsOf(number, printing)) {
    const pdf = await smartbill.documents.pdfText(account, ref.kind, ref.series, printed)
    if (pdf.status === 'read') {
      const markers = markersIn(pdf.text)
      const legible = markers.length > 0 || names(pdf.text, ref.series, printed)
      return legible
        ? { status: 'read', number, printed, markers, text: pdf.text }
        : { status: 'unreadable' }
    }
    if (pdf.status === 'unreadable') return { status: 'unreadable' }
    if (ref.kind === 'invoice') {
      const exists = await smartbill.documents.paymentStatus(account, ref.series, printed)
      if (exists !== undefined) return { status: 'unreadable' }
    }
  }
  return { status: printing === undefined ? 'unreadable' : 'gone' }
}

/** Whether the text is really that of this document: a picture of a document has none, and proves nothing. */
function names(text: string, series: string, printed: string): boolean {
  const packed = text.replaceAll(/\s+/g, '').toLowerCase()
  return (
    packed.includes(printed) && (!/^[\w-]+$/.test(series) || packed.includes(series.toLowerCase()))
  )
}

/** Gives a number to the document whose marker it carries. */
async function adoptOwner(
  { ledger, smartbill, now, log }: Needs,
  account: Account,
  ref: SeriesRef,
  seen: Extract<Seen, { status: 'read' }>,
): Promise<'ours' | 'nobody' | 'forgotten'> {
  if (seen.markers.length === 0) return 'nobody'
  let owner: 'ours' | 'nobody' | 'forgotten' = 'forgotten'
  for (const marker of seen.markers) {
    const key = await ledger.series.documentOf(account.id, marker)
    if (key === undefined) continue
    // Mentions are copied when a person makes an invoice of a proforma at SmartBill: it is not what we sent.
    if (partsOf(key).kind !== ref.kind) {
      owner = 'nobody'
      continue
    }
    const document = await ledger.documents.get(account.id, key)
    // Mentions may be copied onto a storno, too: it takes the document back, it is not a second one.
    if (
      document !== undefined &&
      document.number !== '' &&
      document.number !== seen.printed &&
      isStornoOf(seen.text, document)
    ) {
      owner = 'nobody'
      continue
    }
    owner = 'ours'
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
    if (result.owner !== '' && result.status !== 'again') {
      log.error(
        { ...facts, owner: result.owner },
        'the number of another document: it was probably deleted at SmartBill',
      )
    }
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
