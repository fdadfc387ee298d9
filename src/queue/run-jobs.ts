import { DelayedError, UnrecoverableError, Worker, type Job } from 'bullmq'
import type { Cluster, Redis } from 'ioredis'
import type { Cause } from '../core/causes.ts'
import { RejectedError, ThrottledError, TransientError, UncertainError } from '../core/errors.ts'
import { isRedisTrouble, troubleOf } from '../core/redis-trouble.ts'
import { seldom } from '../core/seldom.ts'
import { jobNames, jobs, type JobName, type Payload } from '../jobs.ts'
import { queuePrefix, type DocumentJob } from './queues.ts'

export type Work = { [Name in JobName]: (payload: Payload<Name>) => Promise<string> }

type Logger = {
  info(facts: object, sentence: string): void
  warn(facts: object, sentence: string): void
  error(facts: object, sentence: string): void
}

/** A worker that died is noticed this soon, in ms. */
const STALLED_INTERVAL_MS = 5000
const LOCK_MS = 10_000
/** Stalls cost nothing: the ledger knows what a job did before it died. */
const MAX_STALLS = 1000
const LONGEST_BACKOFF_MS = 300_000
const LONGEST_WAIT_MS = 8000
/** How often a trouble that lasts is said again, in ms. */
const TROUBLE_AGAIN_MS = 30_000
/** How soon a full or read-only Redis is asked again to let a job wait, in ms. */
const PARK_AGAIN_MS = 1000
/** How long jobs may take to end once their calls are given up, in ms. */
const ABANDON_MS = 3000

/** Exponential with full jitter, capped: ms before the next attempt. */
const backoffMs = (attempt: number, random: number, capMs = LONGEST_BACKOFF_MS): number =>
  Math.ceil(random * Math.min(capMs, 1000 * 2 ** Math.min(attempt, 20)))

/** Runs every kind of job. What surrounds a worker is here, once: parsing, logging, waiting, retries, dead letters. */
export function runJobs(options: {
  connection: Redis | Cluster
  prefix: string
  shards: number
  concurrency: number
  work: Work
  log: Logger
  now: () => number
  /** When the payload's account may be tried again: ms from now, not before `retryAt`. */
  slot: (payload: object, retryAt: number) => Promise<number>
  /** The outcome of the payload's document is not known: hands it to the job that finds out. */
  whenUncertain: (name: DocumentJob, payload: object) => Promise<void>
  /** The job is given up: put on record whatever it stood for. */
  giveUp: (payload: object, cause: Cause) => Promise<void>
  /** Ends every call to SmartBill that is on its way. */
  abandon: () => Promise<void>
  onDone?: (name: JobName, outcome: string, ms: number) => void
}) {
  const { log, now } = options
  let over = false
  // All queues share one Redis, and say the same of it.
  const isNews = seldom(TROUBLE_AGAIN_MS, () => performance.now())

  async function run(name: JobName, job: Job, token: string | undefined): Promise<string> {
    const spec = jobs[name]
    const started = performance.now()
    const facts = { job: name, jobId: job.id }
    const payload = spec.payload.safeParse(job.data)
    if (!payload.success) {
      log.error({ ...facts, problem: payload.error.message }, 'job has an unknown payload')
      throw new UnrecoverableError(`unknown payload: ${payload.error.message}`)
    }
    const { data } = payload
    const done = (outcome: string) => options.onDone?.(name, outcome, performance.now() - started)
    try {
      const work = options.work[name] as (given: object) => Promise<string>
      const outcome = await work(data)
      log.info({ ...facts, outcome, ms: Math.round(performance.now() - started) }, 'job done')
      done('done')
      return outcome
    } catch (error) {
      try {
        return await settle(error)
      } catch (next) {
        // Redis went away between the work and what follows from it: the job runs again and finds both in the ledger.
        if (!isRedisTrouble(next)) throw next
        return park(retryMs(), String(next))
      }
    }

    async function settle(error: unknown): Promise<string> {
      const message = error instanceof Error ? error.message : String(error)
      if (error instanceof ThrottledError) {
        done('waiting')
        return park(await options.slot(data, error.retryAt), message)
      }
      if (error instanceof TransientError || isRedisTrouble(error)) {
        done('waiting')
        return park(retryMs(), message)
      }
      if (error instanceof UncertainError && 'whenUncertain' in spec) {
        done('uncertain')
        log.warn({ ...facts, next: spec.whenUncertain, why: message }, 'outcome unknown')
        await options.whenUncertain(spec.whenUncertain, data)
        return 'uncertain'
      }
      if (error instanceof RejectedError) {
        done('dead')
        log.error({ ...facts, cause: error.refusal.code, said: error.refusal.said }, 'dead letter')
        throw new UnrecoverableError(`${error.refusal.code}: ${message}`)
      }
      const last = job.attemptsMade + 1 >= spec.attempts
      done(last ? 'dead' : 'failed')
      if (!last) {
        log.warn(
          { ...facts, attempt: job.attemptsMade + 1, err: error },
          'job failed, will be retried',
        )
        throw error
      }
      log.error({ ...facts, err: error }, 'dead letter: out of attempts')
      await options.giveUp(data, {
        code: 'internal-error',
        said: '',
        ro: `O eroare a aplicației a oprit lucrul (${message}). Reluați; dacă se repetă, trimiteți-ne mesajul.`,
        en: `A fault of this application stopped the work (${message}). Replay; if it comes back, report the message.`,
      })
      throw error
    }

    function retryMs(): number {
      return backoffMs(Math.min(job.attemptsStarted, 3), 0.5 + Math.random() / 2, LONGEST_WAIT_MS)
    }

    async function park(delayMs: number, why: string): Promise<never> {
      const until = now() + Math.max(1, Math.ceil(delayMs))
      log.info({ ...facts, why, until: new Date(until).toISOString() }, 'job waits')
      // A Redis that cannot note this down now must not turn waiting into a failed attempt.
      for (;;) {
        try {
          await job.moveToDelayed(until, token)
          throw new DelayedError()
        } catch (error) {
          if (over || !isRedisTrouble(error)) throw error
          await new Promise((resolve) => setTimeout(resolve, PARK_AGAIN_MS))
        }
      }
    }
  }

  const workers = Array.from({ length: options.shards }, (_, shard) =>
    jobNames.map((name) => {
      const worker = new Worker(name, (job, token) => run(name, job, token), {
        connection: options.connection,
        prefix: queuePrefix(options.prefix, shard),
        concurrency: options.concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_INTERVAL_MS,
        maxStalledCount: MAX_STALLS,
        settings: { backoffStrategy: (attempt: number) => backoffMs(attempt, Math.random()) },
      })
      worker.on('error', (error) => {
        const problem = troubleOf(error)
        if (isNews(problem)) log.warn({ problem }, 'the queues have trouble with Redis')
      })
      return worker
    }),
  ).flat()

  return {
    /**
     * Stops taking jobs and waits for the running ones, but not longer than `limitMs`. Then what they wait for is given
     * up: each writes down what is not known, and the rest is another worker's.
     */
    async close(limitMs: number): Promise<void> {
      const closed = Promise.all(workers.map((worker) => worker.close())).then(() => true)
      if (await Promise.race([closed, after(limitMs)])) return
      over = true
      log.warn({ limitMs }, 'jobs still run at the end of the grace time')
      await options.abandon()
      await Promise.race([closed, after(ABANDON_MS)])
    },
  }
}

/** False, after a while that keeps no process alive. */
const after = (ms: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), ms).unref())
