import { Queue, type Job } from 'bullmq'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import type { AccountId, DocumentKey } from '../core/ids.ts'
import type { ActKey } from '../core/acts.ts'
import { actJobs, jobNames, jobs, type ActJob, type JobName, type Payload } from '../jobs.ts'

const Concerned = z.object({ account: z.string() })

/** Finished jobs are evidence for an hour; failed ones are the dead letters and stay. */
const KEEP_COMPLETED = { age: 3600, count: 1000 }
/** Failed jobs that are read at once. */
const PAGE = 1000

export type QueueCounts = Record<
  JobName,
  { waiting: number; active: number; delayed: number; failed: number }
>

/** BullMQ's key prefix of a shard: the shard's hash tag keeps a queue's keys in one slot of a cluster. */
export const queuePrefix = (prefix: string, shard: number): string => `${prefix}:{${shard}}`

/** One queue per kind of work and shard. Payloads carry ids; the facts are in the ledger. */
export function createQueues(
  connection: Redis | Cluster,
  options: { prefix: string; shards: number; shardOf: (account: AccountId) => number },
) {
  const shards = Array.from({ length: options.shards }, (_, shard) => {
    const open = (name: JobName) => {
      const queue = new Queue(name, {
        connection,
        prefix: queuePrefix(options.prefix, shard),
        defaultJobOptions: {
          attempts: jobs[name].attempts,
          backoff: { type: 'custom' },
          removeOnComplete: KEEP_COMPLETED,
          removeOnFail: false,
          // The last one: every list of failed jobs reads them, and the log has the others.
          stackTraceLimit: 1,
        },
        streams: { events: { maxLen: 1000 } },
      })
      // The connection is the app's, which reports its trouble once and not per queue.
      queue.on('error', () => {})
      return queue
    }
    return Object.fromEntries(jobNames.map((name) => [name, open(name)])) as Record<JobName, Queue>
  })
  const queueOf = (
    name: JobName,
    payload: { account?: AccountId | undefined; shard?: number },
  ): Queue => {
    const shard =
      payload.shard ?? (payload.account === undefined ? 0 : options.shardOf(payload.account))
    const queue = shards[shard]?.[name]
    if (queue === undefined) throw new Error(`there is no shard ${shard}`)
    return queue
  }

  async function findFailed(name: string, id: string) {
    const known = withoutLedger.find((candidate) => candidate === name)
    if (known === undefined) return undefined
    for (const queues of shards) {
      // Only then is it the name of a job and of nothing else that the queue keeps.
      if ((await queues[known].getJobState(id)) === 'failed') return queues[known].getJob(id)
    }
    return undefined
  }

  return {
    /**
     * Adds a job. While a job of this id is known the call does nothing: an id names one piece of work, and the ledger,
     * not the id, keeps it from being done twice.
     */
    async enqueue<Name extends JobName>(
      name: Name,
      payload: Payload<Name>,
      how: { jobId: string; delayMs?: number },
    ): Promise<void> {
      await queueOf(name, payload).add(name, payload, {
        jobId: how.jobId,
        ...(how.delayMs === undefined || how.delayMs <= 0 ? {} : { delay: Math.ceil(how.delayMs) }),
      })
    },

    /**
     * Adds a job whose id names work that comes again. One that is still to be done stays, and so does one that failed at
     * `failedBefore` (ms since 1970) or later; any other that has ended makes way. False when nothing was added.
     */
    async enqueueAgain<Name extends JobName>(
      name: Name,
      payload: Payload<Name>,
      how: { jobId: string; failedBefore: number },
    ): Promise<boolean> {
      const before = await queueOf(name, payload).getJob(how.jobId)
      if (before !== undefined) {
        const makesWay =
          (await before.isCompleted()) ||
          ((await before.isFailed()) && (before.finishedOn ?? 0) < how.failedBefore)
        if (!makesWay) return false
        await before.remove()
      }
      await this.enqueue(name, payload, { jobId: how.jobId })
      return true
    },

    /**
     * Adds the job that works on a document in one of its generations; a finished job of the same generation makes way.
     */
    async enqueueDocument(
      name: DocumentJob,
      account: AccountId,
      key: DocumentKey,
      generation: string | number,
      delayMs = 0,
    ): Promise<void> {
      const queue = queueOf(name, { account })
      const jobId = documentJobId(name, key, generation)
      if (await finished(queue, jobId)) await queue.remove(jobId)
      await this.enqueue(name, { documentKey: key, account }, { jobId, delayMs })
    },

    /** Adds the job that does an act in one of its generations; a finished job of the same generation makes way. */
    async enqueueAct(
      name: ActJob,
      account: AccountId,
      act: ActKey,
      generation: string | number,
      delayMs = 0,
    ): Promise<void> {
      const queue = queueOf(name, { account })
      const jobId = actJobId(act, generation)
      if (await finished(queue, jobId)) await queue.remove(jobId)
      await this.enqueue(name, { act, account }, { jobId, delayMs })
    },

    /** Whether the job for this generation of an act is still to be done. */
    async hasActWork(
      name: ActJob,
      account: AccountId,
      act: ActKey,
      generation: string | number,
    ): Promise<boolean> {
      const state = await queueOf(name, { account }).getJobState(actJobId(act, generation))
      return state !== 'unknown' && state !== 'completed' && state !== 'failed'
    },

    /** Whether a job for this generation of a document is still to be done. */
    async hasWork(
      account: AccountId,
      key: DocumentKey,
      generation: string | number,
    ): Promise<boolean> {
      for (const name of ['issue-document', 'resolve-outcome'] as const) {
        const state = await queueOf(name, { account }).getJobState(
          documentJobId(name, key, generation),
        )
        if (state !== 'unknown' && state !== 'completed' && state !== 'failed') return true
      }
      return false
    },

    /** Removes what is left of a generation that was given up and has been replaced. */
    async forget(account: AccountId, key: DocumentKey, generation: string | number): Promise<void> {
      for (const name of ['issue-document', 'resolve-outcome'] as const) {
        const queue = queueOf(name, { account })
        const jobId = documentJobId(name, key, generation)
        if (await finished(queue, jobId)) await queue.remove(jobId)
      }
    },

    /** Failed jobs that stand for no document or act: those that do are dead letters of the ledger. */
    async failedJobs() {
      const found = await Promise.all(
        shards.flatMap((queues) => withoutLedger.map((name) => allFailed(queues[name]))),
      )
      return found.flat().map(failureOf)
    },

    /** One of them; undefined when it is none (any more). */
    async failedJob(name: string, id: string) {
      const job = await findFailed(name, id)
      return job === undefined ? undefined : failureOf(job)
    },

    /** How many of them there are. */
    async failedCount(): Promise<number> {
      const found = await Promise.all(
        shards.flatMap((queues) => withoutLedger.map((name) => queues[name].getFailedCount())),
      )
      return found.reduce((sum, count) => sum + count, 0)
    },

    /** Removes what is left of a generation of an act that a person has decided about. */
    async forgetAct(
      name: ActJob,
      account: AccountId,
      act: ActKey,
      generation: string | number,
    ): Promise<void> {
      const queue = queueOf(name, { account })
      const jobId = actJobId(act, generation)
      if (await finished(queue, jobId)) await queue.remove(jobId)
    },

    /** Runs a failed job again, with all its attempts. False when it is not failed (any more). */
    async retryFailed(name: string, id: string): Promise<boolean> {
      const job = await findFailed(name, id)
      if (job === undefined) return false
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
      return true
    },

    async removeFailed(name: string, id: string): Promise<boolean> {
      const job = await findFailed(name, id)
      if (job === undefined) return false
      await job.remove()
      return true
    },

    /** Makes the repeating jobs of the catalogue run on every shard; `missing` leaves alone those that do. */
    async schedule(which: 'all' | 'missing' = 'all'): Promise<void> {
      for (const [shard, queues] of shards.entries()) {
        for (const name of jobNames) {
          const spec = jobs[name]
          if (!('everyMs' in spec)) continue
          if (which === 'missing' && (await queues[name].getJobScheduler(name)) !== undefined)
            continue
          await queues[name].upsertJobScheduler(
            name,
            { every: spec.everyMs },
            { name, data: { shard } },
          )
        }
      }
    },

    async counts(): Promise<QueueCounts> {
      const entries = jobNames.map(async (name) => {
        const all = await Promise.all(
          shards.map((queues) =>
            queues[name].getJobCounts('waiting', 'active', 'delayed', 'failed', 'prioritized'),
          ),
        )
        const total = (state: string) => all.reduce((sum, counts) => sum + (counts[state] ?? 0), 0)
        return [
          name,
          {
            waiting: total('waiting') + total('prioritized'),
            active: total('active'),
            delayed: total('delayed'),
            failed: total('failed'),
          },
        ] as const
      })
      return Object.fromEntries(await Promise.all(entries)) as QueueCounts
    },

    shards,
    async close(): Promise<void> {
      await Promise.all(
        shards.flatMap((queues) => Object.values(queues).map((queue) => queue.close())),
      )
    },
  }
}

