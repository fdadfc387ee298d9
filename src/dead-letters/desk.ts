import { decideAct } from '../acts-desk.ts'
import type { App } from '../app.ts'
import { ActKey } from '../core/acts.ts'
import { inBatches } from '../core/batches.ts'
import { AccountId, DocumentKey } from '../core/ids.ts'
import { takeIn } from '../intake.ts'
import { createFinder } from './finding.ts'
import type { Letter, Outcome, OutcomeName } from './letters.ts'
import { createRehearsal } from './rehearsal.ts'

/** How many letters are worked on at once. */
const AT_ONCE = 20

/** Who does it, in the timeline; `run` is the bulk run that it belongs to. */
export type By = { who: string; run?: string | undefined }

/** What can be done with dead letters, one at a time. Nothing here can issue twice: every path ends in the ledger. */
export function createDesk(app: App) {
  const { ledger, queues, now } = app
  const rehearse = createRehearsal(app)

  async function replayDocument(letter: Letter, { who, run }: By): Promise<boolean> {
    const key = DocumentKey.parse(letter.id)
    const account = AccountId.parse(letter.account)
    const before = await ledger.documents.get(account, key)
    if (before?.state !== 'dead') return false
    const facts = { rule: 'replay', cause: letter.cause.code, run }
    const made = await ledger.documents.makeDue(account, key, who, facts, undefined, ['dead'])
    if (made.status !== 'due') return false
    await queues.forget(account, key, before.gen)
    await app.enqueueDocument('issue-document', account, key, made.generation)
    return true
  }

  async function dismissDocument(letter: Letter, { who, run }: By, reason: string) {
    const key = DocumentKey.parse(letter.id)
    const account = AccountId.parse(letter.account)
    const document = await ledger.documents.get(account, key)
    const moved = await ledger.documents.move(account, key, 'skipped', {
      who,
      from: ['dead'],
      facts: { rule: 'dismissed', reason, run },
      fields: { dismissed: 1 },
    })
    if (moved) await queues.forget(account, key, document?.gen ?? 0)
    return moved
  }

  /** Only while it is dead: what somebody else has decided meanwhile stays so. */
  const decide = (letter: Letter, verdict: 'replay' | 'dismiss', by: By, reason: string) =>
    decideAct(app, ActKey.parse(letter.id), verdict, { ...by, reason, from: ['dead'] })

  /** Reads a quarantined event once more; what is still wrong with it comes back. */
  async function replayEvent(letter: Letter): Promise<Outcome> {
    const [, account = '', eventId = ''] = letter.id.split(' ')
    const owner = AccountId.parse(account)
    const [event, body] = await Promise.all([
      ledger.events.quarantined(owner, eventId),
      ledger.events.body(owner, eventId),
    ])
    const shop = event === undefined ? undefined : await ledger.registry.shop(event.shop)
    if (event === undefined || body === undefined || shop === undefined) return notDead(letter.id)
    const { headers } = event
    const taken = await takeIn(app, shop, { headers, body, reading: `~${now()}` }, false)
    if (taken.status === 'broken')
      return {
        id: letter.id,
        outcome: 'still-broken',
        en: taken.reasons.map(({ en }) => en).join(' '),
        ro: taken.reasons.map(({ ro }) => ro).join(' '),
      }
    await ledger.events.release(shop.account, eventId)
    return done(letter.id, 'replayed')
  }

  return {
    ...createFinder(app),

    /** One after the other, some at a time. */
    each: <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) =>
      inBatches(items, AT_ONCE, work),

    rehearse: async (letter: Letter | string): Promise<Outcome> =>
      typeof letter === 'string' ? notDead(letter) : rehearse(letter),

    rehearseDismissal: async (letter: Letter | string): Promise<Outcome> =>
      typeof letter === 'string' ? notDead(letter) : done(letter.id, 'would-dismiss'),

    async replay(letter: Letter | string, by: By): Promise<Outcome> {
      if (typeof letter === 'string') return notDead(letter)
      switch (letter.kind) {
        case 'document':
          return (await replayDocument(letter, by))
            ? done(letter.id, 'replayed')
            : notDead(letter.id)
        case 'act':
          return (await decide(letter, 'replay', by, ''))
            ? done(letter.id, 'replayed')
            : notDead(letter.id)
        case 'job': {
          const [, queue = '', ...id] = letter.id.split(' ')
          return (await queues.retryFailed(queue, id.join(' ')))
            ? done(letter.id, 'replayed')
            : notDead(letter.id)
        }
        case 'event':
          return replayEvent(letter)
      }
    },

    async dismiss(letter: Letter | string, by: By, reason: string): Promise<Outcome> {
      if (typeof letter === 'string') return notDead(letter)
      const [, first = '', ...rest] = letter.id.split(' ')
      const closed = {
        document: () => dismissDocument(letter, by, reason),
        act: () => decide(letter, 'dismiss', by, reason),
        job: () => queues.removeFailed(first, rest.join(' ')),
        event: () => ledger.events.release(AccountId.parse(first), rest.join(' ')),
      }
      return (await closed[letter.kind]()) ? done(letter.id, 'dismissed') : notDead(letter.id)
    },
  }
}

export type Desk = ReturnType<typeof createDesk>

const sentences = {
  replayed: { en: 'Back to work.', ro: 'Reluat.' },
  dismissed: { en: 'Dismissed.', ro: 'Închis.' },
  'would-dismiss': { en: 'It would be dismissed.', ro: 'Ar fi închis.' },
  'not-dead': {
    en: 'It is not a dead letter (any more).',
    ro: 'Nu (mai) este în așteptarea unei persoane.',
  },
} satisfies Partial<Record<OutcomeName, { en: string; ro: string }>>

const done = (id: string, outcome: keyof typeof sentences): Outcome => ({
  id,
  outcome,
  ...sentences[outcome],
})
const notDead = (id: string): Outcome => done(id, 'not-dead')
