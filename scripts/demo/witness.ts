import { z } from 'zod'

const count = z.number()
const QueueCounts = z.object({ waiting: count, active: count, delayed: count, failed: count })
const Status = z.object({
  queues: z.record(z.string(), QueueCounts),
  accounts: z.array(z.object({ id: z.string(), state: z.string(), waiting: count })),
  documents: z.object({
    issued: count,
    held: count,
    uncertain: count,
    dead: count,
    pending: count,
    skipped: count,
  }),
})
export type Status = z.infer<typeof Status>

const Reason = z.object({ code: z.string(), field: z.string(), en: z.string() })
const Cause = z.object({ code: z.string(), said: z.string(), en: z.string() })
const View = z.object({
  documents: z.array(
    z.object({ state: z.string(), reasons: z.array(Reason), cause: Cause.nullable() }),
  ),
  ruling: z
    .looseObject({ kind: z.string(), rule: z.string(), en: z.string().default('') })
    .nullable(),
})
/** What the relay says about an order. */
export type View = z.infer<typeof View>

const Letters = z.object({
  items: z.array(z.object({ kind: z.string(), shop: z.string(), order: z.string(), cause: Cause })),
})
export type Letter = z.infer<typeof Letters>['items'][number]

const Document = z.object({
  kind: z.string(),
  series: z.string(),
  number: z.string(),
  status: z.string(),
  mentions: z.string(),
  totals: z.object({ gross: z.string() }),
  paid: z.string(),
})
/** What SmartBill says that it has issued. */
export type WitnessDocument = z.infer<typeof Document>

const Calls = z.object({
  total: count,
  maxInWindow: count,
  overLimit: count,
  whileBlocked: count,
})
export type Calls = z.infer<typeof Calls>
const Armed = z.array(z.object({ fault: z.string(), fired: count }))
const Counted = z.object({ count })

/** The relay and the simulator, asked over HTTP as anybody could. */
export function createWitness(urls: { web: string; simulator: string }, apiKey: string) {
  async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    return response.json()
  }
  const relay = (path: string) =>
    ask(urls.web + path, { headers: { authorization: `Bearer ${apiKey}` } })
  const simulator = (path: string) => ask(`${urls.simulator}/__simulator${path}`)
  return {
    status: async () => Status.parse(await relay('/v1/status')),
    async order(shop: string, id: string): Promise<View | undefined> {
      const found = await relay(`/v1/shops/${shop}/orders/${encodeURIComponent(id)}`)
      return found === undefined ? undefined : View.parse(found)
    },
    letters: async () => Letters.parse(await relay('/v1/dead-letters?limit=1000')).items,
    documents: async () => z.array(Document).parse(await simulator('/documents?brief')),
    documentCount: async () => Counted.parse(await simulator('/documents?count')).count,
    calls: async () => Calls.parse(await simulator('/calls')),
    faults: async () => Armed.parse(await simulator('/faults')),
    /** Sets something on the simulator. */
    async command(path: string, body: unknown): Promise<void> {
      await ask(`${urls.simulator}/__simulator${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    },
  }
}

export type Witness = ReturnType<typeof createWitness>
