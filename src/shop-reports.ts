import type { App } from './app.ts'
import { csvLine } from './core/csv.ts'
import { importedName } from './core/imported.ts'
import { exact, sum, text } from './core/money.ts'
import { rehearse, type Rehearsed } from './core/rehearsal.ts'
import type { Settings, Shop } from './core/settings.ts'
import { civilDate } from './core/time.ts'
import { ordersSince } from './orders-since.ts'

const MOST_ORDERS = 20_000
const MOST_LISTED = 500

export type RehearsalReport = {
  since: string
  orders: number
  changed: number
  /** There are more orders than were looked at. */
  cut: boolean
  /** For each rule, and '' for none, how many orders it fits and how many change. */
  rules: { name: string; before: number; after: number; changed: number }[]
  /** Those that change. */
  list: Rehearsed[]
}

/** What other rules would make of the orders of the last days, as each is now. Nothing is written. */
export async function rehearseRules(
  app: Pick<App, 'ledger' | 'now'>,
  shop: Shop,
  wanted: Settings['rules'],
  since: number,
): Promise<RehearsalReport> {
  const { ledger, now } = app
  const rows = new Map<string, { before: number; after: number; changed: number }>()
  const row = (name: string) => {
    const known = rows.get(name) ?? { before: 0, after: 0, changed: 0 }
    rows.set(name, known)
    return known
  }
  for (const { name } of wanted) row(name)
  const list: Rehearsed[] = []
  let orders = 0
  let changed = 0
  for await (const page of ordersSince(app, shop, since, MOST_ORDERS)) {
    const imported = await Promise.all(
      page.map(({ order }) => ledger.imports.of(shop.account, shop.id, order)),
    )
    for (const [i, { order }] of page.entries()) {
      const one = rehearse(order, shop.settings, wanted, now(), imported[i]?.imported)
      orders++
      row(one.before.by).before++
      row(one.after.by).after++
      if (!one.changes) continue
      changed++
      row(one.after.by).changed++
      if (list.length < MOST_LISTED) list.push(one)
    }
  }
  return {
    since: new Date(since).toISOString(),
    orders,
    changed,
    cut: orders >= MOST_ORDERS,
    rules: [...rows].map(([name, counts]) => ({ name, ...counts })),
    list,
  }
}

export type ShadowRow = {
  order: string
  number: string
  /** Romanian day on which the order came. */
  day: string
  kind: string
  /** `built`: would have been issued. `held`: would have waited for a person. Else the document's state or the rule. */
  state: string
  series: string
  total: string
  currency: string
  client: string
  reasons: string[]
  /** What the order has from another program, as it was imported or as the shop says. */
  other: string
  otherTotal: string
  /** Against the other program's document. */
  compared: 'same' | 'different' | 'missing' | 'extra' | ''
}
export type ShadowReport = {
  since: string
  /** Whether shadow mode is on now. */
  on: boolean
  days: { day: string; currency: string; built: number; total: string; held: number }[]
  reasons: { code: string; count: number }[]
  compared: { same: number; different: number; missing: number; extra: number }
  rows: ShadowRow[]
  cut: boolean
}

