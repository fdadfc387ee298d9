import { extractText, getDocumentProxy } from 'unpdf'
import type { DocumentDraft, DocumentLine, VatTable } from '../core/document.ts'
import { RejectedError, TransientError, UncertainError } from '../core/errors.ts'
import type { DocumentKind } from '../core/ids.ts'
import { exact, text } from '../core/money.ts'
import type { Account } from '../core/settings.ts'
import type { Grant } from './budget.ts'
import type { Client } from './client.ts'
import { saysNotFound, saysNotVatPayer } from './refusals.ts'
import { PaymentStatus, SeriesList, TaxList } from './wire.ts'

const SERIES_TYPE = { invoice: 'f', estimate: 'p' } as const satisfies Record<DocumentKind, string>

/**
 * Invoices and proformas: issue one, and everything that can be read about them. Reads of low `usual` priority give way
 * to everybody else's.
 */
export function createDocumentCalls(client: Client, usual: 'high' | 'low' = 'high') {
  async function pdfOf(
    account: Account,
    kind: DocumentKind,
    series: string,
    number: string,
    priority: 'high' | 'low',
  ): Promise<Buffer | 'missing' | 'unreadable'> {
    try {
      const answer = await client.read(
        account,
        {
          path: `/${kind}/pdf`,
          query: { cif: account.cif, seriesname: series, number },
          accept: 'application/octet-stream',
        },
        priority,
      )
      return answer.shape === 'pdf' ? answer.bytes : 'missing'
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error
      return saysNotFound(error.refusal.said) ? 'missing' : 'unreadable'
    }
  }
  return {
    /**
     * POST /invoice/v2 or /estimate/v2, once. Anything but the documented success (a number, unless it is a draft) is
     * an UncertainError.
     */
    async issue(account: Account, grant: Grant, draft: DocumentDraft) {
      const path = `/${draft.kind}/v2`
      const answer = await client
        .write(account, grant, { path, body: payload(draft) })
        .catch((error: unknown) => {
          throw draft.payment === null ? error : perhapsIssued(error)
        })
      const uncertain = (what: string) =>
        new UncertainError(
          `SmartBill accepted ${path} but ${what}`,
          `HTTP ${answer.status} without ${what}`,
        )
      if (answer.shape !== 'envelope') throw uncertain('not in the documented form')
      const { number, series, documentId, documentUrl, documentViewUrl } = answer.body
      if (!draft.isDraft && (number === '' || series === '')) throw uncertain('named no number')
      return {
        series: series || draft.series,
        number: draft.isDraft ? '' : number,
        documentId,
        url: documentUrl,
        viewUrl: documentViewUrl,
        paid: draft.payment?.value ?? '',
      }
    },

    /** GET /series: the next number of each series of this kind. */
    async series(
      account: Account,
      kind: DocumentKind,
    ): Promise<{ name: string; nextNumber: number }[]> {
      const answer = await client.read(
        account,
        { path: '/series', query: { cif: account.cif } },
        usual,
      )
      if (answer.shape !== 'envelope')
        throw new TransientError('GET /series answered without a list')
      const { list } = SeriesList.parse(answer.body)
      return list.filter(({ type }) => type === SERIES_TYPE[kind])
    },

    /** GET /tax: the account's VAT rates by their names. */
    async vat(account: Account): Promise<VatTable> {
      try {
        const answer = await client.read(
          account,
          { path: '/tax', query: { cif: account.cif } },
          usual,
        )
        if (answer.shape !== 'envelope') throw new TransientError('GET /tax answered without rates')
        const { taxes } = TaxList.parse(answer.body)
        return { kind: 'payer', rates: taxes.map(({ name, percentage }) => ({ name, percentage })) }
      } catch (error) {
        if (error instanceof RejectedError && saysNotVatPayer(error.refusal.said))
          return { kind: 'not-payer' }
        throw error
      }
    },

    /**
     * The text of a document's PDF. `missing`: there is no such number (for an invoice SmartBill answers that with the
     * HTML of a 502, which a short outage looks like too: ask `paid` before believing it).
     */
    async pdfText(
      account: Account,
      kind: DocumentKind,
      series: string,
      number: string,
    ): Promise<
      { status: 'read'; text: string } | { status: 'missing' } | { status: 'unreadable' }
    > {
      const answer = await pdfOf(account, kind, series, number, usual)
      if (typeof answer === 'string') return { status: answer }
      try {
        const pdf = await getDocumentProxy(new Uint8Array(answer), { verbosity: 0 })
        const { text } = await extractText(pdf, { mergePages: true })
        return { status: 'read', text }
      } catch {
        // Whatever the reader stumbled on, the file proves nothing.
        return { status: 'unreadable' }
      }
    },

    /** A document's PDF; `missing` as for `pdfText`. */
    pdf: (
      account: Account,
      document: { kind: DocumentKind; series: string; number: string },
      priority: 'high' | 'low',
    ) => pdfOf(account, document.kind, document.series, document.number, priority),

    /** GET /invoice/paymentstatus, amounts as decimal text; undefined when there is no such invoice. */
    async paymentStatus(account: Account, series: string, number: string) {
      try {
        const answer = await client.read(
          account,
          {
            path: '/invoice/paymentstatus',
            query: { cif: account.cif, seriesname: series, number },
          },
          usual,
        )
        if (answer.shape !== 'envelope')
          throw new TransientError('GET /invoice/paymentstatus answered without amounts')
        const status = PaymentStatus.parse(answer.body)
        return {
          total: text(exact(status.invoiceTotalAmount)),
          paid: text(exact(status.paidAmount)),
          unpaid: text(exact(status.unpaidAmount)),
        }
      } catch (error) {
        if (error instanceof RejectedError && saysNotFound(error.refusal.said)) return undefined
        throw error
      }
    },
  }
}

