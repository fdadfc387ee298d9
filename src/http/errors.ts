import type { FastifyInstance, FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Reason } from '../core/causes.ts'
import { isRedisTrouble, troubleOf } from '../core/redis-trouble.ts'
import { seldom } from '../core/seldom.ts'

/** How often a trouble that every request meets is said again, in ms. */
const TROUBLE_AGAIN_MS = 10_000

/** Every error the API answers with: what is wrong and what to do, in both languages. Never a stack trace. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    en: z.string(),
    ro: z.string(),
    /** For bad input: each field with its own fix. */
    reasons: z.array(Reason).optional(),
  }),
})

/** The errors of a route, by their status, for its `response`. */
export const failing = <Status extends number>(...statuses: Status[]) =>
  Object.fromEntries(statuses.map((status) => [status, ErrorBody])) as Record<
    Status,
    typeof ErrorBody
  >

type Words = { code: string; en: string; ro: string }

export const errors = {
  unauthorized: {
    code: 'unauthorized',
    en: 'The secret or key is missing or wrong. Send it as "Authorization: Bearer …", or as your platform signs its webhooks.',
    ro: 'Secretul sau cheia lipsește sau este greșită. Trimiteți-o ca „Authorization: Bearer …” sau semnată de platforma magazinului.',
  },
  notFound: {
    code: 'not-found',
    en: 'There is nothing here by this name.',
    ro: 'Nu există nimic cu acest nume.',
  },
  tooLarge: {
    code: 'too-large',
    en: 'The body is larger than this address accepts.',
    ro: 'Mesajul este mai mare decât acceptă această adresă.',
  },
  tooMany: {
    code: 'too-many-requests',
    en: 'Too many failed attempts from this address. Wait a minute.',
    ro: 'Prea multe încercări nereușite de la această adresă. Așteptați un minut.',
  },
  storage: {
    code: 'storage-unavailable',
    en: 'The order could not be stored now, so it was not accepted. Send it again in a few seconds.',
    ro: 'Comanda nu a putut fi salvată acum, deci nu a fost acceptată. Trimiteți-o din nou peste câteva secunde.',
  },
  invalid: {
    code: 'invalid-input',
    en: 'Some fields are not right; each is named with its fix.',
    ro: 'Unele câmpuri nu sunt corecte; fiecare este numit împreună cu soluția.',
  },
  mediaType: {
    code: 'unsupported-media-type',
    en: 'Send JSON with the header "Content-Type: application/json".',
    ro: 'Trimiteți JSON cu antetul „Content-Type: application/json”.',
  },
  internal: {
    code: 'internal-error',
    en: 'Something went wrong on our side; it is in the log. Nothing was changed. Try again.',
    ro: 'Ceva nu a mers la noi; este în jurnal. Nu s-a schimbat nimic. Încercați din nou.',
  },
} as const satisfies Record<string, Words>

export const fail = (
  reply: FastifyReply,
  status: number,
  words: Words,
  reasons?: readonly Reason[],
) =>
  reply
    .status(status)
    .send({ error: { ...words, ...(reasons === undefined ? {} : { reasons: [...reasons] }) } })

/** Redis that is away, full, loading or read-only: nothing was stored. */
export const isStorageTrouble = (error: unknown): boolean =>
  isRedisTrouble(error) ||
  (error instanceof Error &&
    (error.name === 'AbortError' ||
      ('code' in error &&
        ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].includes(String(error.code)))))

/** One place that turns whatever went wrong into an answer. */
export function answerErrors(server: FastifyInstance): void {
  const isNews = seldom(TROUBLE_AGAIN_MS, () => performance.now())
  server.setNotFoundHandler((_request, reply) => fail(reply, 404, errors.notFound))
  server.setErrorHandler(
    (error: Error & { statusCode?: number; code?: string }, request, reply) => {
      if (hasZodFastifySchemaValidationErrors(error)) {
        const reasons = error.validation.map((issue) => {
          const field =
            issue.instancePath.replace(/^\//, '').replaceAll('/', '.') ||
            (error.validationContext ?? '')
          const problem = issue.message ?? 'is not right'
          return {
            code: 'invalid-field',
            field,
            en: `${field}: ${problem}`,
            ro: `${field}: valoare greșită (${problem})`,
          }
        })
        return fail(reply, 400, errors.invalid, reasons)
      }
      if (isStorageTrouble(error)) {
        const facts = { problem: troubleOf(error), route: request.routeOptions.url }
        if (isNews(`${facts.route} ${facts.problem}`))
          request.log.warn(facts, 'storage is not available')
        return fail(reply.header('retry-after', '5'), 503, errors.storage)
      }
      if (error.statusCode === 413) return fail(reply, 413, errors.tooLarge)
      if (error.statusCode === 415) return fail(reply, 415, errors.mediaType)
      if (error.statusCode === 429) return fail(reply, 429, errors.tooMany)
      if (error.statusCode !== undefined && error.statusCode < 500) {
        return fail(reply, error.statusCode, {
          ...errors.invalid,
          en: 'The request cannot be read.',
          ro: 'Cererea nu poate fi citită.',
        })
      }
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed')
      return fail(reply, 500, errors.internal)
    },
  )
}
