import { z } from 'zod'
import { Alerting } from './alerting.ts'
import { EmailSettings } from './email-settings.ts'
import { AccountId, DocumentKind, ShopId } from './ids.ts'
import { euCountries } from './countries.ts'
import { ExtractionRule } from './extraction.ts'
import { Mailbox } from './mailbox.ts'
import { NoticeEndpoint } from './notices.ts'
import { currencies } from './order.ts'
import { apiFits, ShopApi } from './shop-api.ts'
import { ShopRules } from './shop-rules.ts'

/** The kinds of payment SmartBill knows (POST /invoice/v2, payment.type). */
export const paymentTypes = [
  'Chitanta',
  'Bon',
  'Card',
  'Card online',
  'CEC',
  'Bilet ordin',
  'Ordin plata',
  'Mandat postal',
  'Extras de cont',
  'Ramburs',
  'Alta incasare',
] as const
export type PaymentType = (typeof paymentTypes)[number]

/** What a shop does about a change that comes after the document. */
const reactions = ['reverse', 'propose', 'ignore'] as const
/** How a whole document is undone at SmartBill. */
export const reversalWays = ['storno', 'cancel', 'delete-if-last'] as const
export type ReversalWay = (typeof reversalWays)[number]

const percentage = z.string().regex(/^\d{1,2}(\.\d{1,4})?$/, 'a percentage in text, like "21"')
const vatName = z.string().min(1).max(100)
/** A VAT rate exactly as the SmartBill account has it. */
const VatName = z.strictObject({ name: vatName, percentage })
const language = z.string().regex(/^[A-Z]{2}$/, 'two capital letters like "RO"')
const webAddress = z
  .url({ protocol: /^https?$/, error: 'an address like "https://shop.ro/stock"' })
  .max(500)
const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO country code like "DE"')

