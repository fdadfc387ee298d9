// The least that a worker can do to issue a document: one HTTP call per job. The yardstick of `drain`.
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { Agent, request } from 'undici'

const url = `${process.env['SMARTBILL_BASE_URL']}/invoice/v2`
const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null })
const dispatcher = new Agent({ connections: 128 })
const authorization = `Basic ${Buffer.from('bare@acme.example:003|bare').toString('base64')}`
const worker = new Worker(
  'bare-document',
  async ({ data }) => {
    const { statusCode, body } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(data),
    })
    const answer = (await body.json()) as { number?: unknown }
    if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
    return answer.number
  },
  { connection, concurrency: 50, removeOnComplete: { age: 3600, count: 1000 } },
)
await worker.waitUntilReady()
process.send?.('ready')
process.once('SIGTERM', () => process.exit())