/** What shadow mode would have sent since an instant (ms), beside what another program issued. */
export async function shadowReport(
  { ledger }: Pick<App, 'ledger'>,
  shop: Shop,
  since: number,
): Promise<ShadowReport> {
  const rows: ShadowRow[] = []
  const hasImports = (await ledger.imports.count(shop.account, shop.id)) > 0
  let looked = 0
  for await (const page of ordersSince({ ledger }, shop, since, MOST_ORDERS)) {
    looked += page.length
    rows.push(
      ...(
        await Promise.all(
          page.map(async (known) => {
            const found = await ledger.imports.of(shop.account, shop.id, known.order)
            const other = found?.imported
            const named = other === undefined ? known.order.externalInvoice : importedName(other)
            const base = {
              order: known.order.id,
              number: known.order.number,
              day: civilDate(known.receivedAt),
              other: named,
              otherTotal: other?.total ?? '',
            }
            const built = await Promise.all(
              known.documents.map(async (key) => {
                const document = await ledger.documents.get(shop.account, key)
                if (document === undefined || document.shadow !== '1') return []
                const draft = await ledger.shadow.draft(shop.account, key)
                const isBuilt = document.state === 'skipped' && document.total !== ''
                const row: ShadowRow = {
                  ...base,
                  kind: draft?.kind ?? 'invoice',
                  state: isBuilt ? 'built' : document.state,
                  series: document.series,
                  total: isBuilt ? document.total : known.order.total,
                  currency: document.currency || known.order.currency,
                  client: draft?.client.name ?? '',
                  reasons: (document.reasons ?? []).map(({ code }) => code),
                  compared: '',
                }
                return [{ ...row, compared: comparedWith(row, hasImports) }]
              }),
            )
            const shown = built.flat()
            if (shown.length > 0 || named === '' || known.documents.length > 0) return shown
            // Another program issued something for which nothing would have been sent.
            return [
              {
                ...base,
                kind: '',
                state: known.ruling?.rule ?? 'not-due',
                series: '',
                total: known.order.total,
                currency: known.order.currency,
                client: '',
                reasons: [],
                compared: 'extra' as const,
              },
            ]
          }),
        )
      ).flat(),
    )
  }
  return {
    since: new Date(since).toISOString(),
    on: shop.settings.shadow,
    days: daysOf(rows),
    reasons: reasonsOf(rows),
    compared: {
      same: rows.filter(({ compared }) => compared === 'same').length,
      different: rows.filter(({ compared }) => compared === 'different').length,
      missing: rows.filter(({ compared }) => compared === 'missing').length,
      extra: rows.filter(({ compared }) => compared === 'extra').length,
    },
    rows,
    cut: looked >= MOST_ORDERS,
  }
}

/** `missing`: we would have issued and the other program did not; told only where its documents are known. */
function comparedWith(row: ShadowRow, hasImports: boolean): ShadowRow['compared'] {
  if (row.other === '') return hasImports && row.state === 'built' ? 'missing' : ''
  if (row.state !== 'built') return 'extra'
  if (row.otherTotal === '') return ''
  return exact(row.otherTotal).eq(exact(row.total)) ? 'same' : 'different'
}

function daysOf(rows: readonly ShadowRow[]): ShadowReport['days'] {
  const groups = Map.groupBy(rows, ({ day, currency }) => `${day} ${currency}`)
  return [...groups]
    .map(([name, some]) => {
      const built = some.filter(({ state }) => state === 'built')
      const [day = '', currency = ''] = name.split(' ')
      return {
        day,
        currency,
        built: built.length,
        total: text(sum(built.map(({ total }) => exact(total)))),
        held: some.filter(({ state }) => state === 'held').length,
      }
    })
    .toSorted((a, b) => `${b.day}${b.currency}`.localeCompare(`${a.day}${a.currency}`))
}

const reasonsOf = (rows: readonly ShadowRow[]): ShadowReport['reasons'] =>
  [
    ...Map.groupBy(
      rows.flatMap(({ reasons }) => reasons),
      (code) => code,
    ),
  ]
    .map(([code, some]) => ({ code, count: some.length }))
    .toSorted((a, b) => b.count - a.count)

/** One row per document, as a spreadsheet opens it. */
export function shadowCsv({ rows }: ShadowReport): string {
  const head =
    'order,number,day,kind,state,series,total,currency,client,reasons,other,other_total,compared\r\n'
  const lines = rows.map((row) =>
    csvLine([
      row.order,
      row.number,
      row.day,
      row.kind,
      row.state,
      row.series,
      row.total,
      row.currency,
      row.client,
      row.reasons.join(' '),
      row.other,
      row.otherTotal,
      row.compared,
    ]),
  )
  return `\uFEFF${head}${lines.join('')}`
}