/** What a merchant decides for one shop. Every default is safe: nothing is issued until `enabled` is on. */
export const Settings = z.strictObject({
  enabled: z.boolean().default(false),
  document: DocumentKind.optional(),
  series: z.string().min(1).max(50).optional(),
  language: language.default('RO'),
  /** The document in the language of the buyer's country; `language` is then for Romanian buyers. */
  languageByCountry: z.boolean().default(false),
  /** Country → language, before the built-in choice. */
  languages: z.record(country, language).default({}),
  automatic: z.boolean().default(true),
  onlyWithBillingDetails: z.boolean().default(false),
  triggerStatuses: z.array(z.string().min(1).max(64)).default(['paid', 'completed']),
  saveClients: z.boolean().default(true),
  saveProducts: z.boolean().default(false),
  productCode: z
    .array(z.enum(['sku', 'barcode']))
    .min(1)
    .default(['sku', 'barcode']),
  allowLinesWithoutCode: z.boolean().default(false),
  /** The day on the document: the day of issuing, or the day of the order (both Romanian days). */
  issueDate: z.enum(['today', 'order']).default('today'),
  /** Days from the issue date to the due date; absent means no due date. */
  dueDays: z.number().int().min(0).max(365).optional(),
  /** `order`: in the order's currency; a code: only orders in that currency are issued, others are held. */
  currency: z.union([z.literal('order'), z.enum(currencies)]).default('RON'),
  /** For documents not in RON: SmartBill's own rate, or the one given here (RON for one unit). */
  exchangeRate: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,6})?$/)
    .optional(),
  /**
   * Where the rate comes from: the account's own in SmartBill, `exchangeRate` above, the order, or the National Bank.
   * Absent: `exchangeRate` if there is one, else SmartBill.
   */
  exchangeRateSource: z.enum(['smartbill', 'setting', 'order', 'bnr']).optional(),
  precision: z.union([z.literal(2), z.literal(3), z.literal(4)]).default(2),
  unit: z.string().min(1).max(50).default('buc'),
  warehouse: z.string().max(100).optional(),
  useStock: z.boolean().default(false),
  /** Product code → unit of measure exactly as in SmartBill, before what the shop says. */
  units: z.record(z.string(), z.string().min(1).max(50)).default({}),
  /** Products that leave another warehouse than `warehouse`, by their codes (`CAFE-*`); the first that fits. */
  warehouses: z
    .array(
      z.strictObject({ codes: z.string().min(1).max(100), warehouse: z.string().min(1).max(100) }),
    )
    .max(200)
    .default([]),
  /** Tell the shop SmartBill's quantities, through its API or the webhook `stockWebhook`. */
  pushStock: z.boolean().default(false),
  /** The warehouses that this shop sells from; none named: `warehouse`, else all of them. */
  stockWarehouses: z.array(z.string().min(1).max(100)).max(50).default([]),
  /** `captured`: money that was received is recorded with the invoice. */
  recordPayment: z.enum(['never', 'captured']).default('captured'),
  /** The shop's payment method → SmartBill's kind of payment; beside the built-in defaults. */
  paymentTypes: z.record(z.string(), z.enum(paymentTypes)).default({}),
  /** The series of receipts in SmartBill, for methods that are recorded as `Chitanta`. */
  receiptSeries: z.string().min(1).max(50).optional(),
  /** Money given back after the invoice, all or part of it: correct it, ask a person first, or leave it. */
  onRefund: z.enum(reactions).default('propose'),
  /** The order was cancelled after its document. */
  onCancel: z.enum(reactions).default('propose'),
  /** The order's lines or total changed after its invoice: storno and a new invoice. */
  onEdit: z.enum(reactions).default('propose'),
  /** How a whole invoice is undone. `delete-if-last` falls back to a storno. */
  reverseBy: z.enum(reversalWays).default('storno'),
  /** An order with a proforma: its invoice is made of it once the order is paid in full. */
  invoiceFromEstimate: z.enum(['when-paid', 'never']).default('when-paid'),
  /** The series of invoices that follow a proforma. */
  invoiceSeries: z.string().min(1).max(50).optional(),
  /** Proformas that nobody paid are cancelled after so many days; absent: never. */
  cancelEstimatesAfterDays: z.number().int().min(1).max(365).optional(),
  /** A company name without CIF: hold the order, or invoice a person. */
  companyWithoutCif: z.enum(['hold', 'person']).default('hold'),
  /**
   * Romanian companies are looked up at ANAF for name, address and VAT status. While ANAF does not answer: issue with
   * the shop's data, or hold the order until it does.
   */
  companyLookup: z.enum(['off', 'issue-anyway', 'hold']).default('issue-anyway'),
  /** A company that ANAF lists as inactive or struck off: note it in the timeline, or hold the order. */
  inactiveCompany: z.enum(['flag', 'hold']).default('flag'),
  /** The rate of charges (shipping, fees) for which the shop names none; `highest` of the products; absent means hold. */
  chargesVatRate: z.union([z.literal('highest'), percentage]).optional(),
  /** The account's name for 0 % by its reason; where the law leaves one choice, it is found without this. */
  zeroVat: z
    .strictObject({
      export: vatName.optional(),
      intraCommunity: vatName.optional(),
      reverseCharge: vatName.optional(),
      exempt: vatName.optional(),
    })
    .default({}),
  /** One-stop shop: the account's rates for consumers of other EU countries; empty means Romanian VAT for all of them. */
  oss: z
    .record(
      country.refine((code) => code === 'XI' || (code !== 'RO' && euCountries.has(code)), {
        error:
          'a country of the European Union other than Romania, by its ISO code (Greece: "GR"), or "XI" for Northern Ireland',
      }),
      z.union([VatName, z.array(VatName).min(1).max(10)]),
    )
    .default({}),
  /** Intra-community and one-stop-shop documents carry the company's intra-community code. */
  useIntraCif: z.boolean().default(false),
  /** The company applies VAT on collection. */
  vatOnCollection: z.boolean().default(false),
  /** The shop sells homes under the transitional 9 %. */
  housingRate: z.boolean().default(false),
  /** The day whose VAT rates apply, unless the order says when it was delivered. */
  taxPoint: z.enum(['order', 'payment', 'issue']).default('order'),
  /** Where company data stands in this shop's orders, in order of preference; before what the platform's reader finds. */
  extraction: z.array(ExtractionRule).max(40).default([]),
  mentions: z.string().max(500).default('Comanda online {order.number}'),
  observations: z.string().max(500).default(''),
  delayMinutes: z.number().int().min(0).max(43_200).default(0),
  /**
   * A delayed document and the end of the month. `before-end`: it goes on the last day at the latest, so that it never
   * slides into the next month. `freeze`: what becomes due on the last day waits for the first of the next month.
   */
  monthEnd: z.enum(['ignore', 'before-end', 'freeze']).default('ignore'),
  /** Orders placed before this day (Romanian) or instant are never issued by themselves: another program had them. */
  issueOrdersFrom: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'a day like "2026-12-01", or an instant like "2026-12-01T08:00:00+02:00"',
    })
    .optional(),
  /** Everything is built and nothing is issued: what would have been sent is kept for the shadow report. */
  shadow: z.boolean().default(false),
  /** The shop's own rules; the first one that fits an order changes these settings for it. */
  rules: ShopRules.default([]),
  skipZeroTotal: z.boolean().default(true),
  draft: z.boolean().default(false),
  /** The document by e-mail to the buyer, once: at issue, or when it is paid. */
  email: EmailSettings.default(() => EmailSettings.parse({})),
  /**
   * Writes number and link on the order in the shop, through its API: WooCommerce a note and meta, Shopify metafields,
   * CloudCart its invoice number (once; CloudCart then lets nobody change the order's content).
   */
  writeBack: z.boolean().default(false),
  /**
   * The link that buyers and the shop get: SmartBill's own, or one of ours that needs RELAY_PUBLIC_URL and goes on
   * working when SmartBill is down.
   */
  documentLink: z.enum(['smartbill', 'relay']).default('smartbill'),
  /**
   * Every night the day before is reconciled: orders, documents, payments and refunds of the ledger, and with
   * `smartbill` what SmartBill has of each document, read while documents leave calls free.
   */
  reconcile: z.enum(['off', 'ledger', 'smartbill']).default('smartbill'),
  /** Numbers of the shop's series that are none of its own; `ignore` where others issue in the series too. */
  foreignNumbers: z.enum(['report', 'ignore']).default('report'),
})
export type Settings = z.infer<typeof Settings>

