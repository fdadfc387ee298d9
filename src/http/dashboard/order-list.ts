import type { App } from '../../app.ts'
import { partsOf, partsOfOrder, ShopId, type DocumentKey, type OrderRef } from '../../core/ids.ts'
import type { DocumentState } from '../../core/lifecycle.ts'
import type { Shop } from '../../core/settings.ts'
import { html, type Html } from './html.ts'
import { to, type Visit } from './route.ts'
import { chip, stateChip, when } from './states.ts'
import { numbers, tableHead } from './table.ts'

type Known = NonNullable<Awaited<ReturnType<App['ledger']['documents']['order']>>>
type Document = NonNullable<Awaited<ReturnType<App['ledger']['documents']['get']>>>

/** An order with what became of it, as a list shows it. */
export type Summary = {
  ref: OrderRef
  shop: Shop
  known: Known | undefined
  documents: { key: DocumentKey; document: Document }[]
}

export async function summaryOf(app: App, shop: Shop, ref: OrderRef): Promise<Summary> {
  const { documents } = app.ledger
  const known = await documents.order(shop.account, ref)
  // Of an order whose own data is no longer kept, its documents are.
  const keys = known?.documents ?? (await app.ledger.retention.remains(shop.account, ref)) ?? []
  const found = await Promise.all(
    keys.map(async (key) => ({
      key,
      document: await documents.get(shop.account, key),
    })),
  )
  return {
    ref,
    shop,
    known,
    documents: found.flatMap(({ key, document }) =>
      document === undefined ? [] : [{ key, document }],
    ),
  }
}

export async function summaryOfDocument(
  app: App,
  key: DocumentKey,
): Promise<(Summary & { document: Document }) | undefined> {
  const { shop: shopId, order } = partsOf(key)
  const shop = await app.ledger.registry.shop(ShopId.parse(shopId))
  if (shop === undefined) return undefined
  const summary = await summaryOf(app, shop, order)
  const document = summary.documents.find((one) => one.key === key)?.document
  return document === undefined ? undefined : { ...summary, document }
}

/** The state that matters most to whoever looks at the order: that of its newest document. */
export const stateOf = (summary: Summary): DocumentState | undefined =>
  summary.documents.at(-1)?.document.state

export const orderPath = (ref: OrderRef): string => {
  const { shop, orderId } = partsOfOrder(ref)
  return to(['orders', shop, orderId])
}

export const orderName = ({ ref, known }: Pick<Summary, 'ref' | 'known'>): string =>
  known?.order.number || partsOfOrder(ref).orderId

const numberOf = ({ document }: { document: Document }): string =>
  document.number === '' ? '' : `${document.series}\u00A0${document.number}`

const buyerOf = (known: Known | undefined): string => {
  const customer = known?.order.customer
  return customer?.company || customer?.name || known?.order.billing.name || ''
}

export function orderState({ t }: Visit, summary: Summary): Html {
  const state = stateOf(summary)
  if (state !== undefined) return stateChip(t, state)
  if (summary.known?.ruling === undefined) return chip('wait', t.justArrived)
  return summary.known.ruling.kind === 'due' ? chip('wait', t.states.due) : chip('calm', t.notDue)
}

/** Orders as a table; on a phone each row is a small card. */
export function orderTable(visit: Visit, rows: readonly (Summary & { at: number })[]): Html {
  const { t, words, now } = visit
  if (rows.length === 0) return html`<p class="empty">${t.noOrders}</p>`
  return html`<table class="list orders">
    ${tableHead(t.order, t.buyer, numbers(t.total), t.state, t.document, t.shop, t.received)}
    <tbody>
      ${rows.map((row) => {
        const { known } = row
        const number = row.documents.map(numberOf).filter(Boolean).join(', ')
        return html`<tr>
          <th scope="row"><a href="${orderPath(row.ref)}">${orderName(row)}</a></th>
          <td data-label="${t.buyer}">${buyerOf(known) || '–'}</td>
          <td data-label="${t.total}" class="number">
            ${known === undefined ? '–' : `${words.amount(known.order.total)} ${known.order.currency}`}
          </td>
          <td data-label="${t.state}" class="state">${orderState(visit, row)}</td>
          <td data-label="${t.document}" class="${number === '' ? 'none' : 'docno'}">
            ${number || '–'}
          </td>
          <td data-label="${t.shop}" class="shop">${row.shop.id}</td>
          <td data-label="${t.received}" class="received">${when(words, row.at, now)}</td>
        </tr>`
      })}
    </tbody>
  </table>`
}
