import { z } from 'zod'
import { LONGEST_ORDER_ID } from './ids.ts'
import { Amount, PositiveAmount } from './money.ts'

/** The currencies SmartBill accepts (POST /invoice/v2, field currency). */
export const currencies = [
  'RON',
  'EUR',
  'USD',
  'GBP',
  'CAD',
  'AUD',
  'CHF',
  'TRY',
  'CZK',
  'DKK',
  'HUF',
  'MDL',
  'SEK',
  'NOK',
  'JPY',
  'EGP',
  'PLN',
  'RUB',
  'AED',
  'BRL',
  'CNY',
  'HRK',
  'INR',
  'KRW',
  'MXN',
  'NZD',
  'RSD',
  'THB',
  'UAH',
  'XDR',
  'ZAR',
] as const

/** Half of a pair, as cut texts end with, would be refused by everything that is told of it. */
const label = z
  .string()
  .max(1000)
  .overwrite((text) => text.toWellFormed())
const instant = z.iso.datetime({
  offset: true,
  error: 'must be an instant like "2026-11-24T08:00:00Z"',
})
/** A percentage as text; empty when the shop did not say. */
const VatRate = z
  .string()
  .regex(
    /^(\d{1,2}(\.\d{1,4})?|100)?$/,
    'must be a percentage in text like "21", or "" when unknown',
  )

export const Address = z.object({
  name: label.default(''),
  company: label.default(''),
  line1: label.default(''),
  line2: label.default(''),
  city: label.default(''),
  /** Name or code of the county (judet), as the shop has it. */
  county: label.default(''),
  postcode: label.default(''),
  /** ISO 3166-1 alpha-2, or a country name. */
  country: label.default('RO'),
})
export type Address = z.infer<typeof Address>

export const Customer = z.object({
  /** `person`, `company`, or `unknown`: decided from the data. */
  kind: z.enum(['person', 'company', 'unknown']).default('unknown'),
  name: label.default(''),
  company: label.default(''),
  email: label.default(''),
  phone: label.default(''),
  /** CIF / CUI, or a foreign VAT number. */
  cif: label.default(''),
  regCom: label.default(''),
  cnp: label.default(''),
  bank: label.default(''),
  iban: label.default(''),
})
export type Customer = z.infer<typeof Customer>

export const OrderLine = z.object({
  id: label.default(''),
  sku: label.default(''),
  barcode: label.default(''),
  name: label.min(1, 'a line needs a name'),
  quantity: Amount,
  unit: z.string().max(50).default(''),
  /** Before discounts; with or without VAT as the order's `pricesIncludeVat` says. */
  unitPrice: PositiveAmount,
  vatRate: VatRate.default(''),
  /** Taken off the whole line, in the same terms as `unitPrice`. */
  discount: PositiveAmount.default('0.00'),
  /** What the buyer pays for the line after its discount, VAT included. Where the shop says it, it decides. */
  total: Amount.optional(),
  /** `giftcard` lines are vouchers sold, not goods. */
  type: z.enum(['product', 'service', 'giftcard']).default('product'),
})
export type OrderLine = z.infer<typeof OrderLine>

/** Shipping, a fee, a tip: a name and a price in the order's terms. A negative fee is a discount. */
export const Charge = z.object({
  name: label.min(1, 'a charge needs a name'),
  price: Amount,
  vatRate: VatRate.default(''),
  /** What the buyer pays for it, VAT included. Where the shop says it, it decides. */
  total: Amount.optional(),
})
export type Charge = z.infer<typeof Charge>

/** Taken off the whole order, beside what the lines already show. */
const OrderDiscount = z.object({
  code: label.default(''),
  name: label.default(''),
  amount: PositiveAmount,
})

const OrderPayment = z.object({
  id: label.default(''),
  /** `card`, `cod`, `bank_transfer`, `gift_card`, or the gateway's own name. */
  method: label.default(''),
  amount: PositiveAmount,
  at: instant.optional(),
})

/** What of a line was given back: so many of it, or for so much (VAT included), or both. */
export const RefundedLine = z.object({
  /** The `id` of the order's line. */
  id: label.min(1),
  quantity: PositiveAmount.optional(),
  amount: PositiveAmount.optional(),
})
export type RefundedLine = z.infer<typeof RefundedLine>

const OrderRefund = z.object({
  id: label,
  amount: PositiveAmount,
  /** Absent: the order's. */
  currency: z.enum(currencies).optional(),
  at: instant.optional(),
  /** What it was for, where the shop says it; the rest of `amount` is shipping first. */
  lines: z.array(RefundedLine).max(2000).optional(),
})
export type OrderRefund = z.infer<typeof OrderRefund>

/**
 * An order in our own shape, whatever the platform. Amounts are decimal text, never numbers.
 * `status` is one of draft, awaiting_payment, authorized, paid, fulfilled, completed, cancelled, refunded, failed,
 * unknown, or a shop's own word; `platformStatus` is what the platform literally said.
 */
export const Order = z.object({
  id: z
    .string()
    .min(1, 'an order needs an id')
    .max(LONGEST_ORDER_ID)
    .refine((id) => id.isWellFormed(), 'must be whole characters: half of a pair is left alone'),
  number: label.default(''),
  status: z.string().min(1).max(64),
  platformStatus: z.string().max(64).default(''),
  paymentStatus: z
    .enum([
      'unpaid',
      'authorized',
      'partially_paid',
      'paid',
      'partially_refunded',
      'refunded',
      'voided',
    ])
    .default('unpaid'),
  paymentMethod: label.default(''),
  currency: z.enum(currencies, {
    error: 'must be a currency that SmartBill issues in, like "RON" or "EUR"',
  }),
  /** RON for one unit of `currency`, as the shop converted it; used where the settings say so. */
  exchangeRate: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,6})?$/, 'must be RON for one unit, in text with a point, like "5.0912"')
    .optional(),
  createdAt: instant,
  updatedAt: instant,
  /** When the goods were handed over; where the shop says it, it is the tax point. */
  deliveredAt: instant.optional(),
  pricesIncludeVat: z.boolean(),
  customer: Customer,
  billing: Address,
  shipping: Address.optional(),
  lines: z.array(OrderLine).min(1, 'an order needs at least one line').max(2000),
  shippingLines: z.array(Charge).max(50).default([]),
  fees: z.array(Charge).max(50).default([]),
  discounts: z.array(OrderDiscount).max(50).default([]),
  /** What the buyer owes for the whole order, VAT included. */
  total: Amount,
  payments: z.array(OrderPayment).max(100).default([]),
  refunds: z.array(OrderRefund).max(100).default([]),
  /** A test order is never invoiced. */
  test: z.boolean().default(false),
  /** An invoice that exists elsewhere (another plugin): never invoiced again. */
  externalInvoice: label.default(''),
  /** Where the order was placed, in the platform's word: `web`, `pos`, a marketplace. */
  channel: label.default(''),
  tags: z.array(label).max(250).default([]),
  /** Whether the buyer asked for an invoice by giving details for it; unknown means: judge by the data. */
  invoiceRequested: z.boolean().optional(),
})
export type Order = z.infer<typeof Order>
