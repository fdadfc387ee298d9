import { z } from 'zod'
import type { App } from '../app.ts'
import { RejectedError, ThrottledError, TransientError } from '../core/errors.ts'
import { DocumentKey, partsOf } from '../core/ids.ts'
import { exact } from '../core/money.ts'
import type { Account, Shop } from '../core/settings.ts'
import { didNotHappen } from '../did-not-happen.ts'
import { readNumber } from '../series-watch.ts'

const Signed = z.strictObject({
  /** Which document is meant; may be left out while only one of the order is in doubt. */
  document: DocumentKey.optional(),
  who: z.string().trim().min(1).max(100),
  reason: z.string().trim().min(3).max(500),
})
export const Verdict = z.discriminatedUnion('answer', [
  Signed.extend({
    answer: z.literal('issued'),
    /** As printed; '' only for a draft, which has none. */
    number: z.string().regex(/^\d{0,15}$/, 'the number without its series, like "0123"'),
  }),
  Signed.extend({ answer: z.literal('not-issued') }),
])
export type Verdict = z.infer<typeof Verdict>

type LedgerDocument = NonNullable<Awaited<ReturnType<App['ledger']['documents']['get']>>>
type Words = { code: string; en: string; ro: string }
export type Decided =
  | { status: 'decided'; key: DocumentKey; state: 'issued' | 'due'; series: string; number: string }
  | { status: 'refused'; words: Words }
  /** SmartBill cannot be asked now. */
  | { status: 'unavailable'; words: Words }

/**
 * A person says what became of a document that nobody can tell about. "issued" counts only as far as SmartBill bears it
 * out; "not-issued" only after the grace period, and the document is looked for once more before it is sent again.
 */
export async function decideByHand(
  app: App,
  { shop, documents }: { shop: Shop; documents: readonly DocumentKey[] },
  verdict: Verdict,
): Promise<Decided> {
  const { ledger } = app
  const account = await ledger.registry.account(shop.account)
  if (account === undefined) throw new Error(`account ${shop.account} is not known`)
  const asked = verdict.document === undefined ? documents : [verdict.document]
  const doubtful: { key: DocumentKey; document: LedgerDocument }[] = []
  let found = ''
  for (const key of asked.filter((name) => documents.includes(name))) {
    let document = await ledger.documents.get(account.id, key)
    if (document?.state === 'attempting' && document.leaseUntil <= app.now()) {
      await ledger.documents.claim(account.id, key) // its worker is gone: this makes it uncertain
      document = await ledger.documents.get(account.id, key)
    }
    if (document !== undefined && isInDoubt(document)) doubtful.push({ key, document })
    else if (document !== undefined) found = document.state
  }
  const [only, second] = doubtful
  if (only === undefined) return refused(words.notUncertain(found))
  if (second !== undefined) return refused(words.which(doubtful.map(({ key }) => key)))
  try {
    return verdict.answer === 'issued'
      ? await adopt(app, account, only.key, only.document, verdict)
      : await giveBack(app, account, only.key, only.document, verdict)
  } catch (error) {
    if (error instanceof RejectedError) return refused(words.smartbill(error))
    if (error instanceof ThrottledError || error instanceof TransientError)
      return { status: 'unavailable', words: words.unavailable(error.message) }
    throw error
  }
}

const isInDoubt = ({ state, reasons }: LedgerDocument): boolean =>
  state === 'uncertain' ||
  (state === 'held' && (reasons ?? []).some(({ code }) => code === 'uncertain-draft'))

async function adopt(
  app: App,
  account: Account,
  key: DocumentKey,
  document: LedgerDocument,
  verdict: Extract<Verdict, { answer: 'issued' }>,
): Promise<Decided> {
  const { ledger, smartbill } = app
  const { kind } = partsOf(key)
  const ref = { account: account.id, kind, series: document.series }
  const isDraft = document.draft === '1'
  if (verdict.number === '' && !isDraft) return refused(words.numberMissing)

  let printed = verdict.number
  let evidence = "the person's word"
  let status: { total: string; paid: string } | undefined
  if (printed !== '') {
    const number = Number.parseInt(printed, 10)
    const owner = await ledger.series.explained(ref, number)
    const other = DocumentKey.safeParse(owner)
    if (other.success && other.data !== key)
      return refused(words.otherDocument(printed, other.data))
    const { printing } = await ledger.series.known(ref)
    const seen = await readNumber(app, account, ref, number, printing)
    if (seen.status === 'read') {
      printed = seen.printed
      if (!seen.markers.includes(app.markerOf(key))) {
        const known = await Promise.all(
          seen.markers.map((marker) => ledger.series.documentOf(account.id, marker)),
        )
        const stranger = known.find((name) => name !== undefined) ?? seen.markers.join(', ')
        return refused(
          stranger === '' ? words.noMarker(printed) : words.otherDocument(printed, stranger),
        )
      }
      evidence = 'its marker is printed on it'
    }
    if (kind === 'invoice') {
      status = await smartbill.documents.paymentStatus(account, ref.series, printed)
      if (status === undefined) return refused(words.noSuchNumber(ref.series, printed))
      if (seen.status !== 'read') {
        if (!exact(status.total).eq(exact(document.total)))
          return refused(words.otherTotal(printed, status.total, document.total))
        evidence = 'its total is the same; its PDF cannot be read'
      }
    } else if (seen.status === 'gone') return refused(words.noSuchNumber(ref.series, printed))
  }
  const now = await ledger.documents.get(account.id, key)
  if (now === undefined || (!isInDoubt(now) && now.number !== printed))
    return refused(words.notUncertain(now?.state ?? ''))
  await ledger.documents.issued(
    account.id,
    key,
    verdict.who,
    {
      series: document.series,
      number: printed,
      documentId: '',
      url: '',
      viewUrl: '',
      paid: status?.paid ?? '',
    },
    {
      total: status?.total ?? document.total,
      currency: document.currency,
      note: { by: 'hand', reason: verdict.reason, evidence },
    },
  )
  return { status: 'decided', key, state: 'issued', series: document.series, number: printed }
}

