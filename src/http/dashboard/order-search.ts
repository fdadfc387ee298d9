import type { App } from '../../app.ts'
import { AccountId, DocumentKey, partsOf, type OrderRef } from '../../core/ids.ts'
import type { Shop } from '../../core/settings.ts'

/** Orders looked at for one search, shared by the shops that are searched. */
const MOST_LOOKED_AT = 2000
const LEAST_OF_A_SHOP = 100

export type Hit = { ref: OrderRef; shop: Shop; at: number }

/** Orders that were asked for by what names just one: their id or number, or the number of their document. */
export async function named(app: App, shops: readonly Shop[], asked: string): Promise<Hit[]> {
  const { reports } = app.ledger
  const names = [...new Set([asked, asked.replace(/^#/, ''), `#${asked.replace(/^#/, '')}`])]
  const orders = await Promise.all(
    shops.flatMap((shop) =>
      names.map(async (name) => {
        if (name === '' || name.length > 128) return []
        const ref = await reports.findOrder(shop.account, shop.id, name)
        return ref === undefined ? [] : [{ ref, shop }]
      }),
    ),
  )
  const documents = await Promise.all(
    seriesToAsk(shops, asked).map(async ({ account, series, number }) => {
      const keys = await Promise.all(
        (['invoice', 'estimate'] as const).map((kind) =>
          reports.numberOf(account, kind, series, number),
        ),
      )
      return keys.flatMap((text) => {
        const key = DocumentKey.safeParse(text)
        if (!key.success) return []
        const { shop: id, order } = partsOf(key.data)
        const shop = shops.find((one) => one.id === id)
        return shop === undefined ? [] : [{ ref: order, shop }]
      })
    }),
  )
  const hits = [...new Map([...orders, ...documents].flat().map((hit) => [hit.ref, hit])).values()]
  return Promise.all(
    hits.map(async ({ ref, shop }) => ({
      ref,
      shop,
      at: (await app.ledger.documents.order(shop.account, ref))?.receivedAt ?? 0,
    })),
  )
}

/** Orders that were asked for by their buyer or a product code. */
export async function described(
  app: App,
  shops: readonly Shop[],
  asked: string,
  span: { from?: number | undefined; to?: number | undefined },
): Promise<{ hits: Hit[]; cut: boolean }> {
  const most = Math.max(LEAST_OF_A_SHOP, Math.ceil(MOST_LOOKED_AT / shops.length))
  const found = await Promise.all(
    shops.map(async (shop) => ({
      shop,
      ...(await app.ledger.search.find(shop.account, shop.id, asked, span, most)),
    })),
  )
  return {
    hits: found.flatMap(({ shop, places }) => places.map((place) => ({ ...place, shop }))),
    cut: found.some(({ cut }) => cut),
  }
}

/** `FCT 0042`, `FCT0042` or `42` → which series to ask about which number. */
function seriesToAsk(shops: readonly Shop[], asked: string) {
  const match = /^(.*?)[\s-]*(\d{1,10})$/.exec(asked)
  if (match === null) return []
  const [, prefix = '', digits = ''] = match
  const known = shops.flatMap(({ account, settings }) =>
    settings.series === undefined ? [] : [{ account, series: settings.series }],
  )
  const same = known.filter(({ series }) => series.toLowerCase() === prefix.toLowerCase())
  const accounts = [...new Set(shops.map(({ account }) => account))]
  const asks =
    prefix === ''
      ? known
      : same.length > 0
        ? same
        : accounts.map((account) => ({ account: AccountId.parse(account), series: prefix }))
  const unique = new Map(asks.map((ask) => [`${ask.account} ${ask.series}`, ask]))
  return [...unique.values()].map((ask) => ({ ...ask, number: Number(digits) }))
}
