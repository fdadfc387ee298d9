import { UncertainError } from '../core/errors.ts'
import type { Account, PaymentType } from '../core/settings.ts'
import type { CivilDate } from '../core/time.ts'
import type { Grant } from './budget.ts'
import type { Client } from './client.ts'

/** Money that was received for one invoice; `value` is decimal text in the invoice's currency. */
export type Collection = {
  series: string
  number: string
  type: PaymentType
  value: string
  date: CivilDate
  isCash: boolean
  /** The series of receipts; only a `Chitanta` has one. */
  receiptSeries?: string | undefined
}

/** Money received for invoices. */
export function createPaymentCalls(client: Client) {
  return {
    /**
     * POST /payment, once, for one invoice, with the client taken from it. Only a receipt (Chitanta) has a number of its
     * own; of the others SmartBill keeps no name by which they could be found.
     */
    async record(account: Account, grant: Grant, collection: Collection) {
      const { series, number, type, value, date, isCash, receiptSeries } = collection
      const answer = await client.write(account, grant, {
        path: '/payment',
        body: {
          companyVatCode: account.cif,
          type,
          value: Number(value),
          issueDate: date,
          isCash,
          useInvoiceDetails: true,
          invoicesList: [{ seriesName: series, number }],
          ...(type === 'Chitanta' ? { seriesName: receiptSeries } : {}),
        },
      })
      if (answer.shape !== 'envelope')
        throw new UncertainError('SmartBill accepted /payment but not in the documented form', '')
      return { receiptSeries: answer.body.series, receiptNumber: answer.body.number }
    },
  }
}
