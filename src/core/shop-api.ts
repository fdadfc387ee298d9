import { z } from 'zod'

/** The shop's own address, as its owner types it: the guard on outgoing calls judges where it leads. */
const url = z.url({ protocol: /^https?$/, error: 'an address like "https://shop.ro"' }).max(300)
const secret = z.string().min(1).max(500)

/** The login to a WooCommerce REST API: consumer key and consumer secret. */
export const WooCommerceApi = z.strictObject({ url, key: secret, secret })
/** The login to a Shopify Admin API: the access token of a custom app. */
export const ShopifyApi = z.strictObject({
  url,
  token: secret,
  version: z
    .string()
    .regex(/^\d{4}-\d{2}$/, 'a version like "2026-07"')
    .optional(),
})
/** The login to a CloudCart API: an API key. */
export const CloudCartApi = z.strictObject({ url, key: secret })

/** How to call the API of the platform a shop runs on. Without it nothing is polled and nothing is written back. */
export const ShopApi = z.union([WooCommerceApi, ShopifyApi, CloudCartApi])
export type ShopApi = z.infer<typeof ShopApi>

const shapes = {
  generic: z.never(),
  woocommerce: WooCommerceApi,
  shopify: ShopifyApi,
  cloudcart: CloudCartApi,
} as const

/** Whether a login is of the kind that the platform takes. */
export const apiFits = (platform: keyof typeof shapes, api: ShopApi): boolean =>
  shapes[platform].safeParse(api).success

/** What the login to this platform's API is made of; undefined where there is no API. */
export const apiShape = (platform: keyof typeof shapes): z.ZodObject | undefined =>
  platform === 'generic' ? undefined : shapes[platform]
