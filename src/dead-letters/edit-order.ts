import { z } from 'zod'
import type { App } from '../app.ts'
import type { Reason } from '../core/causes.ts'
import { DocumentKey, partsOf, type OrderRef } from '../core/ids.ts'
import { difference, mergePatch } from '../core/merge-patch.ts'
import { Order } from '../core/order.ts'
import type { Shop } from '../core/settings.ts'
import { documentKeyIn } from './finding.ts'

export const Edit = z.strictObject({
  /** The failed or held document. */
  id: DocumentKey.refine((id) => documentKeyIn(id) !== undefined, 'is no document key'),
  /** A JSON merge patch on the order; null removes a field. */
  patch: z
    .record(z.string(), z.unknown())
    .refine((patch) => Object.keys(patch).length > 0, 'must change something')
    .refine((patch) => !('id' in patch), 'the id of an order cannot be changed'),
  who: z.string().trim().min(1).max(100),
  reason: z.string().trim().min(3).max(500),
  /** The version of the order that the editor saw; a newer one is not overwritten. */
  version: z.string().max(100).optional(),
})
export type Edit = z.infer<typeof Edit>

export type Edited =
  | { status: 'replayed'; key: DocumentKey; before: unknown; after: unknown }
  | { status: 'not-dead' }
  | { status: 'order-missing' }
  | { status: 'unclear' }
  | { status: 'newer' }
  | { status: 'invalid'; reasons: Reason[] }

export const refusals: Record<
  Exclude<Edited['status'], 'replayed' | 'invalid'>,
  { en: string; ro: string }
> = {
  'not-dead': {
    en: 'It is neither failed nor held (any more). Nothing was changed.',
    ro: 'Nu (mai) este nici eșuat, nici oprit. Nu s-a schimbat nimic.',
  },
  'order-missing': {
    en: "The order's own data is no longer kept, so there is nothing to correct.",
    ro: 'Datele comenzii nu mai sunt păstrate, deci nu este nimic de corectat.',
  },
  unclear: {
    en: 'It may exist in SmartBill as a draft. Say first whether it does ("decide").',
    ro: 'Este posibil să existe în SmartBill ca ciornă. Spuneți întâi dacă există („Hotărăște”).',
  },
  newer: {
    en: 'A newer version of the order came meanwhile. Look at it and edit again.',
    ro: 'Între timp a venit o versiune mai nouă a comenzii. Verificați-o și corectați din nou.',
  },
}

/** Whether a document waits for a correction of its order. */
export const isCorrectable = ({
  state,
  reasons,
}: {
  state: string
  reasons?: readonly Reason[] | undefined
}): boolean => state === 'dead' || (state === 'held' && !mayExist(reasons))

const mayExist = (reasons: readonly Reason[] | undefined): boolean =>
  (reasons ?? []).some(({ code }) => code === 'uncertain-draft')

/** The documents of an order that wait for a correction. */
export async function correctable(
  { ledger }: Pick<App, 'ledger'>,
  { account }: Pick<Shop, 'account'>,
  ref: OrderRef,
): Promise<DocumentKey[]> {
  const known = await ledger.documents.order(account, ref)
  const found = await Promise.all(
    (known?.documents ?? []).map(async (key) => ({
      key,
      document: await ledger.documents.get(account, key),
    })),
  )
  return found.flatMap(({ key, document }) =>
    document !== undefined && isCorrectable(document) ? [key] : [],
  )
}

/**
 * Corrects the data of an order whose document failed or is held, and takes the document back to work. The edit comes in
 * as any news of the order does: a later word from the shop replaces it. What was there before stays in the timeline.
 */
export async function editOrder(app: App, edit: Edit): Promise<Edited> {
  const { ledger, queues, now } = app
  const { id: key, patch, who, reason, version } = edit
  const { shop: shopId, order: ref } = partsOf(key)
  const shop = await ledger.registry.shop(shopId)
  if (shop === undefined) return { status: 'not-dead' }
  const { account } = shop
  const [document, known] = await Promise.all([
    ledger.documents.get(account, key),
    ledger.documents.order(account, ref),
  ])
  if (document?.state !== 'dead' && document?.state !== 'held') return { status: 'not-dead' }
  if (!isCorrectable(document)) return { status: 'unclear' }
  if (known === undefined) return { status: 'order-missing' }
  if (version !== undefined && version !== known.version) return { status: 'newer' }
  const merged = mergePatch(known.order, patch)
  const checked = Order.safeParse(merged)
  if (!checked.success) return { status: 'invalid', reasons: wordsFor(app, merged, checked.error) }
  const { status } = await ledger.events.receive(
    {
      account,
      shop: shopId,
      topic: `edited by hand ${now()}`,
      body: Buffer.from(JSON.stringify(checked.data)),
      deliveryIds: [],
    },
    ref,
    checked.data,
  )
  if (status !== 'accepted') return { status: 'newer' }
  const changed = difference(known.order, checked.data)
  const facts = { rule: 'edited', reason, ...changed }
  const made = await ledger.documents.makeDue(account, key, who, facts, undefined, ['dead', 'held'])
  if (made.status !== 'due') return { status: 'not-dead' }
  await queues.forget(account, key, document.gen)
  await app.enqueueDocument('issue-document', account, key, made.generation)
  return { status: 'replayed', key, ...changed }
}

/** Each problem with its field and fix, in the words in which a shop would hear it. */
function wordsFor({ platforms }: App, order: unknown, error: z.ZodError): Reason[] {
  const body = Buffer.from(JSON.stringify(order))
  const parsed = platforms.generic.parse({ headers: {}, body })
  if (parsed.kind === 'broken') return [...parsed.reasons]
  return error.issues.map(({ path, message }) => {
    const field = path.join('.')
    return {
      code: 'invalid-field',
      field,
      en: `${field}: ${message}`,
      ro: `${field}: valoare greșită (${message})`,
    }
  })
}
