import { z } from 'zod'
import type { App } from './app.ts'
import { actKey, type ActKey, type ActState } from './core/acts.ts'
import { readCsv } from './core/csv.ts'
import { partsOf, type DocumentKey, type OrderRef, type ShopId } from './core/ids.ts'
import type { FollowedDocument } from './core/follow-ups.ts'
import { PositiveAmount, exact, sum, text, ZERO } from './core/money.ts'
import { currencies } from './core/order.ts'
import { paymentTypeOf } from './core/payment.ts'
import { plannedPayments, type PaymentWish } from './core/payments-wanted.ts'
import { paymentTypes, type Shop } from './core/settings.ts'
import {
  settlementOf,
  type RowProblem,
  type SettledRow,
  type SettlementColumns,
} from './core/settlement.ts'
import { civilDate } from './core/time.ts'
import { followedAll } from './follow-up.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now' | 'enqueueAct'>

/** Money that a person says was received for an order. */
export const HandPayment = z.strictObject({
  /** Decimal text, in the currency of the invoice. */
  amount: PositiveAmount.refine((value) => exact(value).gt(ZERO), 'must be more than zero'),
  currency: z.enum(currencies).optional(),
  /** The shop's payment method, mapped by the settings; or SmartBill's own kind in `type`. */
  method: z.string().min(1).max(100).default('cod'),
  type: z.enum(paymentTypes).optional(),
  /** The day the money came; today when absent. */
  date: z.iso.date().optional(),
  /** Names the payment: the same id is recorded once. Absent: one payment of this amount a day. */
  id: z
    .string()
    .min(1)
    .max(100)
    .refine((id) => id.isWellFormed(), 'must be whole characters: half of a pair is left alone')
    .optional(),
  reason: z.string().max(500).default(''),
})
export type HandPayment = z.infer<typeof HandPayment>

type Words = { code: string; ro: string; en: string }
export type Recorded =
  | { status: 'asked' | 'known'; act: ActKey; state: ActState }
  | { status: 'refused'; words: Words }

/** Asks for a payment to be recorded on the order's invoice. The same one twice is one. */
export async function recordByHand(
  app: Needs,
  { shop, documents }: { shop: Shop; ref: OrderRef; documents: readonly DocumentKey[] },
  payment: HandPayment,
  who: string,
): Promise<Recorded> {
  const live = await liveInvoice(app, shop, documents)
  if (live === undefined) return { status: 'refused', words: noInvoice }
  const currency = payment.currency ?? (live.currency || 'RON')
  if (live.currency !== '' && currency !== live.currency)
    return { status: 'refused', words: otherCurrency(live.currency) }
  const date = payment.date ?? civilDate(app.now())
  const words = await moreThanUnpaid(app, shop, live, payment.amount)
  if (words !== undefined) return { status: 'refused', words }
  const wish: PaymentWish = {
    value: text(exact(payment.amount)),
    currency,
    type: payment.type ?? paymentTypeOf(payment.method, shop.settings),
    date,
    method: payment.method,
    source: payment.reason === '' ? who : `${who}: ${payment.reason}`,
  }
  const id = `hand-${payment.id ?? `${date}-${wish.value}`}`
  return wishFor(app, shop, actKey(live.key, 'payment', id), wish, who)
}

export type SettledLine = SettledRow & {
  outcome: 'asked' | 'known' | 'refused'
  ro: string
  en: string
  act?: ActKey
}
export type Settlement = {
  lines: SettledLine[]
  problems: RowProblem[]
  /** Decimal text: the sum of what is asked for. */
  amount: string
}

/** Reads a courier's settlement and asks for each payment in it. `dryRun` says what would happen. Reading it twice is safe. */
export async function settle(
  app: Needs,
  shop: Shop,
  source: string,
  options: {
    columns?: SettlementColumns
    dryRun?: boolean
    method?: string
    who: string
    onProgress?: (done: number, of: number) => void
  },
): Promise<Settlement> {
  const { rows, problems } = settlementOf(readCsv(source), options.columns ?? {})
  const lines: SettledLine[] = []
  for (const row of rows) {
    lines.push(await settleRow(app, shop, row, options))
    options.onProgress?.(lines.length, rows.length)
  }
  const asked = lines.filter(({ outcome }) => outcome === 'asked')
  return { lines, problems, amount: text(sum(asked.map(({ amount }) => exact(amount)))) }
}

