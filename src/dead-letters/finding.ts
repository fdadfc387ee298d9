import type { App } from '../app.ts'
import { GivenActKey, partsOfAct, type ActKey } from '../core/acts.ts'
import { inBatches } from '../core/batches.ts'
import { fingerprintOf, wordsOf } from '../core/causes.ts'
import { AccountId, DocumentKey, partsOf, type ShopId } from '../core/ids.ts'
import type { Filter, Letter, Selection } from './letters.ts'

type Failure = NonNullable<Awaited<ReturnType<App['queues']['failedJob']>>>

const MAX_LETTERS = 100_000
/** How many are read at once. */
const READS_AT_ONCE = 200

const applicationFault = {
  en: 'A fault of this application stopped this work. Replay; if it comes back, report the message.',
  ro: 'O eroare a aplicației a oprit acest lucru. Reluați; dacă se repetă, trimiteți-ne mesajul.',
}

/** Finds dead letters: documents that failed, what follows them and failed, jobs that failed, events that cannot be read. */
export function createFinder({
  ledger,
  queues,
  config,
}: Pick<App, 'ledger' | 'queues' | 'config'>) {
  const accountOf = async (shop: ShopId) => (await ledger.registry.shop(shop))?.account

  async function deadDocument(key: DocumentKey): Promise<Letter | undefined> {
    const { shop, orderId } = partsOf(key)
    const account = await accountOf(shop)
    const document = account === undefined ? undefined : await ledger.documents.get(account, key)
    if (account === undefined || document?.state !== 'dead' || document.cause === undefined)
      return undefined
    return {
      id: key,
      kind: 'document',
      shop,
      order: orderId,
      account,
      cause: document.cause,
      fingerprint: fingerprintOf(document.cause),
      reasons: [],
      at: new Date(document.at).toISOString(),
      attempts: document.attempts,
    }
  }

  async function deadAct(key: ActKey): Promise<Letter | undefined> {
    const { shop, kind, document } = partsOfAct(key)
    const account = await accountOf(shop)
    const act = account === undefined ? undefined : await ledger.acts.get(account, key)
    if (account === undefined || act?.state !== 'dead' || act.cause === undefined) return undefined
    const cause = { ...act.cause, code: `${kind}:${act.cause.code}` }
    return {
      id: key,
      kind: 'act',
      act: kind,
      wish: act.wish,
      shop,
      order: partsOf(document).orderId,
      account,
      cause,
      fingerprint: fingerprintOf(cause),
      reasons: [],
      at: new Date(act.at).toISOString(),
      attempts: Math.max(act.attempts, act.tries + 1),
    }
  }

  async function inLedger(): Promise<Letter[]> {
    const letters: Letter[] = []
    for (let shard = 0; shard < config.shards; shard++) {
      const [documents, acts] = await Promise.all([
        ledger.reports.inState(shard, 'dead', 0, MAX_LETTERS),
        ledger.reports.actsInState(shard, 'dead', 0, MAX_LETTERS),
      ])
      const found = [
        ...(await inBatches(documents, READS_AT_ONCE, deadDocument)),
        ...(await inBatches(acts, READS_AT_ONCE, deadAct)),
      ]
      letters.push(...found.flatMap((letter) => letter ?? []))
    }
    return letters
  }

  function failedJob({ queue, id, account, reason, at, attempts }: Failure): Letter {
    const cause = { code: 'internal-error', said: reason, ...applicationFault }
    return {
      id: `job ${queue} ${id}`,
      kind: 'job',
      shop: '',
      order: id,
      account,
      cause,
      fingerprint: fingerprintOf(cause),
      reasons: [],
      at: new Date(at).toISOString(),
      attempts,
    }
  }

  async function brokenEvent(account: AccountId, eventId: string): Promise<Letter | undefined> {
    const event = await ledger.events.quarantined(account, eventId)
    if (event === undefined) return undefined
    const first = event.reasons[0]
    const cause = {
      code: `unreadable-event${first === undefined ? '' : `:${first.code}`}`,
      said: '',
      en: first?.en ?? 'The event cannot be read as an order.',
      ro: first?.ro ?? 'Evenimentul nu poate fi citit ca o comandă.',
    }
    return {
      id: `event ${account} ${eventId}`,
      kind: 'event',
      shop: event.shop,
      order: event.orderId,
      account,
      cause,
      fingerprint: fingerprintOf(cause),
      reasons: event.reasons,
      at: new Date(event.at).toISOString(),
      attempts: 1,
    }
  }

  async function brokenEvents(): Promise<Letter[]> {
    const found = await ledger.reports.quarantined(MAX_LETTERS)
    const letters = await inBatches(found, READS_AT_ONCE, ({ account, eventId }) =>
      brokenEvent(account, eventId),
    )
    return letters.flatMap((letter) => letter ?? [])
  }

  /** All that fit, newest first. */
  async function list(filter: Filter): Promise<Letter[]> {
    const [kept, jobs, events] = await Promise.all([
      inLedger(),
      queues.failedJobs(),
      brokenEvents(),
    ])
    return [...kept, ...jobs.map(failedJob), ...events]
      .filter(
        ({ shop, account, act, cause, fingerprint }) =>
          (filter.shop === undefined || shop === filter.shop) &&
          (filter.account === undefined || account === filter.account) &&
          (filter.act === undefined || act === filter.act) &&
          (filter.cause === undefined || cause.code === filter.cause) &&
          (filter.fingerprint === undefined || fingerprint === filter.fingerprint),
      )
      .toSorted((a, b) => b.at.localeCompare(a.at))
  }

  async function findOne(id: string): Promise<Letter | undefined> {
    const [kind, first = '', ...rest] = id.split(' ')
    if (kind === 'job') {
      const job = await queues.failedJob(first, rest.join(' '))
      return job === undefined ? undefined : failedJob(job)
    }
    if (kind === 'event') {
      const [account, eventId] = [AccountId.safeParse(first), rest.join(' ')]
      const waits = account.success && (await ledger.events.isQuarantined(account.data, eventId))
      return waits ? brokenEvent(account.data, eventId) : undefined
    }
    const act = GivenActKey.safeParse(id)
    if (act.success) return deadAct(act.data)
    const key = documentKeyIn(id)
    return key === undefined ? undefined : deadDocument(key)
  }

  /**
   * The letters of these ids, in their order; an id that is no dead letter (any more) comes back as it is. Each costs a read
   * or two, however many letters there are.
   */
  const find = (ids: readonly string[]): Promise<(Letter | string)[]> =>
    inBatches([...new Set(ids)], READS_AT_ONCE, async (id) => (await findOne(id)) ?? id)

  return {
    list,
    find,
    /** The letters of a selection. */
    select: ({ ids, filter }: Selection): Promise<(Letter | string)[]> =>
      ids === undefined ? list(filter ?? {}) : find(ids),
  }
}

