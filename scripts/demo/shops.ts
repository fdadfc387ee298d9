import type { z } from 'zod'
import type { ConfigFile } from '../../src/core/settings.ts'
import type { DemoOrder, ShopName } from './orders.ts'
import { cloudcartDelivery } from './wire/cloudcart.ts'
import type { Delivery, News } from './wire/delivery.ts'
import { genericDelivery } from './wire/generic.ts'
import { shopifyDelivery } from './wire/shopify.ts'
import { wooDelivery } from './wire/woocommerce.ts'

const shops = {
  lana: { platform: 'generic', triggers: ['paid', 'completed'], deliver: genericDelivery },
  woo: { platform: 'woocommerce', triggers: ['processing', 'completed'], deliver: wooDelivery },
  munte: {
    platform: 'shopify',
    triggers: ['paid', 'completed', 'fulfilled'],
    deliver: shopifyDelivery,
  },
  camara: {
    platform: 'cloudcart',
    triggers: ['paid', 'completed', 'fulfilled'],
    deliver: cloudcartDelivery,
  },
} as const satisfies Record<
  ShopName,
  { platform: string; triggers: readonly string[]; deliver: (news: News) => Delivery }
>

export const platformOf = (shop: ShopName): string => shops[shop].platform

/** A second or more between two news of one order: platforms tell no finer. */
const CHANGE_MS = 60_000

/** The order's successive news, each as its platform sends it. */
export const deliveriesOf = (order: DemoOrder, secret: string): Delivery[] =>
  order.stages.map((stage, at) =>
    shops[order.shop].deliver({
      order,
      stage,
      secret,
      changedAt: order.createdAt + (at + 1) * CHANGE_MS,
    }),
  )

/** One SmartBill account and a shop of each platform on it, all on one series. */
export const configOf = (
  secrets: Readonly<Record<ShopName, string>>,
): z.input<typeof ConfigFile> => ({
  accounts: [{ id: 'demo', email: 'contabil@exemplu.test', token: '003|demo', cif: 'RO12345674' }],
  shops: Object.entries(shops).map(([id, { platform, triggers }]) => ({
    id,
    account: 'demo',
    platform,
    secret: secrets[id as ShopName],
    settings: { enabled: true, document: 'invoice', series: 'FCT', triggerStatuses: [...triggers] },
  })),
})
