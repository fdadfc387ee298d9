import type { App } from '../app.ts'
import { ReversalWish } from '../core/corrections-wanted.ts'
import type { Act } from '../ledger/acts.ts'
import { outcomeOf, type Subject } from './reversal.ts'

type Needs = Pick<App, 'ledger' | 'smartbill'>

/** A proforma that nobody needs any more. What was invoiced meanwhile stays. */
export async function cancelEstimate(
  app: Needs,
  subject: Subject,
  act: Act,
  fence: string,
): Promise<string> {
  const { account, document, order } = subject
  const { acts } = app.ledger
  const { cause } = ReversalWish.parse(act.wish)
  const invoices = await app.smartbill.reversals.invoicesOf(account, document)
  const isPaid = cause === 'expired' && order?.paymentStatus === 'paid'
  if ((invoices ?? []).length > 0 || isPaid) {
    await acts.dismiss(account.id, act.key, 'relay', 'the proforma is paid or invoiced')
    return 'dismissed: the proforma is paid or invoiced'
  }
  if (invoices === undefined) {
    await acts.done(
      account.id,
      act.key,
      'relay',
      { by: 'cancel', found: 'it is gone' },
      {
        document: { state: 'cancelled' },
      },
    )
    return 'it is gone'
  }
  const grant = await app.smartbill.admit(account)
  let sent = false
  try {
    const answer = await acts.attempt(
      account.id,
      act.key,
      fence,
      {
        before: { by: 'cancel' },
        document: { state: 'reversing', from: ['issued'] },
        back: { state: 'issued', from: ['reversing'] },
        done: () => outcomeOf('cancel', document, ''),
      },
      async () => {
        sent = true
        await app.smartbill.reversals.cancel(account, grant, 'estimate', document)
        return 'cancelled'
      },
    )
    return answer ?? 'somebody else was faster'
  } finally {
    if (!sent) await app.smartbill.cancel(account, grant)
  }
}