async function giveBack(
  app: App,
  account: Account,
  key: DocumentKey,
  document: LedgerDocument,
  { who, reason }: Verdict,
): Promise<Decided> {
  const { ledger, config, now } = app
  const graceEnds = document.sentAt + config.smartbill.graceMs
  if (now() < graceEnds) return refused(words.tooEarly(graceEnds - now()))
  const ref = { account: account.id, kind: partsOf(key).kind, series: document.series }
  await ledger.series.expectLate(ref, document.floor)
  const from = document.state === 'held' ? 'held' : 'uncertain'
  const facts = { by: 'hand', why: 'a person says that it was not issued', reason }
  if (!(await didNotHappen(app, account.id, key, document, { tries: 0, facts, who, from }))) {
    const after = await ledger.documents.get(account.id, key)
    return refused(words.notUncertain(after?.state ?? ''))
  }
  return { status: 'decided', key, state: 'due', series: document.series, number: '' }
}

const refused = (why: Words): Decided => ({ status: 'refused', words: why })

const words = {
  notUncertain: (state: string): Words => ({
    code: 'not-uncertain',
    en: `There is nothing to decide: no such document of this order is uncertain${state === '' ? '' : ` (it is ${state})`}.`,
    ro: `Nu este nimic de hotărât: comanda nu are un astfel de document cu soartă necunoscută${state === '' ? '' : ` (starea lui: ${state})`}.`,
  }),
  which: (keys: readonly string[]): Words => ({
    code: 'which-document',
    en: `document: several documents of this order are uncertain; name one of ${keys.join(', ')}.`,
    ro: `document: mai multe documente ale comenzii au soarta necunoscută; alegeți unul dintre ${keys.join(', ')}.`,
  }),
  numberMissing: {
    code: 'number-missing',
    en: 'number: give the number as printed on the document; only a draft has none.',
    ro: 'number: scrieți numărul tipărit pe document; doar o ciornă nu are număr.',
  },
  noSuchNumber: (series: string, number: string): Words => ({
    code: 'no-such-number',
    en: `number: SmartBill has no document ${series}${number}. Check the series and the number.`,
    ro: `number: SmartBill nu are documentul ${series}${number}. Verificați seria și numărul.`,
  }),
  otherDocument: (number: string, other: string): Words => ({
    code: 'other-document',
    en: `number: ${number} belongs to another document (${other}).`,
    ro: `number: ${number} aparține altui document (${other}).`,
  }),
  noMarker: (number: string): Words => ({
    code: 'no-marker',
    en: `number: the document ${number} can be read and does not carry the marker of this order, so it was not sent for it.`,
    ro: `number: documentul ${number} se poate citi și nu poartă marcajul acestei comenzi, deci nu a fost trimis pentru ea.`,
  }),
  otherTotal: (number: string, found: string, wanted: string): Words => ({
    code: 'other-total',
    en: `number: the document ${number} has a total of ${found}; this order's is ${wanted}.`,
    ro: `number: documentul ${number} are totalul ${found}; cel al comenzii este ${wanted}.`,
  }),
  tooEarly: (ms: number): Words => ({
    code: 'too-early',
    en: `SmartBill may still issue it; say so again in ${Math.ceil(ms / 1000)} s.`,
    ro: `SmartBill îl mai poate emite; reveniți peste ${Math.ceil(ms / 1000)} s.`,
  }),
  smartbill: ({ refusal }: RejectedError): Words => ({
    code: refusal.code,
    en: refusal.en,
    ro: refusal.ro,
  }),
  unavailable: (why: string): Words => ({
    code: 'smartbill-unavailable',
    en: `SmartBill cannot be asked now (${why}). Nothing was changed; try again shortly.`,
    ro: `SmartBill nu poate fi întrebat acum (${why}). Nu s-a schimbat nimic; încercați din nou în scurt timp.`,
  }),
}
