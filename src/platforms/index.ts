import type { PlatformName } from '../core/settings.ts'
import { cloudcart } from './cloudcart.ts'
import { generic } from './generic.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

export const platforms: Readonly<Record<PlatformName, Platform>> = {
  generic,
  woocommerce,
  shopify,
  cloudcart,
}
