import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { startSimulator } from '../../src/simulator/simulator.ts'
import { callerOf } from '../support/smartbill-caller.ts'
import { companyPatches, createPress, decideOn, tryOrder, wire } from './issuing.ts'
import { generate } from './orders.ts'
import { previewSamples } from './samples.ts'

// Decides generated orders and issues them through the simulator: no document may come to another total than its order.
//   npx node test/fiscal/main.ts --orders 100000 --http 2000 --seed 1

const Tally = z.object({
  issued: z.number(),
  /** Reason → orders, apart for sound orders and spoiled ones. */
  held: z.record(z.string(), z.number()),
  wrong: z.array(z.string()),
})
type Tally = z.infer<typeof Tally>
const Range = z.object({ first: z.number(), last: z.number() })
type Range = z.infer<typeof Range>

/** Orders per simulated SmartBill: it remembers every document. */
const BATCH = 2_000

function run({ first, last }: Range): Tally {
  const tally: Tally = { issued: 0, held: {}, wrong: [] }
  let press = createPress()
  for (let seed = first; seed <= last; seed += 1) {
    if ((seed - first) % BATCH === 0) press = createPress()
    const outcome = tryOrder(seed, press)
    if (outcome.kind === 'issued') tally.issued += 1
    else if (outcome.kind === 'wrong') tally.wrong.push(`order ${seed}: ${outcome.problem}`)
    else {
      const who = outcome.generated.spoiled === '' ? 'sound order' : 'spoiled order'
      for (const code of outcome.codes) count(tally.held, `${code} (${who})`)
      count(tally.held, who)
    }
  }
  return tally
}

const count = (held: Record<string, number>, key: string, more = 1): void => {
  held[key] = (held[key] ?? 0) + more
}

function inThread(range: Range): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: range })
    worker.once('message', (message) => resolve(Tally.parse(message)))
    worker.once('error', reject)
  })
}

async function all(orders: number, seed: number): Promise<Tally> {
  const threads = Math.max(1, Math.min(availableParallelism(), 4))
  const each = Math.ceil(orders / threads)
  const ranges = Array.from({ length: threads }, (_, at) => ({
    first: seed + at * each,
    last: Math.min(seed + orders, seed + (at + 1) * each) - 1,
  })).filter(({ first, last }) => first <= last)
  const tallies = await Promise.all(ranges.map(inThread))
  const whole: Tally = { issued: 0, held: {}, wrong: [] }
  for (const tally of tallies) {
    whole.issued += tally.issued
    whole.wrong.push(...tally.wrong)
    for (const [key, orders] of Object.entries(tally.held)) count(whole.held, key, orders)
  }
  return whole
}

/** The same over HTTP for a sample: what the witness holds is what the order said. */
async function overHttp(
  orders: number,
  seed: number,
): Promise<{ issued: number; wrong: string[] }> {
  await using simulator = await startSimulator({ limit: 1_000_000, companies: companyPatches })
  const call = callerOf(simulator)
  const expected = new Map<string, string>()
  const wrong: string[] = []
  for (let order = seed; order < seed + orders; order += 1) {
    const decision = decideOn(generate(order))
    if (decision.kind !== 'issue') continue
    const draft = decision.document
    const answer = await call('POST', `/${draft.kind}/v2`, wire(draft))
    if (answer.status !== 200) wrong.push(`order ${order}: ${answer.status} ${answer.text}`)
    const { number } = z.object({ number: z.string().default('') }).parse(answer.json)
    expected.set(`${draft.companyVatCode} ${draft.kind} ${number}`, draft.total)
  }
  const documents = simulator.documents()
  for (const document of documents) {
    const key = `${document.cif} ${document.kind} ${document.number}`
    if (Number(document.totals.gross) !== Number(expected.get(key)))
      wrong.push(`${key}: ${document.totals.gross}, order ${expected.get(key)}`)
  }
  if (documents.length !== expected.size)
    wrong.push(`${documents.length} documents for ${expected.size} orders`)
  return { issued: documents.length, wrong }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '100000' },
      http: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
    },
  })
  const [orders, http, seed] = [values.orders, values.http, values.seed].map(Number)
  if (!orders || http === undefined || !seed || [orders, http, seed].some(Number.isNaN)) {
    print('usage: npx node test/fiscal/main.ts [--orders N] [--http N] [--seed N]')
    process.exitCode = 2
    return
  }
  const startedAt = performance.now()
  const tally = await all(orders, seed)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  print(`generated orders   ${orders} (seeds ${seed}…${seed + orders - 1}, ${seconds} s)`)
  print(`issued             ${tally.issued}`)
  for (const [reason, orders] of Object.entries(tally.held).toSorted(([, a], [, b]) => b - a))
    print(`held               ${String(orders).padStart(6)}  ${reason}`)
  print(`wrong              ${tally.wrong.length}`)
  const sample = await overHttp(Math.min(http, orders), seed)
  print(`over HTTP          ${sample.issued} issued, ${sample.wrong.length} wrong`)
  const wrong = [...tally.wrong, ...sample.wrong]
  for (const problem of wrong.slice(0, 20)) print(`  ${problem}`)
  for (const line of previewSamples()) print(line)
  process.exitCode = wrong.length === 0 ? 0 : 1
}

if (isMainThread) await main()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
else parentPort?.postMessage(run(Range.parse(workerData)))
