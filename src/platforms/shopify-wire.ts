import { z } from 'zod'
import { Flag, maybe, Money, object, rows, Text, textOf } from './wire.ts'

// The Admin REST order, as far as an invoice needs it. Plain amounts are in the shop's currency; the `_set` bags hold
// the buyer's currency beside it.

const Bag = object(z.object({ shop_money: object(z.object({ amount: Money })) }))
const TaxLines = rows(z.object({ rate: Money, price: Money, channel_liable: Flag }))
const Allocations = rows(z.object({ amount: Money }))

const Address = z.object({
  name: Text,
  first_name: Text,
  last_name: Text,
  company: Text,
  address1: Text,
  address2: Text,
  city: Text,
  province: Text,
  province_code: Text,
  zip: Text,
  country: Text,
  country_code: Text,
  phone: Text,
})
export type ShopifyAddress = z.infer<typeof Address>

const Line = z.object({
  id: Text,
  sku: Text,
  name: Text,
  title: Text,
  variant_title: Text,
  quantity: Money,
  current_quantity: Money,
  price: Money,
  taxable: z.boolean().nullish(),
  gift_card: Flag,
  tax_lines: TaxLines,
  discount_allocations: Allocations,
})
export type ShopifyLine = z.infer<typeof Line>

const Shipping = z.object({
  title: Text,
  price: Money,
  discounted_price: Money,
  is_removed: Flag,
  tax_lines: TaxLines,
  discount_allocations: Allocations,
})
export type ShopifyShipping = z.infer<typeof Shipping>

/** One text with commas, of any length; the GraphQL API has a list. */
const Tags = z
  .unknown()
  .optional()
  .transform((given) =>
    (Array.isArray(given) ? given : typeof given === 'string' ? given.split(',') : [])
      .map(textOf)
      .filter((tag) => tag !== '')
      .slice(0, 250),
  )

export const ShopifyOrder = z.object({
  id: Text,
  name: Text,
  order_number: Text,
  test: Flag,
  currency: Text,
  created_at: Text,
  updated_at: Text,
  processed_at: Text,
  cancelled_at: Text,
  financial_status: Text,
  fulfillment_status: Text,
  payment_gateway_names: rows(Text),
  source_name: Text,
  tags: Tags,
  taxes_included: z.boolean().nullish(),
  tax_exempt: Flag,
  total_price: Money,
  current_total_price: Money,
  total_outstanding: Money,
  total_tax: Money,
  total_discounts: Money,
  total_tip_received: Money,
  original_total_duties_set: Bag,
  original_total_additional_fees_set: Bag,
  duties_included: Flag,
  discount_codes: rows(z.object({ code: Text })),
  note_attributes: rows(z.object({ name: Text, value: Text })),
  company: maybe(z.looseObject({})),
  email: Text,
  contact_email: Text,
  phone: Text,
  customer: maybe(
    z.object({
      first_name: Text,
      last_name: Text,
      email: Text,
      phone: Text,
      default_address: maybe(Address),
    }),
  ),
  billing_address: maybe(Address),
  shipping_address: maybe(Address),
  line_items: z.array(Line),
  shipping_lines: rows(Shipping),
  refunds: rows(
    z.object({
      id: Text,
      created_at: Text,
      transactions: rows(z.object({ kind: Text, status: Text, amount: Money })),
      refund_line_items: rows(z.object({ line_item_id: Text, quantity: Money })),
    }),
  ),
})
export type ShopifyOrder = z.infer<typeof ShopifyOrder>
