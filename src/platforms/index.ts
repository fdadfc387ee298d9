import type { PlatformName } from '../core/settings.ts'
import { cloudcart } from './cloudcart.ts'
import { extract } from './extraction.ts'
import { generic } from './generic.ts'
import type { Platform } from './platform.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

const withRules = (platform: Platform): Platform => ({
  ...platform,
  parse: (delivery, rules = []) => extract(platform.parse(delivery), delivery, rules),
})

export const platforms: Readonly<Record<PlatformName, Platform>> = {
  generic: withRules(generic),
  woocommerce: withRules(woocommerce),
  shopify: withRules(shopify),
  cloudcart: withRules(cloudcart),
}