/** All of them, read a page at a time. */
async function allFailed(queue: Queue): Promise<Job[]> {
  const found = new Map<string, Job>()
  for (let start = 0; ; start += PAGE) {
    const ids = await queue.getRanges(['failed'], start, start + PAGE - 1)
    for (const job of await Promise.all(ids.map((id) => queue.getJob(id))))
      if (job?.id !== undefined) found.set(job.id, job)
    if (ids.length < PAGE) return [...found.values()]
  }
}

const failureOf = (job: Job) => ({
  queue: job.queueName,
  id: job.id ?? '',
  account: Concerned.safeParse(job.data).data?.account ?? '',
  reason: job.failedReason ?? '',
  at: job.finishedOn ?? job.timestamp,
  attempts: job.attemptsMade,
})

export type DocumentJob = 'issue-document' | 'resolve-outcome'

/** A new generation of a document is new work, so that a job that is just ending never swallows it. */
const documentJobId = (name: DocumentJob, key: DocumentKey, generation: string | number): string =>
  `${key}~g${generation}${name === 'resolve-outcome' ? '~resolve' : ''}`

const ledgers: readonly string[] = [
  'issue-document',
  'resolve-outcome',
  ...Object.values(actJobs),
] satisfies JobName[]
/** Kinds of work whose failures nobody but the queue remembers. */
const withoutLedger = jobNames.filter((name) => !ledgers.includes(name))

const actJobId = (act: ActKey, generation: string | number): string => `${act}~g${generation}`

const finished = async (queue: Queue, jobId: string): Promise<boolean> =>
  ['completed', 'failed'].includes(await queue.getJobState(jobId))
