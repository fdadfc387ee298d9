import type { App } from '../app.ts'
import { decide } from '../core/document.ts'
import { fingerprintOf, wordsOf } from '../core/causes.ts'
import { AccountId, DocumentKey, partsOf, type DocumentKind, type ShopId } from '../core/ids.ts'
import { civilDate } from '../core/time.ts'
import { knownFacts } from '../known-facts.ts'
import type { Filter, Letter, Outcome } from './dead-letters.ts'
import { takeIn } from '../intake.ts'

/** How many letters are worked on at once. */
const AT_ONCE = 20
const MAX_LETTERS = 100_000
/** A list of series that was read this recently still holds, in ms. */
const SERIES_AGE_MS = 10_000

const said = (en: string, ro: string) => ({ en, ro })

/** What can be done with dead letters, one at a time. Nothing here can issue twice: every path ends in the ledger. */
export function createDesk(app: App) {
  const { ledger, queues, now } = app

  async function deadDocuments(): Promise<Letter[]> {
    const letters: Letter[] = []
    for (let shard = 0; shard < app.config.shards; shard++) {
      const keys = await ledger.reports.inState(shard, 'dead', 0, MAX_LETTERS)
      letters.push(...(await each(keys, documentLetter)).flatMap((letter) => letter ?? []))
    }
    return letters
  }
  async function documentLetter(key: DocumentKey): Promise<Letter | undefined> {
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
      reasons: [],
      at: new Date(document.at).toISOString(),
      attempts: document.attempts,
    }
  }
  async function failedJobs(): Promise<Letter[]> {
    return (await queues.failedJobs()).map(({ queue, id, account, reason, at, attempts }) => ({
      id: `job ${queue} ${id}`,
      kind: 'job',
      shop: '',
      order: id,
      account,
      cause: {
        code: 'internal-error',
        said: reason,
        ...said(
          'A fault of this application stopped this work. Replay; if it comes back, report the message.',
          'O eroare a aplicației a oprit acest lucru. Reluați; dacă se repetă, trimiteți-ne mesajul.',
        ),
      },
      reasons: [],
      at: new Date(at).toISOString(),
      attempts,
    }))
  }
  async function brokenEvents(): Promise<Letter[]> {
    const found = await ledger.reports.quarantined(MAX_LETTERS)
    const letters = await each(found, async ({ account, eventId }) => {
      const event = await ledger.events.quarantined(account, eventId)
      if (event === undefined) return []
      const first = event.reasons[0]
      const letter: Letter = {
        id: `event ${account} ${eventId}`,
        kind: 'event',
        shop: event.shop,
        order: event.orderId,
        account,
        cause: {
          code: `unreadable-event${first === undefined ? '' : `:${first.code}`}`,
          said: '',
          en: first?.en ?? 'The event cannot be read as an order.',
          ro: first?.ro ?? 'Evenimentul nu poate fi citit ca o comandă.',
        },
        reasons: event.reasons,
        at: new Date(event.at).toISOString(),
        attempts: 1,
      }
      return [letter]
    })
    return letters.flat()
  }
  const accountOf = async (shop: ShopId) => (await ledger.registry.shop(shop))?.account

  async function list(filter: Filter): Promise<Letter[]> {
    const all = (await Promise.all([deadDocuments(), failedJobs(), brokenEvents()])).flat()
    return all
      .filter(
        (letter) =>
          (filter.shop === undefined || letter.shop === filter.shop) &&
          (filter.account === undefined || letter.account === filter.account) &&
          (filter.cause === undefined || letter.cause.code === filter.cause) &&
          (filter.fingerprint === undefined || fingerprintOf(letter.cause) === filter.fingerprint),
      )
      .toSorted((a, b) => b.at.localeCompare(a.at))
  }

  async function each<Item, Result>(
    items: readonly Item[],
    work: (item: Item) => Promise<Result>,
  ): Promise<Result[]> {
    const results: Result[] = []
    for (let i = 0; i < items.length; i += AT_ONCE) {
      results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map(work))))
    }
    return results
  }

  async function decisionOf(key: DocumentKey, accountId: AccountId) {
    const { shop: shopId, order: ref, kind } = partsOf(key)
    const [shop, account, known, vat] = await Promise.all([
      ledger.registry.shop(shopId),
      ledger.registry.account(accountId),
      ledger.documents.order(accountId, ref),
      ledger.facts.vat(accountId),
    ])
    if (shop === undefined || account === undefined || known === undefined || vat === undefined)
      return undefined
    return decide({
      order: known.order,
      kind,
      settings: shop.settings,
      companyCif: account.cif,
      vat: vat.table,
      marker: app.markerOf(key),
      today: civilDate(now()),
      ...(await knownFacts(app, account.id, known.order, shop.settings)),
    })
  }

  const seriesLists = new Map<string, { at: number; names: Promise<string[] | undefined> }>()
  /** The account's series as SmartBill lists them now; undefined when it does not say. One call serves a whole rehearsal. */
  async function seriesNames(
    accountId: AccountId,
    kind: DocumentKind,
  ): Promise<string[] | undefined> {
    const known = seriesLists.get(`${accountId} ${kind}`)
    if (known !== undefined && now() - known.at < SERIES_AGE_MS) return known.names
    const names = ledger.registry
      .account(accountId)
      .then((account) =>
        account === undefined ? undefined : app.smartbill.documents.series(account, kind),
      )
      .then(
        (list) => list?.map(({ name }) => name),
        () => undefined,
      )
    seriesLists.set(`${accountId} ${kind}`, { at: now(), names })
    return names
  }

  return {
    list,
    each,

    /** The letters of a selection. An id that is no dead letter (any more) is answered as such. */
    async select(selection: {
      ids?: string[] | undefined
      filter?: Filter | undefined
    }): Promise<(Letter | string)[]> {
      const letters = await list(selection.filter ?? {})
      if (selection.ids === undefined) return letters
      const byId = new Map(letters.map((letter) => [letter.id, letter]))
      return [...new Set(selection.ids)].map((id) => byId.get(id) ?? id)
    },

    /** Each cause once, with its count, most frequent first. */
    causes(letters: readonly Letter[]) {
      const groups = Map.groupBy(letters, ({ cause }) => cause.code)
      return [...groups]
        .map(([code, members]) => {
          const cause = members[0]?.cause
          return {
            code,
            count: members.length,
            en: cause?.en ?? '',
            ro: cause?.ro ?? '',
            said: cause?.said ?? '',
            ...seenAt(members),
            wordings: [...Map.groupBy(members, (letter) => fingerprintOf(letter.cause))]
              .map(([fingerprint, same]) => ({
                fingerprint,
                words: wordsOf(same[0]?.cause.said ?? ''),
                count: same.length,
                ...seenAt(same),
              }))
              .toSorted((a, b) => b.count - a.count),
          }
        })
        .toSorted((a, b) => b.count - a.count)
    },

    /** What a replay would do, changing nothing. */
    async rehearse(letter: Letter | string): Promise<Outcome> {
      if (typeof letter === 'string') return notDead(letter)
      if (letter.kind !== 'document') {
        return {
          id: letter.id,
          outcome: 'would-run',
          ...said('It would run again.', 'Ar rula din nou.'),
        }
      }
      const decision = await decisionOf(
        DocumentKey.parse(letter.id),
        AccountId.parse(letter.account),
      )
      switch (decision?.kind) {
        case undefined:
          return {
            id: letter.id,
            outcome: 'would-run',
            ...said('It would be tried again.', 'Ar fi încercat din nou.'),
          }
        case 'issue': {
          const { kind, series } = decision.document
          const existing = await seriesNames(AccountId.parse(letter.account), kind)
          if (existing !== undefined && !existing.includes(series))
            return {
              id: letter.id,
              outcome: 'would-fail',
              ...said(
                `Series ${series} does not exist in SmartBill (it has: ${existing.join(', ') || 'none'}).`,
                `Seria ${series} nu există în SmartBill (există: ${existing.join(', ') || 'niciuna'}).`,
              ),
            }
          return {
            id: letter.id,
            outcome: 'would-issue',
            ...said(
              `${decision.document.total} ${decision.document.currency} on series ${decision.document.series}.`,
              `${decision.document.total} ${decision.document.currency} pe seria ${decision.document.series}.`,
            ),
          }
        }
        case 'hold':
          return {
            id: letter.id,
            outcome: 'would-hold',
            en: decision.reasons.map(({ en }) => en).join(' '),
            ro: decision.reasons.map(({ ro }) => ro).join(' '),
          }
        case 'skip':
          return { id: letter.id, outcome: 'would-skip', en: decision.en, ro: decision.ro }
      }
    },

    async replay(letter: Letter | string, who: string): Promise<Outcome> {
      if (typeof letter === 'string') return notDead(letter)
      const replayed: Outcome = {
        id: letter.id,
        outcome: 'replayed',
        ...said('Back to work.', 'Reluat.'),
      }
      switch (letter.kind) {
        case 'document': {
          const key = DocumentKey.parse(letter.id)
          const account = AccountId.parse(letter.account)
          const before = await ledger.documents.get(account, key)
          if (before?.state !== 'dead') return notDead(letter.id)
          const made = await ledger.documents.makeDue(account, key, who, {
            rule: 'replay',
            cause: letter.cause.code,
          })
          if (made.status !== 'due') return notDead(letter.id)
          await queues.forget(account, key, before.gen)
          await app.enqueueDocument('issue-document', account, key, made.generation)
          return replayed
        }
        case 'job': {
          const [, queue = '', ...id] = letter.id.split(' ')
          return (await queues.retryFailed(queue, id.join(' '))) ? replayed : notDead(letter.id)
        }
        case 'event': {
          const [, account = '', eventId = ''] = letter.id.split(' ')
          const event = await ledger.events.quarantined(AccountId.parse(account), eventId)
          const shop = event === undefined ? undefined : await ledger.registry.shop(event.shop)
          if (event === undefined || shop === undefined) return notDead(letter.id)
          const taken = await takeIn(
            app,
            shop,
            { headers: event.headers, body: event.body, reading: `~${now()}` },
            false,
          )
          if (taken.status === 'broken') {
            return {
              id: letter.id,
              outcome: 'still-broken',
              en: taken.reasons.map(({ en }) => en).join(' '),
              ro: taken.reasons.map(({ ro }) => ro).join(' '),
            }
          }
          await ledger.events.release(shop.account, eventId)
          return replayed
        }
      }
    },

    async dismiss(letter: Letter | string, who: string, reason: string): Promise<Outcome> {
      if (typeof letter === 'string') return notDead(letter)
      const dismissed: Outcome = {
        id: letter.id,
        outcome: 'dismissed',
        ...said('Dismissed.', 'Închis.'),
      }
      switch (letter.kind) {
        case 'document': {
          const key = DocumentKey.parse(letter.id)
          const account = AccountId.parse(letter.account)
          const document = await ledger.documents.get(account, key)
          const moved = await ledger.documents.move(account, key, 'skipped', {
            who,
            from: ['dead'],
            facts: { rule: 'dismissed', reason },
            fields: { dismissed: 1 },
          })
          if (!moved) return notDead(letter.id)
          await queues.forget(account, key, document?.gen ?? 0)
          return dismissed
        }
        case 'job': {
          const [, queue = '', ...id] = letter.id.split(' ')
          return (await queues.removeFailed(queue, id.join(' '))) ? dismissed : notDead(letter.id)
        }
        case 'event': {
          const [, account = '', eventId = ''] = letter.id.split(' ')
          return (await ledger.events.release(AccountId.parse(account), eventId))
            ? dismissed
            : notDead(letter.id)
        }
      }
    },
  }
}

/** When the oldest and the newest of them became dead letters. */
function seenAt(letters: readonly Letter[]): { firstAt: string; lastAt: string } {
  const times = letters.map(({ at }) => at).toSorted()
  return { firstAt: times[0] ?? '', lastAt: times.at(-1) ?? '' }
}

const notDead = (id: string): Outcome => ({
  id,
  outcome: 'not-dead',
  ...said('It is not a dead letter (any more).', 'Nu (mai) este în așteptarea unei persoane.'),
})