async function settleRow(
  app: Needs,
  shop: Shop,
  row: SettledRow,
  options: { dryRun?: boolean; method?: string; who: string },
): Promise<SettledLine> {
  const refused = ({ ro, en }: { ro: string; en: string }): SettledLine => ({
    ...row,
    outcome: 'refused',
    ro,
    en,
  })
  const ref = await app.ledger.reports.findOrder(shop.account, shop.id, row.order)
  const documents = ref === undefined ? undefined : await documentsOf(app, shop, ref)
  if (ref === undefined || documents === undefined) return refused(noOrder(shop.id, row.order))
  const live = await liveInvoice(app, shop, documents)
  if (live === undefined) return refused(noInvoice)
  const date = row.date ?? civilDate(app.now())
  const id = row.reference === '' ? `${date}-${row.amount}` : row.reference
  const act = actKey(live.key, 'payment', `settled-${id}`)
  const known = await app.ledger.acts.get(shop.account, act)
  if (known !== undefined && known.withdrawn !== '1')
    return { ...row, act, outcome: 'known', ...alreadyKnown }
  const words = await moreThanUnpaid(app, shop, live, row.amount)
  if (words !== undefined) return refused(words)
  const { method = 'cod' } = options
  const wish: PaymentWish = {
    value: row.amount,
    currency: live.currency || 'RON',
    type: paymentTypeOf(method, shop.settings),
    date,
    method,
    source: `${options.who}: settlement ${row.reference}`.trim(),
  }
  if (options.dryRun !== true) await wishFor(app, shop, act, wish, options.who)
  return { ...row, act, outcome: 'asked', ...willRecord(live) }
}

async function wishFor(
  app: Needs,
  shop: Shop,
  key: ActKey,
  wish: PaymentWish,
  who: string,
): Promise<Recorded> {
  const { acts } = app.ledger
  const made = await acts.wish(shop.account, { key, state: 'due', wish }, who)
  if (made.status === 'made') {
    await app.enqueueAct(shop.account, key, made.generation)
    return { status: 'asked', act: key, state: made.state }
  }
  const known = await acts.get(shop.account, key)
  const isBack = known?.withdrawn === '1' && (await acts.bringBack(shop.account, key, 'due'))
  if (!isBack) return { status: 'known', act: key, state: made.state }
  await app.enqueueAct(shop.account, key, known.gen + 1)
  return { status: 'asked', act: key, state: 'due' }
}

/** The documents of an order, also of one whose own data is no longer kept; undefined when it is not known. */
async function documentsOf({ ledger }: Pick<App, 'ledger'>, shop: Shop, ref: OrderRef) {
  const known = await ledger.documents.order(shop.account, ref)
  return known?.documents ?? (await ledger.retention.remains(shop.account, ref))
}

/** The invoice that stands for an order now: the newest that is not a correction and was not reversed. */
async function liveInvoice(
  { ledger }: Pick<App, 'ledger'>,
  { account }: Shop,
  keys: readonly DocumentKey[],
): Promise<FollowedDocument | undefined> {
  const known = await followedAll(ledger, account, keys)
  return known.findLast(
    ({ kind, corrects, state, gone }) =>
      kind === 'invoice' &&
      corrects === undefined &&
      gone !== true &&
      ['due', 'attempting', 'uncertain', 'issued'].includes(state),
  )
}

/** Why so much cannot be collected, as far as the ledger knows: an invoice that is not issued yet has no total to say. */
async function moreThanUnpaid(
  { ledger }: Pick<App, 'ledger'>,
  { account }: Shop,
  { key, state, total, paid, currency }: FollowedDocument,
  amount: string,
): Promise<Words | undefined> {
  if (state !== 'issued') return undefined
  const { acts } = await ledger.acts.ofOrder(account, partsOf(key).order)
  const left = exact(total || '0')
    .minus(exact(paid || '0'))
    .minus(sum(plannedPayments(key, acts)))
  return exact(amount).gt(left) ? tooMuch(text(left), currency || 'RON') : undefined
}

const noInvoice: Words = {
  code: 'no-invoice',
  ro: 'Comanda nu are o factură pe care să se încaseze. Emiteți factura, apoi înregistrați plata.',
  en: 'The order has no invoice to collect on. Issue the invoice, then record the payment.',
}
const otherCurrency = (currency: string): Words => ({
  code: 'payment-currency',
  ro: `Factura este în ${currency}. Trimiteți suma în ${currency}.`,
  en: `The invoice is in ${currency}. Send the amount in ${currency}.`,
})
const tooMuch = (left: string, currency: string): Words => ({
  code: 'more-than-unpaid',
  ro: `De încasat au rămas ${left} ${currency}, iar suma este mai mare. Verificați suma sau înregistrați diferența în SmartBill.`,
  en: `${left} ${currency} is left to collect, and the amount is more. Check the amount, or record the difference in SmartBill.`,
})
const noOrder = (shop: ShopId, order: string) => ({
  ro: `Magazinul ${shop} nu are comanda „${order}”.`,
  en: `Shop ${shop} has no order "${order}".`,
})
const alreadyKnown = {
  ro: 'A fost înregistrată sau cerută deja.',
  en: 'It was recorded or asked for before.',
}
const willRecord = ({ series, number }: FollowedDocument) => ({
  ro: `Se încasează pe ${number === '' ? 'factura care se emite' : series + number}.`,
  en: `Is recorded on ${number === '' ? 'the invoice that is being issued' : series + number}.`,
})
