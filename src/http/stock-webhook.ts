import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { AccountId } from '../core/ids.ts'
import { quantityOf, type StockItem } from '../core/stock.ts'
import { pushSoon } from '../stock-push.ts'
import { bearer, createRefusal, same } from './auth.ts'
import { errors, fail, failing } from './errors.ts'

const LIMIT_BYTES = 3_000_000

const words = z
  .union([z.string(), z.number(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
  .default('')
const Product = z.looseObject({
  warehouse: words,
  productName: words,
  productCode: words,
  quantity: z.union([z.string(), z.number()]),
})
const Body = z.union([
  z.array(z.unknown()),
  z.looseObject({ products: z.array(z.unknown()) }).transform(({ products }) => products),
])

/** SmartBill tells new absolute quantities. Answered at once; shops are told afterwards. */
export function stockRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    const refuse = createRefusal(plain)
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    server.post(
      '/webhooks/smartbill/:account',
      {
        bodyLimit: LIMIT_BYTES,
        schema: {
          summary: "SmartBill's stock webhook: new absolute quantities",
          description:
            'Set it up in SmartBill under Contul meu → Integrari → Sincronizare stocuri, with the `stockToken` of the account.',
          tags: ['Webhooks'],
          params: z.object({ account: z.string() }),
          response: {
            200: z.object({ status: z.string(), taken: z.number(), ignored: z.number() }),
            ...failing(400, 401, 413, 429, 503),
          },
        },
      },
      async (request, reply) => {
        const id = AccountId.safeParse(request.params.account)
        const account = id.success ? await app.ledger.registry.account(id.data) : undefined
        const { stockToken } = account ?? {}
        // SmartBill's own receivers compare without capitals.
        const given = bearer(request).toLowerCase()
        if (account === undefined || stockToken === undefined) return refuse(request, reply)
        if (!same(given, stockToken.toLowerCase())) return refuse(request, reply)
        const products = listed(request.body)
        if (products === undefined) return fail(reply, 400, errors.invalid)
        const items = products.flatMap((product) => itemOf(product))
        await app.ledger.stock.set(account.id, items)
        if (items.length > 0) await pushSoon(app, account.id)
        const ignored = products.length - items.length
        request.log.info({ account: account.id, taken: items.length, ignored }, 'stock taken in')
        return reply.status(200).send({ status: 'ok', taken: items.length, ignored })
      },
    )
  }
}

/** The products of a message; none in a test call or in something that is not a list; undefined when it is no JSON. */
function listed(body: unknown): unknown[] | undefined {
  try {
    return Body.safeParse(JSON.parse(String(body))).data ?? []
  } catch {
    return undefined
  }
}

function itemOf(given: unknown): StockItem[] {
  const product = Product.safeParse(given)
  const quantity = product.success ? quantityOf(product.data.quantity) : null
  if (!product.success || quantity === null) return []
  const { warehouse, productCode: code, productName: name } = product.data
  return code === '' && name === '' ? [] : [{ warehouse, code, name, unit: '', quantity }]
}
