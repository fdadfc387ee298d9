import { createHmac, createSecretKey } from 'node:crypto'
import { z } from 'zod'

/** A shop or account id as the operator writes it in the settings: safe in keys, job ids and URLs. */
const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, - and _, at most 63 characters')
export const ShopId = slug.brand<'ShopId'>()
export type ShopId = z.infer<typeof ShopId>
export const AccountId = slug.brand<'AccountId'>()
export type AccountId = z.infer<typeof AccountId>

/** An order id has at most so many UTF-16 units. */
export const LONGEST_ORDER_ID = 128
/** What one UTF-16 unit may come to in a key: three bytes, each as %XX. */
export const ENCODED_UNIT = 9

/** `shop~order`, the order id percent-encoded so that neither `~` nor `:` can appear in it. */
export const OrderRef = z
  .string()
  .regex(/^[^~:]+~[^~:]+$/)
  .brand<'OrderRef'>()
export type OrderRef = z.infer<typeof OrderRef>

export const DocumentKind = z.enum(['invoice', 'estimate'])
export type DocumentKind = z.infer<typeof DocumentKind>

/** The act promised at most once: `shop~order~kind~revision`. */
export const DocumentKey = z
  .string()
  .regex(/^[^~:]+~[^~:]+~(invoice|estimate)~\d+$/)
  .brand<'DocumentKey'>()
export type DocumentKey = z.infer<typeof DocumentKey>
/** No document key has more characters: a slug, an order id of nothing but `€`, the longest kind, a whole number. */
export const LONGEST_DOCUMENT_KEY =
  63 + 1 + LONGEST_ORDER_ID * ENCODED_UNIT + '~estimate~'.length + 16

const encode = (id: string): string => encodeURIComponent(id).replaceAll('~', '%7E')

export const orderRef = (shop: string, order: string): OrderRef =>
  OrderRef.parse(`${shop}~${encode(order)}`)

export const documentKey = (order: OrderRef, kind: DocumentKind, revision: number): DocumentKey =>
  DocumentKey.parse(`${order}~${kind}~${revision}`)

/** What a document key is made of; the order id comes back decoded. */
export function partsOf(key: DocumentKey): {
  shop: ShopId
  orderId: string
  order: OrderRef
  kind: DocumentKind
  revision: number
} {
  const [shop = '', order = '', kind, revision] = key.split('~')
  return {
    shop: ShopId.parse(shop),
    orderId: decodeURIComponent(order),
    order: OrderRef.parse(`${shop}~${order}`),
    kind: DocumentKind.parse(kind),
    revision: Number(revision),
  }
}

export function partsOfOrder(ref: OrderRef): { shop: ShopId; orderId: string } {
  const [shop = '', order = ''] = ref.split('~')
  return { shop: ShopId.parse(shop), orderId: decodeURIComponent(order) }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export type MarkerOf = (key: DocumentKey) => string

/**
 * The code printed in a document's mentions, by which the document is recognised when its answer was lost: `RLY` and
 * twelve letters or digits (60 bits), ASCII, no spaces, too short to wrap. Keyed with `secret`, because a buyer who
 * could guess another order's marker could print it on a document by giving it as a name.
 */
export function markersBy(secret: Buffer): MarkerOf {
  // Made once: making a key takes several times as long as the marker.
  const signingKey = createSecretKey(secret)
  // An attempt asks for its marker several times.
  const latest = new Map<DocumentKey, string>()
  return (key) => {
    const known = latest.get(key)
    if (known !== undefined) return known
    const hash = createHmac('sha256', signingKey).update(`marker ${key}`).digest()
    const marker = `RLY${Array.from(hash.subarray(0, 12), (byte) => CROCKFORD[byte & 31]).join('')}`
    if (latest.size >= 1000) latest.clear()
    latest.set(key, marker)
    return marker
  }
}

/** Every marker in a text; white space is ignored because PDF text may break anywhere. */
export const markersIn = (text: string): string[] => [
  ...new Set(text.replaceAll(/\s+/g, '').match(/RLY[0-9A-HJKMNP-TV-Z]{12}/g) ?? []),
]
