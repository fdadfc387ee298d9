import type { App } from '../app.ts'
import type { DocumentKey, OrderRef } from '../core/ids.ts'
import { keyFor } from '../core/corrections-wanted.ts'
import type { DocumentState } from '../core/lifecycle.ts'
import type { Order } from '../core/order.ts'
import { rule, type NotDue } from '../core/rules.ts'
import { secondDocument } from '../core/second-document.ts'
import type { Shop } from '../core/settings.ts'
import { documentsOf } from '../follow-up.ts'

export type ByHand =
  | {
      status: 'asked'
      key: DocumentKey
      state: DocumentState
      before: DocumentState | undefined
      /** It goes back to work, or need not wait for its time any more. */
      taken: boolean
    }
  | { status: 'refused'; ruling: NotDue }

const inShadow: NotDue = {
  kind: 'not-due',
  rule: 'shadow',
  ro: 'Magazinul este în mod umbră: nu se emite nimic, nici la cerere. Opriți modul umbră în setări, apoi emiteți.',
  en: 'The shop is in shadow mode: nothing is issued, not even by hand. Switch shadow mode off in the settings, then issue.',
}

/** A person asks for the document of an order; held and dead ones come back to work. It cannot double anything. */
export async function issueByHand(
  app: App,
  { shop, ref, order }: { shop: Shop; ref: OrderRef; order: Order },
  who: string,
): Promise<ByHand> {
  const { documents } = app.ledger
  const { account } = shop
  if (shop.settings.shadow) return { status: 'refused', ruling: inShadow }
  const found = await app.ledger.imports.of(account, shop.id, order)
  const ruling = rule(order, shop.settings, true, { imported: found?.imported })
  if (ruling.kind === 'not-due') return { status: 'refused', ruling }
  const known = await documentsOf(app.ledger, account, ref)
  const second = secondDocument(ruling.document, order, known, true)
  if (second !== null) return { status: 'refused', ruling: second }
  const key = keyFor(ref, ruling.document, known)
  const before = await documents.get(account, key)
  const plan = { by: ruling.by }
  const made = await documents.makeDue(
    account,
    key,
    who,
    { rule: 'by hand' },
    undefined,
    undefined,
    plan,
  )
  if (made.status === 'due') {
    if (before !== undefined) await app.queues.forget(account, key, before.gen)
    await app.enqueueDocument('issue-document', account, key, made.generation)
  }
  const taken = made.status === 'due'
  return { status: 'asked', key, state: made.state, before: before?.state, taken }
}
