import { z } from 'zod'
import type { App } from '../app.ts'
import { ReversalWish } from '../core/corrections-wanted.ts'
import { UncertainError } from '../core/errors.ts'
import { partsOf } from '../core/ids.ts'
import { reversalWays, type ReversalWay, type Settings } from '../core/settings.ts'
import type { subjectOf } from '../follow-up.ts'
import type { Act, DocumentChange } from '../ledger/acts.ts'
import { readNumber } from '../series-watch.ts'
import { Looked } from './storno-search.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'markerOf'>
export type Subject = Awaited<ReturnType<typeof subjectOf>>

/** What an attempt has noted: which way it went, and the highest number of the series that was known. */
export const Before = z.object({
  by: z.enum(reversalWays),
  floor: z.number().default(0),
  /** SmartBill said that the storno exists: its number is looked for, nothing is sent again. */
  exists: z.boolean().default(false),
  /** How far the look for its number has come. */
  looked: Looked.optional(),
})
export type Before = z.infer<typeof Before>

/** What stands at the document's number now, by the marker that is printed on it. */
export async function isStillOurs(
  app: Needs,
  { account, document }: Subject,
  key: Subject['key'],
): Promise<'ours' | 'another' | 'gone' | 'unknown'> {
  const { series, number } = document
  const status = await app.smartbill.documents.paymentStatus(account, series, number)
  if (status === undefined) return 'gone'
  const ref = { account: account.id, kind: 'invoice' as const, series }
  const { printing } = await app.ledger.series.known(ref)
  const seen = await readNumber(app, account, ref, Number(number), printing)
  if (seen.status !== 'read') return 'unknown'
  return seen.markers.includes(app.markerOf(key)) ? 'ours' : 'another'
}

/** One request. Answers the storno's number, '' where there is none. */
export async function requestReversal(
  { smartbill }: Pick<Needs, 'smartbill'>,
  { account, document }: Subject,
  grant: Awaited<ReturnType<App['smartbill']['admit']>>,
  by: ReversalWay,
): Promise<string> {
  switch (by) {
    case 'storno': {
      const { number } = await smartbill.reversals.storno(account, grant, document)
      if (number === '') throw new UncertainError('SmartBill named no number of the storno', '')
      return number
    }
    case 'cancel':
      await smartbill.reversals.cancel(account, grant, 'invoice', document)
      return ''
    case 'delete-if-last':
      await smartbill.reversals.remove(account, grant, document)
      return ''
  }
}

/** What a finished reversal leaves behind: the document's state, and the storno's number or the number that is free. */
export function outcomeOf(
  by: ReversalWay,
  { series, number }: Subject['document'],
  storno: string,
): { result: object; document: DocumentChange; lookAgain: true } {
  const from: DocumentChange['from'] = ['issued', 'reversing']
  switch (by) {
    case 'storno':
      return {
        result: { by, series, number: storno },
        document: {
          state: 'reversed',
          from,
          fields: { gone: '' },
          ...(storno === '' ? {} : { number: { series, number: storno } }),
        },
        lookAgain: true,
      }
    case 'cancel':
      // SmartBill takes the collections off a cancelled invoice.
      return {
        result: { by },
        document: { state: 'cancelled', from, fields: { paid: '0.00', gone: '' } },
        lookAgain: true,
      }
    case 'delete-if-last':
      return {
        result: { by },
        document: {
          state: 'cancelled',
          from,
          fields: { paid: '0.00', gone: '1' },
          freed: { series, number },
        },
        lookAgain: true,
      }
  }
}

/**
 * What a reversal comes to that a person says is done: it leaves behind what its worker would have, as far as that is
 * known. A document that does not stand any more is left as it is.
 */
export function reversalSaidDone(
  act: Pick<Act, 'wish' | 'before'>,
  { key, document }: Pick<Subject, 'key' | 'document'>,
  settings: Settings,
): { result: object; document?: DocumentChange } {
  const { result, document: change } = outcomeOf(wayTaken(act, key, settings), document, '')
  const stands = document.state === 'issued' || document.state === 'reversing'
  return stands ? { result, document: change } : { result }
}

function wayTaken(
  { wish, before }: Pick<Act, 'wish' | 'before'>,
  key: Subject['key'],
  settings: Settings,
): ReversalWay {
  if (partsOf(key).kind === 'estimate') return 'cancel'
  const sent = Before.safeParse(before).data?.by
  if (sent !== undefined) return sent
  const way = ReversalWish.safeParse(wish).data?.by ?? settings.reverseBy
  // Nobody knows that it was the last of its series: its number is not given away.
  return way === 'delete-if-last' ? 'storno' : way
}
