import { z } from 'zod'
import { countryCode } from './countries.ts'
import { DocumentKind } from './ids.ts'
import { exact, PositiveAmount } from './money.ts'
import { currencies, type Order } from './order.ts'
import type { Settings } from './settings.ts'
import { fold, says } from './text.ts'

const words = z.array(z.string().trim().min(1).max(250)).min(1).max(100)
const country = z
  .string()
  .trim()
  .regex(/^[A-Z]{2}$/, 'an ISO country code like "RO"')

/** One of a shop's own rules: when an order is like this, these settings hold for it. */
export const ShopRule = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    /** Every condition that is named must be met; none named means every order. */
    when: z
      .strictObject({
        /** The order's status now, in our word or the platform's. It is also what makes the document due. */
        statuses: words.optional(),
        methods: words.optional(),
        countries: z.array(country).min(1).max(100).optional(),
        channels: words.optional(),
        /** One of these is enough. */
        tags: words.optional(),
        buyer: z.enum(['company', 'person']).optional(),
        currencies: z.array(z.enum(currencies)).min(1).optional(),
        totalFrom: PositiveAmount.optional(),
        totalTo: PositiveAmount.optional(),
      })
      .default({}),
    /** What is different for such an order; what is not named stays as in the shop's settings. */
    set: z
      .strictObject({
        /** `none`: no document by itself; a person may still ask for one. */
        document: z.enum([...DocumentKind.options, 'none']).optional(),
        series: z.string().trim().min(1).max(50).optional(),
        language: z
          .string()
          .trim()
          .regex(/^[A-Z]{2}$/, 'two capital letters like "RO"')
          .optional(),
        warehouse: z.string().trim().max(100).optional(),
        email: z.enum(['never', 'issued', 'paid']).optional(),
        draft: z.boolean().optional(),
        delayMinutes: z.number().int().min(0).max(43_200).optional(),
      })
      .default({}),
  })
  .refine(({ when }) => rangeHolds(when), {
    path: ['when', 'totalTo'],
    error: 'must not be smaller than totalFrom',
  })
export type ShopRule = z.infer<typeof ShopRule>

export const ShopRules = z
  .array(ShopRule)
  .max(100)
  .refine((rules) => new Set(rules.map(({ name }) => fold(name))).size === rules.length, {
    error: 'every rule needs a name of its own',
  })

type Range = { totalFrom?: string | undefined; totalTo?: string | undefined }

function rangeHolds({ totalFrom, totalTo }: Range): boolean {
  return totalFrom === undefined || totalTo === undefined || exact(totalFrom).lte(exact(totalTo))
}

/** What is already settled when the rules are asked about a document that is due. */
export type Settled = {
  /** The kind it was made as; it stays. */
  kind?: DocumentKind | undefined
  /** The rule that made it due: its statuses were met then and are not asked again. */
  madeBy?: string | undefined
}

/** The first rule that fits the order. */
export const firstMatch = (
  order: Order,
  { rules }: Pick<Settings, 'rules'>,
  madeBy?: string,
): ShopRule | undefined => rules.find((rule) => fits(order, rule, rule.name === madeBy))

/**
 * The shop's settings as the first rule that fits changes them, and the rule's name. A rule that says "no document"
 * changes nothing: whoever asks for a document nevertheless gets it by the rules after it.
 */
export function effectiveSettings(
  order: Order,
  settings: Settings,
  { kind, madeBy }: Settled = {},
): { settings: Settings; by?: string } {
  const rule = settings.rules.find(
    (one) =>
      one.set.document !== 'none' &&
      (kind === undefined || (one.set.document ?? settings.document) === kind) &&
      fits(order, one, one.name === madeBy),
  )
  if (rule === undefined) return { settings }
  const { document, series, language, warehouse, email, draft, delayMinutes } = rule.set
  return {
    by: rule.name,
    settings: {
      ...settings,
      triggerStatuses: rule.when.statuses ?? settings.triggerStatuses,
      ...(document === undefined || document === 'none' ? {} : { document }),
      ...(series === undefined ? {} : { series }),
      ...(language === undefined ? {} : { language, languageByCountry: false }),
      ...(warehouse === undefined ? {} : { warehouse }),
      ...(email === undefined ? {} : { email: { ...settings.email, when: email } }),
      ...(draft === undefined ? {} : { draft }),
      ...(delayMinutes === undefined ? {} : { delayMinutes }),
    },
  }
}

function fits(order: Order, { when }: ShopRule, statusWasMet: boolean): boolean {
  const among = (listed: readonly string[] | undefined, ...given: readonly string[]): boolean =>
    listed === undefined || given.some((one) => listed.some((word) => same(word, one)))
  const total = exact(order.total)
  return (
    (statusWasMet || among(when.statuses, order.status, order.platformStatus)) &&
    among(when.methods, ...order.paymentMethod.split(',')) &&
    among(when.countries, countryCode(order.billing.country || order.shipping?.country || '')) &&
    among(when.channels, order.channel) &&
    among(when.tags, ...order.tags) &&
    (when.buyer === undefined || when.buyer === buyerKind(order)) &&
    among(when.currencies, order.currency) &&
    (when.totalFrom === undefined || total.gte(exact(when.totalFrom))) &&
    (when.totalTo === undefined || total.lte(exact(when.totalTo)))
  )
}

const same = (a: string, b: string): boolean => fold(a).trim() === fold(b).trim()

const buyerKind = ({ customer, billing }: Order): 'company' | 'person' =>
  customer.kind !== 'unknown'
    ? customer.kind
    : says(customer.cif) || says(customer.company) || says(billing.company)
      ? 'company'
      : 'person'
