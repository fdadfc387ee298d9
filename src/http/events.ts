import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { ShopId } from '../core/ids.ts'
import { Order } from '../core/order.ts'
import { seldomCounted } from '../core/seldom.ts'
import { PlatformName, type Shop } from '../core/settings.ts'
import { bearer, createRefusal, same } from './auth.ts'
import { errors, fail, failing } from './errors.ts'
import { takeIn } from '../intake.ts'

/** Real orders stay far below; a larger body is refused before it is read. */
const ORDER_LIMIT_BYTES = 1_000_000
const WEBHOOK_LIMIT_BYTES = 3_000_000
/** A shop whose webhooks lack proof is told of in the log once in so many ms: anybody can send such webhooks. */
const UNPROVEN_AGAIN_MS = 30_000

declare module 'fastify' {
  interface FastifyRequest {
    shop?: Shop
  }
}

const Answer = z.object({ eventId: z.string(), status: z.enum(['accepted', 'duplicate']) })

/** The body is described for the API's readers and not touched: what is stored, hashed and read is what was sent. */
const bytesStayBytes: FastifySchemaCompiler<unknown> = (route) =>
  route.httpPart === 'body'
    ? (value: unknown) => ({ value })
    : validatorCompiler(route as Parameters<typeof validatorCompiler>[0])

/** Takes events in: proven on the raw bytes, stored on disk, queued, and only then acknowledged. */
export function eventRoutes(app: App) {
  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    const refuse = createRefusal(plain)
    const unproven = seldomCounted(UNPROVEN_AGAIN_MS, () => performance.now())
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    const findShop = async (id: string): Promise<Shop | undefined> => {
      const parsed = ShopId.safeParse(id)
      if (!parsed.success) return undefined
      const shop = await app.ledger.registry.shop(parsed.data)
      // "Unauthorized" would make a platform give the webhook up; nobody but us has done something wrong.
      if (shop === undefined) await app.ledger.registry.mustBeThere()
      return shop
    }
    const secretsOf = (shop: Shop): string[] =>
      shop.previousSecret === undefined ? [shop.secret] : [shop.secret, shop.previousSecret]

    server.post(
      '/v1/shops/:shop/orders',
      {
        bodyLimit: ORDER_LIMIT_BYTES,
        schema: {
          summary: 'Send an order (new, or newer news of a known one)',
          description:
            'Answers 202 only after the order is on disk. Exact repeats answer `duplicate`. With an `Idempotency-Key` header a repeat under the same key is a duplicate, and another body under it is refused with 409.',
          tags: ['Orders'],
          security: [{ shopSecret: [] }],
          params: z.object({ shop: z.string() }),
          body: Order,
          headers: z.looseObject({ 'idempotency-key': z.string().min(1).max(200).optional() }),
          response: {
            202: Answer,
            ...failing(400, 401, 409, 413, 429, 503),
          },
        },
        validatorCompiler: bytesStayBytes,
        onRequest: async (request, reply) => {
          const shop = await findShop(request.params.shop)
          const given = bearer(request)
          if (shop === undefined || !secretsOf(shop).some((secret) => same(given, secret))) {
            app.metrics.events.inc({ platform: 'generic', answer: 'unauthorized' })
            await refuse(request, reply)
          } else request.shop = shop
        },
      },
      async (request, reply) => {
        const { shop } = request
        if (shop === undefined) throw new Error('no shop behind the login')
        const key = request.headers['idempotency-key']
        const taken = await takeIn(
          app,
          { ...shop, platform: 'generic' },
          {
            headers: flat(request.headers),
            body: bodyOf(request.body),
            ...(key === undefined ? {} : { deliveryIds: [`key ${key}`] }),
          },
          false,
        )
        app.metrics.events.inc({ platform: 'generic', answer: taken.status })
        if (taken.status === 'broken' || taken.status === 'ignored') {
          return fail(reply, 400, errors.invalid, taken.status === 'broken' ? taken.reasons : [])
        }
        if (taken.status === 'duplicate' && !taken.sameBody) {
          return fail(reply, 409, {
            code: 'idempotency-key-reused',
            en: 'This Idempotency-Key was used for another body. Use a new key for new content.',
            ro: 'Această Idempotency-Key a fost folosită pentru alt conținut. Folosiți o cheie nouă pentru conținut nou.',
          })
        }
        request.log.info(
          { shop: shop.id, event: taken.eventId, answer: taken.status },
          'event taken in',
        )
        return reply.status(202).send({
          eventId: taken.eventId,
          status: taken.status === 'duplicate' ? 'duplicate' : 'accepted',
        })
      },
    )

    server.post(
      '/webhooks/:platform/:shop',
      {
        bodyLimit: WEBHOOK_LIMIT_BYTES,
        schema: {
          summary: "A platform's own webhook, proven the platform's own way",
          tags: ['Webhooks'],
          params: z.object({ platform: z.string(), shop: z.string() }),
          response: {
            200: z.object({ status: z.string() }),
            ...failing(401, 413, 503),
          },
        },
      },
      async (request, reply) => {
        const name = PlatformName.safeParse(request.params.platform)
        const shop = await findShop(request.params.shop)
        const label = name.success ? name.data : 'unknown'
        if (!name.success || shop === undefined || shop.platform !== name.data) {
          return refuse(request, reply)
        }
        const platform = app.platforms[name.data]
        const delivery = { headers: flat(request.headers), body: bodyOf(request.body) }
        if (platform.isPing(delivery)) return reply.status(200).send({ status: 'ok' })
        if (!platform.verify(delivery, secretsOf(shop))) {
          app.metrics.events.inc({ platform: label, answer: 'unauthorized' })
          const times = unproven(shop.id)
          if (times !== undefined)
            request.log.warn({ shop: shop.id, platform: label, times }, 'webhook without proof')
          return refuse(request, reply)
        }
        const taken = await takeIn(app, shop, delivery, true)
        app.metrics.events.inc({ platform: label, answer: taken.status })
        const facts = { shop: shop.id, platform: label, answer: taken.status }
        if (taken.status === 'broken')
          request.log.warn({ ...facts, event: taken.eventId }, 'event put in quarantine')
        else request.log.info(facts, 'event taken in')
        // What is stored is accepted, readable or not: CloudCart switches a webhook off at its first 4xx.
        return reply
          .status(200)
          .send({ status: taken.status === 'stale' ? 'accepted' : taken.status })
      },
    )
  }
}

const bodyOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

const flat = (
  headers: Record<string, string | string[] | undefined>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
