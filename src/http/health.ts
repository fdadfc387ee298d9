import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { countAll } from '../dead-letters/counts.ts'
import { bearer, same } from './auth.ts'
import { errors, fail } from './errors.ts'

/** How often a scrape may count afresh, in ms. */
const METRICS_AGE_MS = 2000

/** Alive, ready, and the metrics. */
export function healthRoutes(app: App) {
  let countedAt = 0
  async function refresh(): Promise<void> {
    if (app.now() - countedAt < METRICS_AGE_MS) return
    countedAt = app.now()
    const [{ documents, dead }, queues, accounts] = await Promise.all([
      countAll(app),
      app.queues.counts(),
      app.ledger.registry.accounts(),
    ])
    for (const [state, count] of Object.entries(documents))
      app.metrics.documents.set({ state }, count)
    for (const [kind, count] of Object.entries(dead)) app.metrics.dead.set({ kind }, count)
    for (const [queue, states] of Object.entries(queues)) {
      for (const [state, count] of Object.entries(states))
        app.metrics.queued.set({ queue, state }, count)
    }
    const waits = await Promise.all(accounts.map(({ id }) => app.ledger.reports.waiting(id)))
    const oldest = Math.min(app.now(), ...waits.flatMap(({ oldestAt }) => oldestAt ?? []))
    app.metrics.oldest.set((app.now() - oldest) / 1000)
  }

  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    server.get(
      '/healthz',
      {
        schema: {
          summary: 'The process is alive',
          tags: ['Health'],
          response: { 200: z.object({ status: z.string() }) },
        },
      },
      async () => ({ status: 'ok' }),
    )
    server.get(
      '/readyz',
      {
        schema: {
          summary: 'Redis can be reached and stores; warnings say what a weaker Redis loses',
          tags: ['Health'],
        },
      },
      async (_request, reply) => {
        await app.ledger.registry.mustBeThere()
        const { durable, storing, warnings } = await app.durability()
        return reply
          .status(storing ? 200 : 503)
          .send({ status: storing ? 'ready' : 'not ready', durable, warnings })
      },
    )
    server.get(
      '/metrics',
      { schema: { summary: 'Prometheus metrics', tags: ['Health'] } },
      async (request, reply) => {
        const token = app.config.metricsToken
        if (token !== undefined && !same(bearer(request), token))
          return fail(reply, 401, errors.unauthorized)
        await refresh()
        return reply
          .type(app.metrics.registry.contentType)
          .send(await app.metrics.registry.metrics())
      },
    )
  }
}
