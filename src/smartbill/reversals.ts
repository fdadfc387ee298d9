import { RejectedError, TransientError, UncertainError } from '../core/errors.ts'
import type { DocumentKind } from '../core/ids.ts'
import type { Account } from '../core/settings.ts'
import type { Grant } from './budget.ts'
import type { Client } from './client.ts'
import { saysNotFound, saysNotInvoiced } from './refusals.ts'
import { EstimateInvoices } from './wire.ts'

/** A document by its name. */
export type Numbered = { series: string; number: string }

/** Documents undone, and what became of proformas. */
export function createReversalCalls(client: Client) {
  const query = (account: Account, { series, number }: Numbered) => ({
    cif: account.cif,
    seriesname: series,
    number,
  })
  return {
    /**
     * POST /invoice/reverse, once. The answer names the storno, unless its number is missing or repeats the original's:
     * then the number is '' and must be looked for.
     */
    async storno(account: Account, grant: Grant, original: Numbered): Promise<Numbered> {
      const answer = await client.write(account, grant, {
        path: '/invoice/reverse',
        body: {
          companyVatCode: account.cif,
          seriesName: original.series,
          number: original.number,
        },
      })
      if (answer.shape !== 'envelope')
        throw new UncertainError('SmartBill accepted /invoice/reverse in no documented form', '')
      const { series, number } = answer.body
      const known = /^\d+$/.test(number) && Number(number) !== Number(original.number)
      return { series: series || original.series, number: known ? number : '' }
    },

    /** PUT /invoice/cancel or /estimate/cancel: may be repeated. */
    async cancel(account: Account, grant: Grant, kind: DocumentKind, named: Numbered) {
      await client.write(account, grant, {
        path: `/${kind}/cancel`,
        method: 'PUT',
        query: query(account, named),
      })
    },

    /** DELETE /invoice, once: its number is free afterwards, and a repeat would delete whatever has it then. */
    async remove(account: Account, grant: Grant, named: Numbered) {
      await client.write(account, grant, {
        path: '/invoice',
        method: 'DELETE',
        query: query(account, named),
      })
    },

    /** GET /estimate/invoices: the invoices made of a proforma, drafts without a number; undefined without proforma. */
    async invoicesOf(account: Account, estimate: Numbered): Promise<Numbered[] | undefined> {
      try {
        const answer = await client.read(account, {
          path: '/estimate/invoices',
          query: query(account, estimate),
        })
        if (answer.shape !== 'envelope')
          throw new TransientError('GET /estimate/invoices answered without a list')
        return EstimateInvoices.parse(answer.body).invoices.map(({ series, number }) => ({
          series,
          number,
        }))
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error
        if (saysNotInvoiced(error.refusal.said)) return []
        if (saysNotFound(error.refusal.said)) return undefined
        throw error
      }
    },
  }
}
