import { z } from 'zod'
import {
  ActKey,
  actStates,
  actStatesBefore,
  fieldOfAct,
  partsOfAct,
  type ActState,
  type WantedAct,
} from '../core/acts.ts'
import { Cause, Reason } from '../core/causes.ts'
import { RejectedError, ThrottledError, TransientError, UncertainError } from '../core/errors.ts'
import { partsOf, type AccountId, type OrderRef } from '../core/ids.ts'
import { statesBefore, type DocumentState } from '../core/lifecycle.ts'
import type { JournalEntry } from './journal.ts'
import type { LedgerKeys } from './keys.ts'
import { onReplica } from './on-replica.ts'
import { loadScripts, type Connection } from './scripts.ts'

const State = z.enum(actStates as [ActState, ...ActState[]])
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
const count = z.coerce.number().default(0)
const facts = json(z.record(z.string(), z.unknown()))

/** An act as the ledger has it. Times are ms since 1970. */
const StoredAct = z.object({
  state: State,
  at: count,
  gen: count,
  fence: count,
  attempts: count,
  notBefore: count,
  sentAt: count,
  /** Failures so far that nobody minds: it is tried again after `notBefore`. */
  tries: count,
  /** What its worker needs to know; never changes. */
  wish: facts,
  /** What was true right before the attempt, to tell afterwards whether it happened. */
  before: facts.optional(),
  /** What came of it. */
  result: facts.optional(),
  reasons: json(z.array(Reason)).optional(),
  cause: json(Cause).optional(),
  /** '1' when the order itself took it back: it may be wanted again. */
  withdrawn: z.string().default(''),
})
export type Act = z.infer<typeof StoredAct> & { key: ActKey }

export type ActClaim =
  | { status: 'claimed'; fence: string; act: Act }
  /** An attempt is in doubt, and this worker alone finds out. */
  | { status: 'uncertain'; fence: string; act: Act }
  | { status: 'busy'; until: number }
  | { status: 'unknown' | 'proposed' | 'held' | 'dead' | 'done' | 'dismissed' }

/** What a finished act changes of its document, in the same step. */
export type DocumentChange = {
  fields?: Record<string, string>
  state?: DocumentState
  from?: DocumentState[]
  /** The number that the act took in the document's series, as printed. */
  number?: { series: string; number: string }
  /** The document's own number, which SmartBill may give to another one now. */
  freed?: { series: string; number: string }
}

type ActChange = {
  who: string
  from?: ActState[]
  fence?: string
  facts?: object
  fields?: Record<string, string>
  generation?: 'new'
  document?: DocumentChange
  /** The order is looked at once more: something may follow from this. */
  lookAgain?: boolean
}

/** How an act goes on after a refusal: it is sent again, or SmartBill is asked what became of it. */
type GoesOn = { to: 'due' | 'uncertain'; why: string; before: object }

const WishAnswer = z.union([
  z.tuple([z.literal('made'), z.string()]),
  z.tuple([z.literal('known'), State, z.string()]),
])
const ClaimAnswer = z.union([
  z.tuple([z.enum(['claimed', 'uncertain']), z.string()]),
  z.tuple([z.literal('busy'), z.coerce.number()]),
  z.tuple([z.enum(['unknown', 'proposed', 'held', 'dead', 'done', 'dismissed'])]),
])
const MoveAnswer = z.tuple([z.enum(['moved', 'not']), z.string()])

/** The number that a reversal took: that of its storno. */
const Taken = z.object({ series: z.string().min(1), number: z.string().regex(/^\d+$/) })
/** The number that a deleted document left, and the document that has it since, or ''. */
const Freed = Taken.extend({ owner: z.string() })
export type Freed = z.infer<typeof Freed>

/** How long a worker may take from claiming an act to writing down its intent, in ms. */
const CLAIM_MS = 60_000

/** Of an act that was on its way when the ledger was lost nobody can tell what became of it. */
export const restored = {
  code: 'restored',
  field: 'ledger',
  ro: 'Registrul a fost restaurat și nu se știe dacă acest pas s-a făcut. Verificați în SmartBill; dacă lipsește, reluați, altfel închideți-l.',
  en: 'The ledger was restored, and nobody knows whether this step was done. Check in SmartBill; if it is missing, replay it, otherwise dismiss it.',
} satisfies Reason