/** A text as a document key whose parts can be read. */
export function documentKeyIn(text: string): DocumentKey | undefined {
  const key = DocumentKey.safeParse(text)
  if (!key.success) return undefined
  try {
    partsOf(key.data)
    return key.data
  } catch {
    return undefined
  }
}

/** Each cause once, with its count, most frequent first. */
export function causesOf(letters: readonly Letter[]) {
  return [...Map.groupBy(letters, ({ cause }) => cause.code)]
    .map(([code, members]) => {
      const cause = members[0]?.cause
      const act = members[0]?.act
      return {
        code,
        ...(act === undefined ? {} : { act }),
        count: members.length,
        en: cause?.en ?? '',
        ro: cause?.ro ?? '',
        said: cause?.said ?? '',
        ...seenAt(members),
        explanations: explanationsOf(members),
        wordings: [...Map.groupBy(members, ({ fingerprint }) => fingerprint)]
          .map(([fingerprint, same]) => ({
            fingerprint,
            words: wordsOf(same[0]?.cause.said ?? ''),
            /** SmartBill's literal words, of the newest one. */
            said: same[0]?.cause.said ?? '',
            count: same.length,
            ...seenAt(same),
          }))
          .toSorted((a, b) => b.count - a.count),
      }
    })
    .toSorted((a, b) => b.count - a.count)
}

/** What is said about them, each sentence once, most frequent first: it may name a series or a shop. */
const explanationsOf = (letters: readonly Letter[]) =>
  [...Map.groupBy(letters, ({ cause }) => cause.en).values()]
    .map((same) => ({
      en: same[0]?.cause.en ?? '',
      ro: same[0]?.cause.ro ?? '',
      count: same.length,
      shops: [...new Set(same.map(({ shop }) => shop))],
    }))
    .toSorted((a, b) => b.count - a.count)

/** When the oldest and the newest of them became dead letters. */
function seenAt(letters: readonly Letter[]): { firstAt: string; lastAt: string } {
  const times = letters.map(({ at }) => at).toSorted()
  return { firstAt: times[0] ?? '', lastAt: times.at(-1) ?? '' }
}
