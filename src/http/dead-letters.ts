import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { actKinds, LONGEST_ACT_KEY } from '../core/acts.ts'
import { runOf, startBulk, type Bulk } from '../dead-letters/bulk.ts'
import { Edit, editOrder, refusals } from '../dead-letters/edit-order.ts'
import { causesOf, createFinder } from '../dead-letters/finding.ts'
import { Filter, Letter, Outcome } from '../dead-letters/letters.ts'
import { signedBy } from './auth.ts'
import { errors, fail, failing } from './errors.ts'

const Selection = z.strictObject({
  ids: z.array(z.string().max(LONGEST_ACT_KEY)).max(10_000).optional(),
  filter: Filter.optional(),
  dryRun: z.boolean().default(false),
  /** Always as a run on the server, however small the selection is. */
  background: z.boolean().default(false),
})
type Selection = z.infer<typeof Selection>
const isOne = ({ ids, filter }: Selection) => (ids === undefined) !== (filter === undefined)
const whichOne = { message: 'give either ids or filter; {"filter": {}} means all' }

const Cause = z.object({
  code: z.string(),
  /** What should have followed documents, where the cause is of that. */
  act: z.enum(actKinds).optional(),
  count: z.number(),
  en: z.string(),
  ro: z.string(),
  said: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  /** What to do, as it may differ by shop or series. */
  explanations: z.array(
    z.object({ en: z.string(), ro: z.string(), count: z.number(), shops: z.array(z.string()) }),
  ),
  /** The same class in different words of SmartBill, the shop or the receiver, names and numbers left out. */
  wordings: z.array(
    z.object({
      fingerprint: z.string(),
      words: z.string(),
      /** Literally, of the newest one. */
      said: z.string(),
      count: z.number(),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
})

const counts = z.record(z.string(), z.number())
const Told = z.object({
  dryRun: z.boolean(),
  total: z.number(),
  /** How many of them are steps after a document. */
  steps: z.number(),
  summary: counts,
  /** Why some did not go well, most frequent first. */
  reasons: z.array(
    z.object({ outcome: z.string(), en: z.string(), ro: z.string(), count: z.number() }),
  ),
  /** All of it in one sentence. */
  en: z.string(),
  ro: z.string(),
})
const AtOnce = Told.extend({ items: z.array(Outcome) })
const Run = Told.extend({
  id: z.string(),
  /** Its own address. */
  url: z.string(),
  act: z.enum(['replay', 'dismiss']),
  who: z.string(),
  reason: z.string(),
  selection: z.unknown(),
  state: z.enum(['running', 'stopped', 'finished']),
  stoppedBy: z.string(),
  done: z.number(),
  /** What became of what went back to work, so far. */
  afterwards: counts,
  items: z.array(Outcome.extend({ outcome: z.string() })),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
})

/** The dead letters: work that needs a person. A replay passes through the ledger like any job. */
export function deadLetterRoutes(app: App) {
  const finder = createFinder(app)
  const address = (id: string) => `/v1/dead-letters/runs/${id}`
  const answer = (reply: FastifyReply, dryRun: boolean, bulk: Bulk) => {
    if (bulk.status === 'running') {
      const url = address(bulk.run.id)
      return reply
        .status(202)
        .header('location', url)
        .send({ ...bulk.run, url })
    }
    const { status: _, outcomes, ...told } = bulk
    return reply.status(200).send({ dryRun, ...told, items: outcomes })
  }

  return async (plain: FastifyInstance): Promise<void> => {
    const server = plain.withTypeProvider<ZodTypeProvider>()
    const common = { tags: ['Dead letters'], security: [{ apiKey: [] }] }
    const bulkAnswers = { 200: AtOnce, 202: Run, ...failing(400, 401) }
    server.get(
      '/v1/dead-letters',
      {
        schema: {
          summary: 'Dead letters, newest first, and how many there are of each cause',
          description:
            'All that failed for good: documents, what should have followed them (payments, corrections, e-mails, notices …), other jobs, and events that cannot be read.',
          ...common,
          querystring: Filter.extend({
            limit: z.coerce.number().int().min(1).max(1000).default(100),
          }),
          response: {
            200: z.object({
              total: z.number(),
              causes: z.array(Cause),
              items: z.array(Letter),
            }),
            ...failing(401),
          },
        },
      },
      async (request) => {
        const { limit, ...filter } = request.query
        const letters = await finder.list(filter)
        return {
          total: letters.length,
          causes: causesOf(letters),
          items: letters.slice(0, limit),
        }
      },
    )
    server.post(
      '/v1/dead-letters/replay',
      {
        schema: {
          summary: 'Replay dead letters; with dryRun, only say what would happen',
          description:
            'A small selection is done at once (200). A large one becomes a run on the server (202), which goes on by itself and can be watched and stopped at its address.',
          ...common,
          body: Selection.refine(isOne, whichOne),
          response: bulkAnswers,
        },
      },
      async (request, reply) => {
        const { dryRun, background, ...selection } = request.body
        const deed = { act: 'replay', dryRun, who: signedBy(request) } as const
        const bulk = await startBulk(app, { ...deed, background, selection })
        request.log.info({ dryRun, status: bulk.status }, 'dead letters replayed')
        return answer(reply, dryRun, bulk)
      },
    )
    server.post(
      '/v1/dead-letters/dismiss',
      {
        schema: {
          summary:
            'Dismiss dead letters with a reason: no document will be issued, no step done for them',
          description: 'Answers as replay does.',
          ...common,
          body: Selection.extend({ reason: z.string().trim().min(3).max(500) }).refine(
            isOne,
            whichOne,
          ),
          response: bulkAnswers,
        },
      },
      async (request, reply) => {
        const { dryRun, reason, background, ...selection } = request.body
        const deed = { act: 'dismiss', dryRun, who: signedBy(request), reason } as const
        const bulk = await startBulk(app, { ...deed, background, selection })
        request.log.info({ dryRun, status: bulk.status }, 'dead letters dismissed')
        return answer(reply, dryRun, bulk)
      },
    )
    server.post(
      '/v1/dead-letters/edit',
      {
        schema: {
          summary: "Correct the data of a failed or held document's order and replay it",
          description:
            'The patch is a JSON merge patch. A later word from the shop replaces it; before and after stay in the timeline.',
          ...common,
          body: Edit,
          response: {
            200: z.object({ id: z.string(), outcome: z.literal('replayed') }),
            ...failing(400, 401, 409),
          },
        },
      },
      async (request, reply) => {
        const edited = await editOrder(app, {
          ...request.body,
          who: signedBy(request, request.body.who),
        })
        switch (edited.status) {
          case 'replayed':
            request.log.info({ documentKey: edited.key }, 'order edited and replayed')
            return reply.status(200).send({ id: edited.key, outcome: 'replayed' })
          case 'invalid':
            return fail(reply, 400, errors.invalid, edited.reasons)
          case 'not-dead':
          case 'order-missing':
          case 'unclear':
          case 'newer':
            return fail(reply, 409, { code: edited.status, ...refusals[edited.status] })
        }
      },
    )

    const params = z.object({ id: z.string().max(40) })
    const shown = async (reply: FastifyReply, id: string) => {
      const run = await runOf(app, id)
      return run === undefined
        ? fail(reply, 404, errors.notFound)
        : reply.status(200).send({ ...run, url: address(id) })
    }
    server.get(
      '/v1/dead-letters/runs',
      {
        schema: {
          summary: 'Bulk runs of the last month, newest first',
          ...common,
          response: { 200: z.object({ runs: z.array(Run) }), ...failing(401) },
        },
      },
      async () => {
        const known = await app.ledger.runs.list(100)
        const runs = await Promise.all(known.map(({ id }) => runOf(app, id)))
        return {
          runs: runs.flatMap((run) =>
            run === undefined ? [] : [{ ...run, items: [], url: address(run.id) }],
          ),
        }
      },
    )
    server.get(
      '/v1/dead-letters/runs/:id',
      {
        schema: {
          summary: 'A bulk run: how far it is, what came of it and why',
          ...common,
          params,
          response: { 200: Run, ...failing(401, 404) },
        },
      },
      (request, reply) => shown(reply, request.params.id),
    )
    server.post(
      '/v1/dead-letters/runs/:id/stop',
      {
        schema: {
          summary: 'Stop a bulk run: what it has not begun stays as it is',
          ...common,
          params,
          response: { 200: Run, ...failing(401, 404) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const stopped = await app.ledger.runs.stop(id, signedBy(request))
        request.log.info({ run: id, stopped }, 'dead letters: a run is to stop')
        return shown(reply, id)
      },
    )
  }
}
