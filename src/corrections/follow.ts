import type { App } from '../app.ts'
import type { WantedAct } from '../core/acts.ts'
import { correctionsWanted, obsoleteActs } from '../core/corrections-wanted.ts'
import { SentDocument } from '../core/correction.ts'
import { moneyPrint } from '../core/edits.ts'
import type { FollowedDocument, FollowUpInput } from '../core/follow-ups.ts'
import type { AccountId } from '../core/ids.ts'
import type { Order } from '../core/order.ts'
import type { Act } from '../ledger/acts.ts'

type Needs = Pick<App, 'ledger' | 'now' | 'enqueueAct'>

/** The documents with what was sent for them, where the order is another one than the one they were made of. */
export function withSent(
  { ledger }: Pick<App, 'ledger'>,
  account: AccountId,
  order: Order,
  documents: readonly FollowedDocument[],
): Promise<FollowedDocument[]> {
  const print = moneyPrint(order)
  return Promise.all(
    documents.map(async (document) => {
      const { key, state, corrects } = document
      const changed = document.print !== undefined && !['', print].includes(document.print)
      if (!changed || state !== 'issued' || corrects !== undefined) return document
      const sent = SentDocument.safeParse(await ledger.documents.sent(account, key))
      return sent.success ? { ...document, lines: sent.data.lines } : document
    }),
  )
}

/** Takes back what the order does not ask for any more, and brings back what it asks for again. */
export async function settleCorrections(
  app: Needs,
  account: AccountId,
  input: FollowUpInput,
  known: readonly Act[],
): Promise<void> {
  const { acts } = app.ledger
  for (const { key } of obsoleteActs(input))
    await acts.withdraw(account, key, 'the order does not ask for it any more')
  const gone = known.filter(({ state, withdrawn }) => state === 'dismissed' && withdrawn === '1')
  if (gone.length === 0) return
  for (const { key, state } of correctionsWanted(input)) {
    if (!gone.some((act) => act.key === key)) continue
    const back = await acts.bringBack(account, key, state)
    const act = back && state === 'due' ? await acts.get(account, key) : undefined
    if (act !== undefined) await app.enqueueAct(account, key, act.gen)
  }
}

/** A change that is left alone, as the settings say: the timeline has it. */
export const noteOnly = ({ ledger }: Needs, account: AccountId, act: WantedAct, why: string) =>
  ledger.acts.dismiss(account, act.key, 'rules', why)