export const PlatformName = z.enum(['generic', 'woocommerce', 'shopify', 'cloudcart'])
export type PlatformName = z.infer<typeof PlatformName>

/** A SmartBill company as one of its users reaches it. One user's token may serve several accounts. */
export const Account = z.strictObject({
  id: AccountId,
  email: z.string().min(3).max(200),
  token: z.string().min(1).max(500),
  cif: z
    .string()
    .regex(/^(RO)?\d{2,10}$/, 'the CIF exactly as in SmartBill, like "RO12345674" or "12345674"'),
  /** What SmartBill's stock webhook proves itself with (Contul meu → Integrari → Sincronizare stocuri). */
  stockToken: z.string().min(8).max(500).optional(),
})
export type Account = z.infer<typeof Account>

export const Shop = z.strictObject({
  id: ShopId,
  account: AccountId,
  platform: PlatformName,
  /** What the platform proves itself with: bearer secret, HMAC key or API key. */
  secret: z.string().min(1).max(500),
  /** Still accepted while a secret is being changed. */
  previousSecret: z.string().min(1).max(500).optional(),
  /** How to call the platform's own API, to find what no webhook told. */
  api: ShopApi.optional(),
  /** Where this shop wants to hear of stock, signed with the secret (Standard Webhooks). */
  stockWebhook: z.strictObject({ url: webAddress, secret: z.string().min(8).max(500) }).optional(),
  /** Where this shop wants to hear what became of its orders, signed after Standard Webhooks. */
  webhooks: z.array(NoticeEndpoint).max(10).optional(),
  /** The mail server for `settings.email.via: smtp`; absent: the installation's (RELAY_SMTP_URL). */
  mailbox: Mailbox.optional(),
  settings: Settings.default(() => Settings.parse({})),
})
export type Shop = z.infer<typeof Shop>

/** The config file: accounts and shops; loading it twice changes nothing. */
export const ConfigFile = z.strictObject({
  /** Who hears of trouble, and how. */
  alerts: Alerting.optional(),
  accounts: z.array(Account).default([]),
  shops: z
    .array(
      Shop.refine(({ api, platform }) => api === undefined || apiFits(platform, api), {
        path: ['api'],
        error:
          'must be what the platform logs in with: woocommerce {url, key, secret}, shopify {url, token}, cloudcart {url, key}',
      }),
    )
    .default([]),
})
export type ConfigFile = z.infer<typeof ConfigFile>
