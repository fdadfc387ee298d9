import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { App } from '../app.ts'
import { LONGEST_TOKEN } from '../core/document-link.ts'
import { RejectedError, ThrottledError, TransientError } from '../core/errors.ts'
import { partsOf } from '../core/ids.ts'
import { hasPdf } from '../document-pdfs.ts'

/** Asked for by one address in a minute before it hears 429. */
const A_MINUTE = 60

const say = (reply: FastifyReply, status: number, ro: string, en: string): FastifyReply =>
  reply
    .status(status)
    .header('content-type', 'text/plain; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(`${ro}\n${en}\n`)

/**
 * The public link of a document: no login, but a name that nobody can guess. Whatever is not such a name, or is one of a
 * document without PDF, is answered in the same way.
 */
export function publicDocuments(app: App) {
  const { ledger, links, pdfs } = app
  return async (plain: FastifyInstance): Promise<void> => {
    plain.withTypeProvider<ZodTypeProvider>().get(
      '/d/:token',
      {
        config: { rateLimit: { max: A_MINUTE, timeWindow: '1 minute' } },
        schema: { hide: true, params: z.object({ token: z.string().max(LONGEST_TOKEN) }) },
      },
      async (request, reply) => {
        reply.header('x-robots-tag', 'noindex, nofollow, noarchive')
        const key = links.keyOf(request.params.token)
        const shop = key === undefined ? undefined : await ledger.registry.shop(partsOf(key).shop)
        const document =
          key === undefined || shop === undefined
            ? undefined
            : await ledger.documents.get(shop.account, key)
        const notThere = () =>
          say(
            reply,
            404,
            'Nu există un document la această adresă. Verificați linkul primit.',
            'There is no document at this address. Check the link you were given.',
          )
        if (key === undefined || shop === undefined || document === undefined) return notThere()
        if (!hasPdf(document)) return notThere()
        try {
          const pdf = await pdfs.get(shop.account, key, document)
          if (pdf === undefined) return notThere()
          const name = `${document.series}${document.number}`.replaceAll(/[^A-Za-z0-9_-]+/g, '-')
          return await reply
            .header('content-type', 'application/pdf')
            .header('content-disposition', `inline; filename="${name}.pdf"`)
            .header('cache-control', 'private, max-age=3600')
            .send(pdf)
        } catch (error) {
          if (
            !(
              error instanceof TransientError ||
              error instanceof ThrottledError ||
              error instanceof RejectedError
            )
          )
            throw error
          request.log.warn({ documentKey: key, why: error.message }, 'PDF not to be had now')
          return say(
            reply.header('retry-after', '60'),
            503,
            'Documentul nu poate fi afișat acum. Încercați din nou peste un minut.',
            'The document cannot be shown right now. Try again in a minute.',
          )
        }
      },
    )
  }
}
