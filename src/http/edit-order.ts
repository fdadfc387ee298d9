import { z } from 'zod'
import type { App } from '../app.ts'
import type { Reason } from '../core/causes.ts'
import { DocumentKey, partsOf } from '../core/ids.ts'
import { mergePatch, touchedBy } from '../core/merge-patch.ts'
import { Order } from '../core/order.ts'

export const Edit = z.strictObject({
  /** The dead letter: a document key. */
  id: DocumentKey,
  /** A JSON merge patch on the order; null removes a field. */
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => Object.keys(patch).length > 0, 'must change something')
    .refine((patch) => !('id' in patch), 'the id of an order cannot be changed'),
  who: z.string().trim().min(1).max(100),
  reason: z.string().trim().min(3).max(500),
})
export type Edit = z.infer<typeof Edit>

type Edited =
  | { status: 'replayed'; key: DocumentKey }
  | { status: 'not-dead' }
  | { status: 'order-missing' }
  | { status: 'newer' }
  | { status: 'invalid'; reasons: Reason[] }

/**
 * Corrects the data of a dead letter's order and takes the document back to work. The edit comes in as any news of the
 * order does: a later word from the shop replaces it. What was there before stays in the timeline.
 */
export async function editOrder(app: App, { id: key, patch, who, reason }: Edit): Promise<Edited> {
  const { ledger, queues, now } = app
  const { shop: shopId, order: ref } = partsOf(key)
  const shop = await ledger.registry.shop(shopId)
  if (shop === undefined) return { status: 'not-dead' }
  const { account } = shop
  const [document, known] = await Promise.all([
    ledger.documents.get(account, key),
    ledger.documents.order(account, ref),
  ])
  if (document?.state !== 'dead') return { status: 'not-dead' }
  if (known === undefined) return { status: 'order-missing' }
  const merged = Order.safeParse(mergePatch(known.order, patch))
  if (!merged.success) {
    const reasons = merged.error.issues.map(({ path, message }) => {
      const field = path.join('.')
      return {
        code: 'invalid-field',
        field,
        en: `${field}: ${message}`,
        ro: `${field}: valoare greșită (${message})`,
      }
    })
    return { status: 'invalid', reasons }
  }
  const { status } = await ledger.events.receive(
    {
      account,
      shop: shopId,
      topic: `edited by hand ${now()}`,
      body: Buffer.from(JSON.stringify(merged.data)),
      deliveryIds: [],
    },
    ref,
    merged.data,
  )
  if (status !== 'accepted') return { status: 'newer' }
  const made = await ledger.documents.makeDue(account, key, who, {
    rule: 'edited',
    reason,
    before: touchedBy(patch, known.order),
    after: touchedBy(patch, merged.data),
  })
  if (made.status !== 'due') return { status: 'not-dead' }
  await queues.forget(account, key, document.gen)
  await app.enqueueDocument('issue-document', account, key, made.generation)
  return { status: 'replayed', key }
}
