import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../app.ts'
import { allOf } from '../../dead-letters/counts.ts'
import { charts } from './charts.ts'
import { latest, live, STREAM_PATH } from './overview.ts'
import { pictureOf, type Picture } from './picture.ts'
import type { Session, Visit } from './route.ts'

/** One look at the ledger for all viewers of this process, in ms. */
const LOOK_MS = 2000
/** A proxy closes what says nothing for half a minute. */
const BEAT_MS = 15_000
/** Within this time a stream ends with its session, in ms. */
const SESSION_MS = 10_000
/** How long ago things were is said again after this long, in ms. */
const AGAIN_MS = 20_000
const CHARTS_MS = 15_000
const MOST_PER_SESSION = 4
const MOST = 500
/** A viewer who does not read is let go. */
const MOST_UNREAD = 2_000_000

type Viewer = {
  session: Session
  request: FastifyRequest
  reply: FastifyReply
  sent: { mark: string; at: number; beat: number; charts: number }
}

/**
 * The first page as it changes, for whoever looks at it, as server-sent events. However many look, the ledger is asked
 * once every two seconds, and not at all while nobody does.
 */
export function mountStream(
  app: App,
  server: FastifyInstance,
  {
    sessionOf,
    visitOf,
  }: {
    sessionOf: (request: FastifyRequest) => Promise<Session | undefined>
    visitOf: (request: FastifyRequest, session: Session) => Promise<Visit>
  },
): void {
  const viewers = new Set<Viewer>()
  let timer: NodeJS.Timeout | undefined
  let checkedAt = 0
  let closing = false

  server.get(STREAM_PATH, { schema: { hide: true } }, async (request, reply) => {
    const session = await sessionOf(request)
    if (session === undefined) return reply.status(401).send()
    const own = [...viewers].filter((viewer) => viewer.session.id === session.id)
    // A browser that is told so does not try again by itself, and the page asks now and then instead.
    if (closing || own.length >= MOST_PER_SESSION || viewers.size >= MOST)
      return reply.status(204).send()
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    reply.raw.write('retry: 3000\n\n')
    const viewer = {
      session,
      request,
      reply,
      sent: { mark: '', at: 0, beat: app.now(), charts: 0 },
    }
    viewers.add(viewer)
    reply.raw.once('close', () => {
      viewers.delete(viewer)
    })
    timer ??= setTimeout(() => void look(), 0)
  })

  server.addHook('preClose', async () => {
    closing = true
    clearTimeout(timer)
    for (const viewer of viewers) end(viewer)
  })

  function end(viewer: Viewer): void {
    viewers.delete(viewer)
    viewer.reply.raw.end()
  }

  async function look(): Promise<void> {
    try {
      const now = app.now()
      if (now - checkedAt >= SESSION_MS) {
        checkedAt = now
        await checkSessions()
      }
      if (viewers.size > 0) {
        const picture = await pictureOf(app)
        const mark = JSON.stringify({ ...picture, at: 0 })
        await Promise.all([...viewers].map((viewer) => tell(viewer, picture, mark)))
      }
    } catch (error) {
      // Redis is away: the page goes on showing what it shows, and the time of its last change.
      app.log.warn({ problem: error instanceof Error ? error.message : '' }, 'live view')
    }
    timer = viewers.size > 0 && !closing ? setTimeout(() => void look(), LOOK_MS) : undefined
  }

  /** Ends the streams of those who signed out, were locked out, or whose session ran out. */
  async function checkSessions(): Promise<void> {
    const sessions = Map.groupBy(viewers, ({ session }) => session.id)
    await Promise.all(
      [...sessions.values()].map(async (same) => {
        const [first] = same
        const session = first === undefined ? undefined : await sessionOf(first.request)
        for (const viewer of same) {
          if (session !== undefined) viewer.session = session
          else {
            viewer.reply.raw.write('event: over\ndata: signed out\n\n')
            end(viewer)
          }
        }
      }),
    )
  }

  async function tell(viewer: Viewer, picture: Picture, mark: string): Promise<void> {
    const { reply, request, session, sent } = viewer
    const { at: now } = picture
    if (reply.raw.writableLength > MOST_UNREAD) return end(viewer)
    if (mark === sent.mark && now - sent.at < AGAIN_MS) {
      if (now - sent.beat < BEAT_MS) return
      sent.beat = now
      reply.raw.write(': still here\n\n')
      return
    }
    const visit = await visitOf(request, session)
    // A chart that is drawn anew loses the cursor of whoever reads it.
    const drawn = mark !== sent.mark && now - sent.charts >= CHARTS_MS
    viewer.sent = { mark, at: now, beat: now, charts: drawn ? now : sent.charts }
    const parts = [
      await live(visit, picture),
      ...(drawn ? [charts(visit, picture)] : []),
      latest(visit, picture),
    ]
    const { held, uncertain } = picture.status.documents
    const dead = allOf(picture.status.deadLetters)
    reply.raw.write(
      parts.map((part) => eventOf('part', part.toString())).join('') +
        eventOf('counts', JSON.stringify({ held, uncertain, dead })),
    )
  }
}

const eventOf = (name: string, data: string): string =>
  `event: ${name}\n${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