/** What follows the documents. Every function is safe to call any number of times. */
export function createActs(
  redis: Connection,
  keys: LedgerKeys,
  now: () => number,
  options: { leaseMs: number },
) {
  const scripts = loadScripts(redis, {
    'act-wish': 'with-acts',
    'act-claim': 'with-acts',
    'act-unclaim': 'with-acts',
    'act-move': 'with-acts',
    'restore-act': 'with-acts',
  })
  const keysOf = (account: AccountId, key: ActKey): string[] => {
    const { document, order } = partsOfAct(key)
    const shard = keys.ofShard(keys.shardOf(account))
    return [
      keys.document(account, document),
      keys.order(account, order),
      shard.journal,
      shard.counts,
      keys.pending(account),
      ...['due', 'attempting', 'uncertain', 'held', 'dead'].map(shard.state),
      keys.acts(account, order),
      ...['proposed', 'due', 'attempting', 'uncertain', 'held', 'dead'].map(shard.actState),
      shard.unrouted,
    ]
  }
  const actOf = (key: ActKey, text: string): Act => ({
    ...StoredAct.parse(JSON.parse(text)),
    key,
  })

  async function get(account: AccountId, key: ActKey): Promise<Act | undefined> {
    const text = await redis.hget(keys.acts(account, partsOfAct(key).order), fieldOfAct(key))
    return text === null ? undefined : actOf(key, text)
  }

  /** False when the act, its fence or its document is not where the move may begin. */
  const move = async (...asked: Parameters<typeof moving>): Promise<boolean> =>
    (await moving(...asked)).moved

  /** `replicas`: how many there are that should have an intent. */
  async function moving(
    account: AccountId,
    key: ActKey,
    to: ActState,
    change: ActChange,
  ): Promise<{ moved: boolean; replicas: number }> {
    const { kind } = partsOf(partsOfAct(key).document)
    const about = change.document ?? {}
    const series = (about.number ?? about.freed)?.series ?? ''
    const number = about.number?.number ?? ''
    const [moved, said] = MoveAnswer.parse(
      await scripts['act-move'](
        [
          ...keysOf(account, key),
          keys.series(account, kind, series),
          keys.numbers(account, kind, series),
        ],
        [
          key,
          now(),
          change.who,
          to,
          (change.from ?? actStatesBefore(to)).join(','),
          change.fence ?? '',
          JSON.stringify(change.facts ?? {}),
          JSON.stringify(change.fields ?? {}),
          change.generation ?? '',
          JSON.stringify(about.fields ?? {}),
          about.state ?? '',
          about.state === undefined ? '' : (about.from ?? statesBefore(about.state)).join(','),
          number,
          number === '' ? '0' : Number.parseInt(number, 10),
          change.lookAgain === true ? '1' : '',
          Number.parseInt(about.freed?.number ?? '0', 10),
        ],
      ),
    )
    return { moved: moved === 'moved', replicas: moved === 'moved' ? Number(said) : 0 }
  }

  /** Whether a replica has the intent too. */
  async function confirmed(account: AccountId, key: ActKey, fence: string): Promise<boolean> {
    const { counts } = keys.ofShard(keys.shardOf(account))
    const stored = keys.acts(account, partsOfAct(key).order)
    const [text] = (await onReplica(redis, counts, stored, [fieldOfAct(key)])) ?? []
    const act = text == null ? undefined : actOf(key, text)
    return act?.state === 'attempting' && act.fence === Number(fence)
  }

  /** Puts back an entry of an exported journal that is about an act. */
  async function restore(account: AccountId, key: ActKey, entry: JournalEntry): Promise<void> {
    const facts = z.record(z.string(), z.unknown()).catch({}).parse(entry.facts)
    const kept = JSON.stringify(facts)
    const { wish, notBefore, paid } = facts
    const said = typeof facts['cause'] === 'string' ? facts['cause'] : 'unknown'
    const fields: Record<string, string> = {
      ...(typeof wish === 'string' ? { wish } : {}),
      ...(typeof notBefore === 'string' ? { notBefore } : {}),
      withdrawn: entry.to === 'dismissed' && facts['withdrawn'] === '1' ? '1' : '',
      ...(entry.to === 'attempting' ? { before: kept } : {}),
      ...(entry.to === 'done' ? { result: kept } : {}),
      ...(entry.to === 'held' ? { reasons: JSON.stringify([restored]) } : {}),
      ...(entry.to === 'dead'
        ? { cause: JSON.stringify({ ...restored, code: said, said: '' }) }
        : {}),
    }
    const { document, kind } = partsOfAct(key)
    // A correction is a document of its own, and its number stands with that.
    const taken = Taken.safeParse(entry.to === 'done' && kind === 'reversal' ? facts : {})
    const { series = '', number = '' } = taken.data ?? {}
    const documentKind = partsOf(document).kind
    const freed = Freed.safeParse(facts['freed']).data
    await scripts['restore-act'](
      [
        ...keysOf(account, key),
        keys.series(account, documentKind, freed?.series ?? series),
        keys.numbers(account, documentKind, freed?.series ?? series),
      ],
      [
        entry.id,
        key,
        entry.who,
        entry.from,
        entry.to,
        kept,
        entry.id.split('-')[0] ?? '0',
        JSON.stringify(fields),
        JSON.stringify({
          ...(entry.to === 'done' && typeof paid === 'string' ? { paid } : {}),
          ...(freed === undefined ? {} : { gone: '1' }),
        }),
        number,
        number === '' ? '0' : Number.parseInt(number, 10),
        Number.parseInt(freed?.number ?? '0', 10),
        freed?.number ?? '',
        freed?.owner ?? '',
      ],
    )
  }

  return {
    get,
    move,
    restore,

    /** The acts of an order, in no order; and what is on record of acts done before the order was purged. */
    async ofOrder(account: AccountId, ref: OrderRef): Promise<{ acts: Act[]; did: string[] }> {
      const [stored, did] = await Promise.all([
        redis.hgetall(keys.acts(account, ref)),
        redis.hget(keys.order(account, ref), 'did'),
      ])
      return {
        acts: Object.entries(stored).map(([field, text]) =>
          actOf(ActKey.parse(`${ref}~${field}`), text),
        ),
        did: (did ?? '').split(' ').filter(Boolean),
      }
    },

    /** An act should exist. What is known stays as it is. */
    async wish(
      account: AccountId,
      wanted: WantedAct,
      who = 'rules',
    ): Promise<{ status: 'made' | 'known'; state: ActState; generation: string }> {
      const answer = WishAnswer.parse(
        await scripts['act-wish'](keysOf(account, wanted.key), [
          wanted.key,
          now(),
          who,
          wanted.state,
          JSON.stringify(wanted.wish),
          wanted.notBefore ?? 0,
        ]),
      )
      return answer[0] === 'made'
        ? { status: 'made', state: wanted.state, generation: answer[1] }
        : { status: 'known', state: answer[1], generation: answer[2] }
    },

    /** Takes a due act, or one in doubt, for the caller alone, or says what became of it. */
    async claim(account: AccountId, key: ActKey): Promise<ActClaim> {
      const answer = ClaimAnswer.parse(
        await scripts['act-claim'](keysOf(account, key), [key, now(), CLAIM_MS]),
      )
      if (answer[0] === 'busy') return { status: 'busy', until: answer[1] }
      if (answer[0] === 'claimed' || answer[0] === 'uncertain') {
        const act = await get(account, key)
        if (act === undefined) return { status: 'unknown' }
        return { status: answer[0], fence: answer[1], act }
      }
      return { status: answer[0] }
    },

    /** Gives back a claim that led to nothing. */
    async unclaim(account: AccountId, key: ActKey, fence: string): Promise<void> {
      await scripts['act-unclaim'](keysOf(account, key), [key, fence])
    },

    /**
     * Brackets an act that must not be repeated: its intent, with what was true `before`, is on disk before it, its
     * outcome after it. Returns undefined without acting when the claim is lost. What `act` throws is written down and
     * thrown on: nothing happened → due, refused → dead unless `refused` knows how it goes on, anything else → uncertain.
     */
    async attempt<T>(
      account: AccountId,
      key: ActKey,
      fence: string,
      how: {
        before?: object
        /** What the document becomes with the intent. */
        document?: DocumentChange
        /** What the document goes back to when nothing happened. */
        back?: DocumentChange
        done: (answer: T) => { result: object; document?: DocumentChange; lookAgain?: boolean }
        /** A refusal that is no end of it: it is thrown as ThrottledError, once what comes next is written down. */
        refused?: (refusal: Cause) => GoesOn | undefined
      },
      act: () => Promise<T>,
    ): Promise<T | undefined> {
      const before = JSON.stringify(how.before ?? {})
      const intent = await moving(account, key, 'attempting', {
        who: 'relay',
        from: ['due'],
        fence,
        facts: how.before ?? {},
        fields: {
          before,
          sentAt: String(now()),
          leaseUntil: String(now() + options.leaseMs),
        },
        ...(how.document === undefined ? {} : { document: how.document }),
      })
      if (!intent.moved) return undefined
      const from: ActState[] = ['attempting']
      const back = how.back === undefined ? {} : { document: how.back }
      const withdraw = (why: string) =>
        move(account, key, 'due', { who: 'relay', fence, from, facts: { why }, ...back })
      if (intent.replicas > 0 && !(await confirmed(account, key, fence))) {
        await withdraw('no replica confirmed the intent')
        throw new TransientError('no replica confirmed the intent')
      }
      let answer: T
      try {
        answer = await act()
      } catch (error) {
        if (error instanceof TransientError || error instanceof ThrottledError)
          await withdraw(error.message)
        else if (error instanceof RejectedError) {
          const next = how.refused?.(error.refusal)
          if (next === undefined) await bury(account, key, error.refusal, { fence, from, ...back })
          else {
            await move(account, key, next.to, {
              who: 'smartbill',
              fence,
              from,
              facts: { why: next.why, refused: error.refusal.code },
              fields: { before: JSON.stringify(next.before) },
              ...(next.to === 'due' ? back : {}),
            })
            throw new ThrottledError(next.why, now(), { cause: error })
          }
        } else
          await move(account, key, 'uncertain', {
            who: 'relay',
            fence,
            from,
            facts: {
              why: error instanceof Error ? error.message : String(error),
              answered: error instanceof UncertainError ? error.answered : '',
            },
          })
        throw error
      }
      const { result, document, lookAgain } = how.done(answer)
      await done(account, key, 'smartbill', result, {
        fence,
        ...(document === undefined ? {} : { document }),
        ...(lookAgain === undefined ? {} : { lookAgain }),
      })
      return answer
    },

    done,
    bury,

    /** Nothing happened, and it is tried again `until` then (ms). */
    postpone: (
      account: AccountId,
      key: ActKey,
      fence: string,
      { tries, until, why }: { tries: number; until: number; why: string },
    ) =>
      move(account, key, 'due', {
        who: 'relay',
        from: ['due'],
        fence,
        facts: { why, tries, notBefore: until },
        fields: { tries: String(tries), notBefore: String(until) },
      }),

    /** Waits for a person. */
    hold: (
      account: AccountId,
      key: ActKey,
      fence: string,
      reasons: readonly Reason[],
      document?: DocumentChange,
    ) =>
      move(account, key, 'held', {
        who: 'relay',
        fence,
        facts: { reasons: reasons.map(({ code, field }) => ({ code, field })) },
        fields: { reasons: JSON.stringify(reasons) },
        ...(document === undefined ? {} : { document }),
      }),

    /** Back to work as a new generation: a person agreed, corrected something or replays. */
    again: (
      account: AccountId,
      key: ActKey,
      who: string,
      facts: object = {},
      from: ActState[] = ['proposed', 'held', 'dead', 'dismissed'],
    ) =>
      move(account, key, 'due', {
        who,
        from,
        facts,
        fields: { tries: '0', notBefore: '0' },
        generation: 'new',
      }),

    dismiss: (
      account: AccountId,
      key: ActKey,
      who: string,
      why: string,
      { run, from }: { run?: string | undefined; from?: ActState[] | undefined } = {},
    ) =>
      move(account, key, 'dismissed', {
        who,
        facts: { why, run },
        fields: { withdrawn: '' },
        ...(from === undefined ? {} : { from }),
      }),

    /** The order does not ask for it any more. It comes back when it does. */
    withdraw: (
      account: AccountId,
      key: ActKey,
      why: string,
      more: { fence?: string; lookAgain?: boolean } = {},
    ) =>
      move(account, key, 'dismissed', {
        who: 'rules',
        from: ['proposed', 'due'],
        facts: { why, withdrawn: '1' },
        fields: { withdrawn: '1' },
        ...more,
      }),

    /** The order asks for it again. */
    bringBack: (account: AccountId, key: ActKey, state: 'due' | 'proposed') =>
      move(account, key, state, {
        who: 'rules',
        from: ['dismissed'],
        fields: { withdrawn: '' },
        generation: 'new',
      }),
  }

  function done(
    account: AccountId,
    key: ActKey,
    who: string,
    result: object,
    more: { fence?: string; document?: DocumentChange; lookAgain?: boolean } = {},
  ): Promise<boolean> {
    return move(account, key, 'done', {
      who,
      facts: result,
      fields: { result: JSON.stringify(result) },
      ...more,
    })
  }

  function bury(
    account: AccountId,
    key: ActKey,
    cause: Cause,
    more: { fence?: string; from?: ActState[]; document?: DocumentChange } = {},
  ): Promise<boolean> {
    return move(account, key, 'dead', {
      who: cause.said === '' ? 'relay' : 'smartbill',
      facts: { cause: cause.code, said: cause.said },
      fields: { cause: JSON.stringify(cause) },
      ...more,
    })
  }
}
