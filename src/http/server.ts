import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify, { LogController, type FastifyInstance } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { App } from '../app.ts'
import { LONGEST_TOKEN } from '../core/document-link.ts'
import { alertRoutes } from './alerts.ts'
import { announcementRoutes, webhookDocs } from './announcements.ts'
import { createRefusal, requireApiKey } from './auth.ts'
import { cutOverRoutes } from './cut-over.ts'
import { correctionRoutes } from './corrections.ts'
import { dashboard } from './dashboard/dashboard.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { answerErrors } from './errors.ts'
import { eventRoutes } from './events.ts'
import { healthRoutes } from './health.ts'
import { orderRoutes } from './orders.ts'
import { paymentRoutes } from './payments.ts'
import { postmanCollection } from './postman.ts'
import { previewRoutes } from './preview.ts'
import { reconciliationRoutes } from './reconciliation.ts'
import { publicDocuments } from './public-documents.ts'
import { statusRoutes } from './status.ts'
import { stockRoutes } from './stock-webhook.ts'
import { answerUnreadable } from './unreadable.ts'

/** A shop that stalls while sending is cut off after this long, in ms. */
const REQUEST_LIMIT_MS = 30_000

/** Builds the web server from an App; listens nowhere. */
export async function buildServer(app: App): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: app.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_000_000,
    requestTimeout: REQUEST_LIMIT_MS,
    clientErrorHandler: answerUnreadable,
    ...(app.config.trustedProxies.length > 0 && { trustProxy: app.config.trustedProxies }),
    routerOptions: { maxParamLength: LONGEST_TOKEN },
  }) as unknown as FastifyInstance
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)
  answerErrors(server)
  // Headers that protect a browser are of no use to a shop that posts an order, and cost a tenth of taking it in.
  server.addHook('onRoute', (route) => {
    if (route.method === 'POST' && /^\/(v1\/shops\/:shop\/orders|webhooks)/.test(route.url))
      Object.assign(route, { helmet: false })
  })
  await server.register(helmet)
  await server.register(rateLimit, { global: false })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SmartBill Relay',
        version: app.version,
        description: 'Orders in, exactly one SmartBill document each.',
        license: { name: 'MIT' },
      },
      webhooks: webhookDocs(),
      components: {
        securitySchemes: {
          shopSecret: { type: 'http', scheme: 'bearer', description: "The shop's secret" },
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'RELAY_API_KEY, or a key made on the dashboard',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  await server.register(healthRoutes(app))
  await server.register(eventRoutes(app))
  await server.register(stockRoutes(app))
  await server.register(publicDocuments(app))
  await server.register(dashboard(app))
  await server.register(async (operators) => {
    operators.addHook(
      'onRequest',
      requireApiKey(
        app.config.apiKey,
        (text) => app.ledger.apiKeys.find(text),
        createRefusal(operators),
      ),
    )
    // A POST without a body (issue by hand) may still say that it sends JSON.
    operators.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      (_request, body, done) => {
        if (body === '') return done(null, undefined)
        try {
          done(null, JSON.parse(String(body)))
        } catch (error) {
          done(
            Object.assign(error instanceof Error ? error : new Error('not JSON'), {
              statusCode: 400,
            }),
          )
        }
      },
    )
    await operators.register(statusRoutes(app))
    await operators.register(alertRoutes(app))
    await operators.register(orderRoutes(app))
    await operators.register(correctionRoutes(app))
    await operators.register(previewRoutes(app))
    await operators.register(announcementRoutes(app))
    await operators.register(cutOverRoutes(app))
    await operators.register(paymentRoutes(app))
    await operators.register(reconciliationRoutes(app))
    await operators.register(deadLetterRoutes(app))
  })
  server
    .withTypeProvider<ZodTypeProvider>()
    .get('/postman.json', { schema: { hide: true } }, async (_request, reply) =>
      reply.send(postmanCollection(server.swagger())),
    )
    .get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
      reply.send(server.swagger()),
    )
  return server
}
