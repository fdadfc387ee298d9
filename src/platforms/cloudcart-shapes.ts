import { z } from 'zod'
import { isRow, Money, Name, object, rows, Text, textOf, type Row } from './wire.ts'

// CloudCart tells one order in three shapes: the webhook's nested object (A), its legacy form (B) and the REST
// resource with its included rows (C). Names differ inside each, so every field lists those that are in use.

const first = (row: Row, names: readonly string[]): unknown =>
  names.map((name) => row[name]).find((value) => value !== undefined && value !== null)

/** A schema of fields, each read from the first of several names that is there. */
function fields<T extends Record<string, readonly [z.ZodType, ...string[]]>>(spec: T) {
  type Shape = { [K in keyof T]: T[K][0] }
  const entries = Object.entries(spec)
  const shape = Object.fromEntries(entries.map(([key, [schema]]) => [key, schema])) as Shape
  return z
    .record(z.string(), z.unknown())
    .transform((row): Row =>
      Object.fromEntries(entries.map(([key, [, ...names]]) => [key, first(row, names)])),
    )
    .pipe(z.object(shape))
}

const Address = fields({
  firstName: [Name, 'first_name'],
  lastName: [Name, 'last_name'],
  company: [Name, 'company_name', 'company'],
  companyVat: [Text, 'company_vat'],
  companyNumber: [Text, 'company_registration_number', 'company_bulstat'],
  street: [Name, 'street_name', 'street'],
  streetNumber: [Text, 'street_number'],
  extra: [Name, 'address1', 'address_2'],
  city: [Name, 'city_name', 'city'],
  state: [Name, 'state_name', 'state', 'state_iso2'],
  postcode: [Text, 'post_code', 'postal_code', 'postcode'],
  country: [Text, 'country_iso2', 'country_code', 'country', 'country_name'],
  phone: [Text, 'phone'],
})
export type CloudAddress = z.infer<typeof Address>

const Line = fields({
  id: [Text, 'id'],
  sku: [Text, 'sku'],
  barcode: [Text, 'barcode'],
  name: [Name, 'name', 'product_name', 'title'],
  v1: [Name, 'v1'],
  v2: [Name, 'v2'],
  v3: [Name, 'v3'],
  quantity: [Money, 'quantity'],
  price: [Money, 'price'],
  orderPrice: [Money, 'order_price'],
})
export type CloudLine = z.infer<typeof Line>

const Money4 = ['amount', 'value', 'total', 'price'] as const
const Charge = fields({
  code: [Text, 'code', 'group', 'type'],
  name: [Name, 'title', 'name', 'provider_name'],
  // The courier's own price is the last resort: the shop may charge another.
  amount: [Money, 'order_amount', ...Money4, 'provider_amount'],
})
export type CloudCharge = z.infer<typeof Charge>

const Tax = fields({
  name: [Name, 'name', 'tax_name', 'title'],
  type: [Text, 'type', 'tax_type'],
  rate: [Money, 'rate', 'percent', 'vat', 'tax'],
  amount: [Money, 'value', 'amount', 'order_amount'],
})

const Payment = fields({
  id: [Text, 'provider_reference_id', 'id'],
  provider: [Text, 'provider'],
  status: [Text, 'payment_status', 'status'],
  amount: [Money, 'amount'],
  at: [Text, 'date_modified', 'date_last_update', 'updated_at'],
})

const Head = {
  id: [Text, 'id'],
  status: [Text, 'status'],
  fulfillment: [Text, 'status_fulfillment'],
  currency: [Text, 'currency'],
  createdAt: [Text, 'date_added', 'created_at'],
  updatedAt: [Text, 'updated_at', 'date_modified'],
  invoice: [Text, 'invoice_number'],
  vatIncluded: [Text, 'vat_included'],
  total: [Money, 'price_total', 'total', 'order_total'],
  subtotal: [Money, 'price_subtotal', 'subtotal', 'order_subtotal'],
  email: [Text, 'customer_email', 'email'],
  firstName: [Name, 'customer_first_name', 'first_name'],
  lastName: [Name, 'customer_last_name', 'last_name'],
  phone: [Text, 'customer_phone', 'phone'],
} as const

const CloudOrder = z.object({
  head: fields(Head),
  lines: z.array(Line),
  shipping: rows(Charge),
  fees: rows(Charge),
  discounts: rows(Charge),
  modifications: rows(Charge),
  totals: rows(Charge),
  taxes: rows(Tax),
  payments: rows(Payment),
  billing: object(Address),
  shippingAddress: object(Address),
})
export type CloudOrder = z.infer<typeof CloudOrder>

export type Shaped = { shape: 'webhook' | 'rest'; source: Row; parts: Row }

const yes = (value: unknown): unknown => (value === true ? 'yes' : value === false ? 'no' : value)
const listed = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isRow(value) ? [value] : []

function restParts(data: Row, included: unknown): Row {
  const of = (...types: string[]): Row[] =>
    listed(included).flatMap((row) =>
      isRow(row) && types.includes(textOf(row['type'])) && isRow(row['attributes'])
        ? [{ id: row['id'], ...row['attributes'] }]
        : [],
    )
  const attributes = isRow(data['attributes']) ? data['attributes'] : {}
  return {
    head: { ...attributes, id: data['id'], vat_included: yes(attributes['vat_included']) },
    lines: of('order-products', 'order-product'),
    shipping: of('order-shipping'),
    discounts: of('order-discount'),
    modifications: of('order-modification'),
    totals: of('order-total'),
    taxes: of('order-tax'),
    payments: of('order-payment'),
    billing: of('order-billing-address')[0],
    shippingAddress: of('order-shipping-address')[0],
  }
}

function webhookParts(order: Row): Row {
  const customer = isRow(order['customer']) ? order['customer'] : {}
  const discounts = listed(order['discounts']).filter(isRow)
  const modified = (row: Row): boolean => row['group'] === 'modification'
  return {
    head: { ...customer, ...order, vat_included: yes(order['vat_included']) },
    lines: order['products'],
    shipping: listed(order['shipping']),
    fees: order['fees'],
    discounts: discounts.filter((row) => !modified(row)),
    modifications: discounts.filter(modified),
    taxes: order['tax_vat'] ?? order['taxes'],
    payments: listed(order['payments'] ?? order['payment']),
    billing: order['billing_address'],
    shippingAddress: order['shipping_address'],
  }
}

/** Which shape a body has, and its parts under one set of names; undefined when it holds no order. */
export function shapeOf(body: unknown): Shaped | undefined {
  const value = Array.isArray(body) && body.length === 1 ? (body[0] as unknown) : body
  if (!isRow(value)) return undefined
  const data =
    Array.isArray(value['data']) && value['data'].length === 1
      ? (value['data'][0] as unknown)
      : value['data']
  if (isRow(data)) {
    return data['type'] === 'orders'
      ? { shape: 'rest', source: data, parts: restParts(data, value['included']) }
      : undefined
  }
  return 'products' in value || 'order_total' in value
    ? { shape: 'webhook', source: value, parts: webhookParts(value) }
    : undefined
}

export const readParts = (parts: Row) => CloudOrder.safeParse(parts)