/**
 * SmartBill records a payment after it has issued the document: a refusal with status 200 that is about the payment, or
 * that nobody knows, does not prove that there is no document.
 */
function perhapsIssued(error: unknown): unknown {
  if (!(error instanceof RejectedError) || error.status !== 200) return error
  const { refusal } = error
  if (refusal.code !== 'payment' && refusal.code !== 'refused') return error
  return new UncertainError('SmartBill refused the payment or the document', refusal.said, {
    cause: error,
    refusal,
  })
}

/** A document in the words of POST /invoice/v2. Only documented fields: an unknown one is refused. */
export function payload(draft: DocumentDraft): object {
  const { kind } = draft
  return {
    companyVatCode: draft.companyVatCode,
    seriesName: draft.series,
    issueDate: draft.issueDate,
    ...(draft.dueDate === null ? {} : { dueDate: draft.dueDate }),
    ...(draft.deliveryDate === undefined ? {} : { deliveryDate: draft.deliveryDate }),
    isDraft: draft.isDraft,
    currency: draft.currency,
    ...(draft.exchangeRate === null ? {} : { exchangeRate: Number(draft.exchangeRate) }),
    language: draft.language,
    precision: draft.precision,
    mentions: draft.mentions,
    ...(draft.observations === '' ? {} : { observations: draft.observations }),
    ...(kind === 'invoice' ? { useStock: draft.useStock } : {}),
    ...(draft.useIntraCif ? { useIntraCif: true } : {}),
    // With zeros SmartBill prints the note "TVA la incasare" alone; without them it refuses.
    ...(draft.vatOnCollection && kind === 'invoice'
      ? { usePaymentTax: true, paymentBase: 0, colectedTax: 0, paymentTotal: 0 }
      : {}),
    ...(draft.fromEstimate === undefined
      ? ownContent(draft)
      : {
          useEstimateDetails: true,
          estimate: {
            seriesName: draft.fromEstimate.series,
            number: draft.fromEstimate.number,
            useStock: draft.useStock,
          },
        }),
    ...(draft.payment === null || kind === 'estimate'
      ? {}
      : {
          payment: {
            value: Number(draft.payment.value),
            type: draft.payment.type,
            isCash: draft.payment.isCash,
          },
        }),
  }
}

function ownContent({ client, lines, currency }: DocumentDraft): object {
  return {
    client: {
      name: client.name,
      vatCode: client.vatCode,
      isTaxPayer: client.isTaxPayer,
      ...filled({
        regCom: client.regCom,
        address: client.address,
        city: client.city,
        county: client.county,
        email: client.email,
        phone: client.phone,
        bank: client.bank,
        iban: client.iban,
      }),
      country: client.country,
      saveToDb: client.saveToDb,
    },
    products: lines.map((line) => linePayload(line, currency)),
  }
}

function linePayload(line: DocumentLine, currency: string): object {
  const common = {
    name: line.name,
    measuringUnitName: line.unit,
    currency,
    ...(line.vat === null
      ? {}
      : {
          isTaxIncluded: line.isTaxIncluded,
          taxName: line.vat.name,
          taxPercentage: Number(line.vat.percentage),
        }),
  }
  if (line.type === 'discount') {
    return {
      ...common,
      isDiscount: true,
      numberOfItems: 1,
      discountType: 1,
      discountValue: Number(line.value),
    }
  }
  return {
    ...common,
    ...filled({ code: line.code, warehouseName: line.warehouse }),
    quantity: Number(line.quantity),
    price: Number(line.price),
    isService: line.isService,
    saveToDb: line.saveToDb,
  }
}

const filled = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
