import type { App } from '../app.ts'
import { isOver, newestOf } from '../core/corrections-wanted.ts'
import { SentDocument } from '../core/correction.ts'
import type { Decision, DocumentDraft } from '../core/document.ts'
import { moneyPrint } from '../core/edits.ts'
import { partsOf, type DocumentKey } from '../core/ids.ts'
import { exact } from '../core/money.ts'
import type { Order } from '../core/order.ts'
import type { Account, Settings } from '../core/settings.ts'
import { documentsOf } from '../follow-up.ts'
import type { Numbered } from '../smartbill/reversals.ts'

type NamedEstimate = NonNullable<DocumentDraft['fromEstimate']>
type Needs = Pick<App, 'ledger' | 'smartbill'>

/** Whether orders of this shop may have a proforma before their invoice. */
export const usesEstimates = ({ document, rules }: Settings): boolean =>
  document === 'estimate' || rules.some((rule) => rule.set.document === 'estimate')

/** The settings for an invoice that follows a proforma: it has a series of its own. */
export const asInvoice = (settings: Settings): Settings =>
  settings.document === 'estimate'
    ? { ...settings, document: 'invoice', series: settings.invoiceSeries }
    : settings

export const invoiceSeriesMissing: Extract<Decision, { kind: 'hold' }> = {
  kind: 'hold',
  reasons: [
    {
      code: 'invoice-series-missing',
      field: 'settings.invoiceSeries',
      ro: 'Comanda este plătită și are proformă, dar magazinul nu are o serie pentru facturi (invoiceSeries). Alegeți în setări o serie de facturi care există în SmartBill, apoi reluați.',
      en: 'The order is paid and has a proforma, but the shop has no series for invoices (invoiceSeries). Choose in the settings a series of invoices that exists in SmartBill, then replay.',
    },
  ],
}

/** The invoice as one made of the order's proforma, where that one says the same; else as it is, with a note. */
export async function madeOfEstimate(
  { ledger }: Needs,
  account: Account,
  key: DocumentKey,
  order: Order,
  draft: DocumentDraft,
): Promise<DocumentDraft> {
  const documents = await documentsOf(ledger, account.id, partsOf(key).order)
  // A proforma is made into an invoice once; what comes after its storno is made of the order.
  const isFirst = !documents.some((one) => one.key !== key && one.kind === 'invoice' && isOver(one))
  const estimate = newestOf('estimate', documents)
  if (!isFirst || estimate?.state !== 'issued' || estimate.number === '' || estimate.gone === true)
    return draft
  const { series, number, total, currency, print } = estimate
  const same =
    currency === draft.currency &&
    exact(total || '0').eq(exact(draft.total)) &&
    print === moneyPrint(order)
  return same
    ? { ...draft, fromEstimate: { key: estimate.key, series, number } }
    : {
        ...draft,
        notes: [
          ...(draft.notes ?? []),
          `not made of proforma ${series}${number}: the order changed`,
        ],
      }
}

/** The invoice that was made of a proforma, by us or by a person in SmartBill. A draft has no number. */
async function invoiceMadeOf(
  { smartbill }: Needs,
  account: Account,
  estimate: Numbered,
): Promise<(Numbered & { total: string; paid: string }) | 'draft' | undefined> {
  const invoices = (await smartbill.reversals.invoicesOf(account, estimate)) ?? []
  const made = invoices.find(({ number }) => number !== '')
  if (made === undefined) return invoices.length === 0 ? undefined : 'draft'
  const status = await smartbill.documents.paymentStatus(account, made.series, made.number)
  return { ...made, total: status?.total ?? '', paid: status?.paid ?? '' }
}

/** Records the invoice that SmartBill has of the proforma which the document was, or was to be, made of. */
export async function adoptFromEstimate(
  app: Needs,
  account: Account,
  key: DocumentKey,
  estimate: NamedEstimate,
): Promise<string | undefined> {
  const made = await invoiceMadeOf(app, account, estimate)
  if (made === undefined || made === 'draft') return made
  const { series, number, total, paid } = made
  await app.ledger.documents.issued(
    account.id,
    key,
    'proforma',
    { series, number, documentId: '', url: '', viewUrl: '', paid },
    {
      ...(total === '' ? {} : { total }),
      fromEstimate: estimate.key,
      note: { why: `SmartBill has it of proforma ${estimate.series}${estimate.number}` },
    },
  )
  return `${series}${number}`
}

/** The proforma that the last attempt made its document of, if it did. */
export async function estimateSentFor(
  { ledger }: Pick<App, 'ledger'>,
  account: Account,
  key: DocumentKey,
): Promise<NamedEstimate | undefined> {
  if (partsOf(key).kind !== 'invoice') return undefined
  const sent = SentDocument.safeParse(await ledger.documents.sent(account.id, key))
  return sent.success ? sent.data.fromEstimate : undefined
}

export const draftOfEstimate = ({ series, number }: Numbered) => ({
  code: 'estimate-has-draft',
  field: 'document',
  ro: `În SmartBill există deja o ciornă de factură făcută din proforma ${series}${number}. Finalizați-o sau ștergeți-o acolo, apoi reluați.`,
  en: `SmartBill already has a draft invoice made of proforma ${series}${number}. Finish it or delete it there, then replay.`,
})
