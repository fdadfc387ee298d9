import type { App } from '../app.ts'
import { documentKey, type DocumentKey, type OrderRef } from '../core/ids.ts'
import type { DocumentState } from '../core/lifecycle.ts'
import type { Order } from '../core/order.ts'
import { rule, type Ruling } from '../core/rules.ts'
import type { Shop } from '../core/settings.ts'

export type ByHand =
  | { status: 'asked'; key: DocumentKey; state: DocumentState; before: DocumentState | undefined }
  | { status: 'refused'; ruling: Extract<Ruling, { kind: 'not-due' }> }

/** A person asks for the document of an order; held and dead ones come back to work. It cannot double anything. */
export async function issueByHand(
  app: App,
  { shop, ref, order }: { shop: Shop; ref: OrderRef; order: Order },
  who: string,
): Promise<ByHand> {
  const { documents } = app.ledger
  const ruling = rule(order, shop.settings, true)
  if (ruling.kind === 'not-due') return { status: 'refused', ruling }
  const key = documentKey(ref, ruling.document, 1)
  const { account } = shop
  const before = await documents.get(account, key)
  const made = await documents.makeDue(account, key, who, { rule: 'by hand' })
  if (made.status === 'due') {
    if (before !== undefined) await app.queues.forget(account, key, before.gen)
    await app.enqueueDocument('issue-document', account, key, made.generation)
  }
  return { status: 'asked', key, state: made.state, before: before?.state }
}
