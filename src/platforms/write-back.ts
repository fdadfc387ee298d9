import type { DocumentKind } from '../core/ids.ts'
import type { PlatformName } from '../core/settings.ts'
import type { ShopApi } from '../core/shop-api.ts'
import type { CivilDate } from '../core/time.ts'
import { writeToCloudCart } from './cloudcart-write.ts'
import type { Send } from './posting.ts'
import { writeToShopify } from './shopify-write.ts'
import { writeToWooCommerce } from './woocommerce-write.ts'

/** A document as its order in the shop should show it. */
export type Written = {
  kind: DocumentKind
  /** Series and number as printed: `FCT0001`. */
  name: string
  issuedOn: CivilDate
  /** Opens the PDF; '' when there is no link. */
  link: string
  /** The name of the document that reverses this one, `cancelled` without one; absent while it holds. */
  reversedBy?: string | undefined
  /** The names of the order's other documents. */
  others: readonly string[]
  /** A later document of its kind has taken its place on the order: what stands there is that one's to say. */
  replaced: boolean
}

/**
 * Writes a document on its order in the shop, unless it is there. Doing it twice, or again after a lost answer, changes
 * nothing. Throws ShopApiError when the shop does not let us.
 */
export type WriteBack = (
  api: ShopApi,
  send: Send,
  orderId: string,
  document: Written,
) => Promise<'written' | 'there'>

/** Platforms whose orders can be told. */
export const writeBacks: Readonly<Partial<Record<PlatformName, WriteBack>>> = {
  woocommerce: writeToWooCommerce,
  shopify: writeToShopify,
  cloudcart: writeToCloudCart,
}
