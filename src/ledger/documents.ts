import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { ActKey } from '../core/acts.ts'
import { Cause, Reason } from '../core/causes.ts'
import type { DocumentDraft } from '../core/document.ts'
import { RejectedError, ThrottledError, TransientError, UncertainError } from '../core/errors.ts'
import { FLOW_LIMITS_MS, flowGrains } from '../core/flow.ts'
import { DocumentKey, partsOf, type AccountId, type MarkerOf, type OrderRef } from '../core/ids.ts'
import { documentStates, statesBefore, type DocumentState } from '../core/lifecycle.ts'
import { Order } from '../core/order.ts'
import type { LedgerKeys } from './keys.ts'
import { onReplica } from './on-replica.ts'
import { loadScripts, type Connection } from './scripts.ts'

/** What SmartBill said of a document it issued. A draft has no number. */
export type Issued = {
  series: string
  number: string
  documentId: string
  url: string
  viewUrl: string
  /** Recorded as paid, decimal text; '' when unknown. */
  paid: string
}

const State = z.enum(documentStates as [DocumentState, ...DocumentState[]])
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
const count = z.coerce.number().default(0)

/** A document as the ledger has it. Times are ms since 1970, amounts decimal text. */
const StoredDocument = z.object({
  state: State,
  at: count,
  account: z.string(),
  gen: count,
  fence: count,
  attempts: count,
  /** Attempts in a row that were concluded not to have happened. */
  tries: count,
  doubts: count,
  dueAt: count,
  /** Delayed: not to be issued before. */
  notBefore: count,
  madeBy: z.string().default(''),
  byHand: z.string().default(''),
  shadow: z.string().default(''),
  sentAt: count,
  leaseUntil: count,
  floor: count,
  series: z.string().default(''),
  number: z.string().default(''),
  total: z.string().default(''),
  currency: z.string().default(''),
  url: z.string().default(''),
  viewUrl: z.string().default(''),
  documentId: z.string().default(''),
  issuedAt: count,
  paid: z.string().default(''),
  /** What the attempt meant to record as paid; '' when nothing. */
  toPay: z.string().default(''),
  /** The payments of the order that the attempt meant to record. */
  paidWith: json(z.array(z.string())).optional(),
  /** The document that this one corrects. */
  corrects: DocumentKey.optional(),
  /** The act that asked for it: a correction of another document. */
  forAct: ActKey.optional(),
  /** The proforma that it is made of. */
  fromEstimate: DocumentKey.optional(),
  /** What its order came to when it was sent, as `moneyPrint` says. */
  print: z.string().default(''),
  draft: z.string().default(''),
  /**
   * '1': it was deleted at SmartBill, which may give its number to another document; 'maybe': that is being asked. What
   * stands at its number is then never taken for it.
   */
  gone: z.enum(['', 'maybe', '1']).default(''),
  /** The checksum of its PDF in the archive; '' while it is not there. */
  archived: z.string().default(''),
  answered: z.string().default(''),
  /** SmartBill answered with this, and if no document is found it is why there is none. */
  refusal: json(Cause).optional(),
  reasons: json(z.array(Reason)).optional(),
  cause: json(Cause).optional(),
})
export type LedgerDocument = z.infer<typeof StoredDocument>

/** How a document came to be due. */
export type Origin = {
  /** The shop's own rule that made it due, or ''. */
  madeBy: string
  /** A person asked for it. */
  byHand: boolean
  /** It became due in shadow mode: it is built and never sent. */
  shadow: boolean
}

export type Claim =
  | ({ status: 'claimed'; fence: string; order: Order; version: string; recheck: boolean } & Origin)
  /** Claimed, but the order's own data is not here: the ledger was restored, and the shop has not sent it again. */
  | { status: 'orderless'; fence: string; version: string }
  | { status: 'busy'; until: number }
  | { status: 'unknown' }
  | { status: Exclude<DocumentState, 'due' | 'attempting'> }

/** What is settled with a document when it becomes due. */
export type DuePlan = {
  /** Not to be issued before, ms since 1970. */
  notBefore?: number
  /** The shop's own rule that makes it due. */
  by?: string | undefined
  /** The shop is in shadow mode. */
  shadow?: boolean
  /** What a new document is about, beside its order. */
  about?: {
    corrects?: DocumentKey | undefined
    forAct?: ActKey | undefined
    fromEstimate?: DocumentKey | undefined
  }
  /** `past`: what was built in shadow mode comes back, nothing else that rests. `goes-on`: what it waited for came. */
  mode?: 'past' | 'goes-on'
}

export type IntentRefusal =
  | { status: 'watch' }
  | { status: 'found'; number: string; series: string }
  | { status: 'lost' }
  | { status: 'newer' }

const Claimed = z.tuple([
  z.literal('claimed'),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
])
const Busy = z.tuple([z.literal('busy'), z.coerce.number()])
const ClaimAnswer = z.union([Claimed, Busy, z.tuple([z.enum(['unknown', ...documentStates])])])
const DueAnswer = z.union([
  z.tuple([z.literal('due'), z.coerce.string()]),
  z.tuple([z.literal('already'), State, z.coerce.string()]),
])
const IntentAnswer = z.union([
  z.tuple([z.literal('go'), z.string(), z.coerce.number()]),
  z.tuple([z.literal('found'), z.string()]),
  z.tuple([z.enum(['watch', 'lost', 'newer'])]),
])
const IssuedAnswer = z.union([
  z.tuple([z.enum(['issued', 'again', 'late', 'double']), z.string(), z.string()]),
  z.tuple([z.literal('taken'), z.string(), z.string()]),
])
const FLOW_COUNTING = JSON.stringify({ limits: FLOW_LIMITS_MS, grains: flowGrains })
const MoveAnswer = z.tuple([z.enum(['moved', 'not']), z.string()])

/** How long a worker may take from claiming a document to writing down its intent, in ms. */
const CLAIM_MS = 30_000

/** The documents: at most one live one per key. Every function is safe to call any number of times. */
export function createDocuments(
  redis: Connection,
  keys: LedgerKeys,
  now: () => number,
  options: { leaseMs: number; markerOf: MarkerOf },
) {
  const scripts = loadScripts(redis, {
    due: 'with-prelude',
    claim: 'with-prelude',
    unclaim: 'plain',
    intent: 'with-prelude',
    issued: 'with-prelude',
    move: 'with-prelude',
    routed: 'with-prelude',
  })
  const keysOf = (account: AccountId, key: DocumentKey): string[] => {
    const shard = keys.ofShard(keys.shardOf(account))
    return [
      keys.document(account, key),
      keys.order(account, partsOf(key).order),
      shard.journal,
      shard.counts,
      keys.pending(account),
      ...['due', 'attempting', 'uncertain', 'held', 'dead'].map(shard.state),
    ]
  }
  async function move(
    account: AccountId,
    key: DocumentKey,
    to: DocumentState,
    change: {
      who: string
      fence?: string
      from?: DocumentState[]
      facts?: object
      special?: 'new' | 'doubt'
      /** The order is looked at once more: something may follow from this. */
      lookAgain?: boolean
      /** The snapshot on which the move was decided: with a newer one there is nothing to move. */
      version?: string
      fields?: Record<string, string | number | undefined>
    },
  ): Promise<boolean> {
    const [moved] = MoveAnswer.parse(
      await scripts.move(
        [...keysOf(account, key), keys.ofShard(keys.shardOf(account)).unrouted],
        [
          key,
          now(),
          change.who,
          to,
          (change.from ?? statesBefore(to)).join(','),
          change.fence ?? '',
          JSON.stringify(change.facts ?? {}),
          change.special ?? '',
          change.version ?? '',
          change.lookAgain === true ? '1' : '',
          ...Object.entries(change.fields ?? {}).flatMap(([name, value]) =>
            value === undefined ? [] : [name, value],
          ),
        ],
      ),
    )
    return moved === 'moved'
  }

  /** Whether a replica has the intent too. */
  async function confirmed(account: AccountId, key: DocumentKey, fence: string): Promise<boolean> {
    const { counts } = keys.ofShard(keys.shardOf(account))
    const found = await onReplica(redis, counts, keys.document(account, key), ['state', 'fence'])
    return found?.[0] === 'attempting' && found[1] === fence
  }

  /**
   * Records the number of a document: from its answer (`fence`), or because it was found (`fence` absent). `other`: the
   * number that the document had already. `owner`: the document that had this number already. Both are '' otherwise.
   */
  async function issued(
    account: AccountId,
    key: DocumentKey,
    who: string,
    found: Issued,
    facts: {
      fence?: string
      total?: string
      currency?: string
      note?: object
      /** The proforma that SmartBill made it of. */
      fromEstimate?: DocumentKey
      /** Nothing follows from it, as far as the one who sent it knew the order. */
      nothingFollows?: boolean
    },
  ): Promise<{ status: 'issued' | 'again' | 'late' | 'double'; other: string; owner: string }> {
    const { kind } = partsOf(key)
    const { series, number } = found
    const fields = {
      series,
      ...(found.url === '' ? {} : { url: found.url }),
      ...(found.viewUrl === '' ? {} : { viewUrl: found.viewUrl }),
      ...(found.documentId === '' ? {} : { documentId: found.documentId }),
      ...(found.paid === '' ? {} : { paid: found.paid }),
      ...(facts.total === undefined ? {} : { total: facts.total }),
      ...(facts.currency === undefined ? {} : { currency: facts.currency }),
      ...(facts.fromEstimate === undefined ? {} : { fromEstimate: facts.fromEstimate }),
    }
    const record = async (known: string) =>
      IssuedAnswer.parse(
        await scripts.issued(
          [
            ...keysOf(account, key),
            keys.series(account, kind, series),
            keys.numbers(account, kind, series),
            keys.open(account),
            keys.found(account),
            keys.ofShard(keys.shardOf(account)).alerts,
            keys.ofShard(keys.shardOf(account)).unrouted,
            keys.ofShard(keys.shardOf(account)).flow,
            keys.document(account, known as DocumentKey),
          ],
          [
            key,
            now(),
            facts.fence ?? '',
            who,
            number,
            number === '' ? '0' : Number.parseInt(number, 10),
            options.markerOf(key),
            JSON.stringify({
              series,
              number,
              total: facts.total,
              currency: facts.currency,
              paid: found.paid || undefined,
              url: found.url || undefined,
              ...facts.note,
            }),
            JSON.stringify(fields),
            facts.nothingFollows === true ? '' : '1',
            FLOW_COUNTING,
            known,
          ],
        ),
      )
    let answer = await record('')
    while (answer[0] === 'taken') answer = await record(answer[2])
    const [status, other, owner] = answer
    // SmartBill gives a number again once its document is deleted: the one that had it is no longer there.
    const before = DocumentKey.safeParse(owner)
    if (before.success) await lost(account, before.data)
    return { status, other, owner }
  }

  /** It is no longer at SmartBill, and its number is another document's. */
  async function lost(account: AccountId, key: DocumentKey): Promise<void> {
    const document = keys.document(account, key)
    if ((await redis.exists(document)) === 1) await redis.hset(document, 'gone', '1')
  }

  return {
    move,
    issued,
    lost,

    async get(account: AccountId, key: DocumentKey): Promise<LedgerDocument | undefined> {
      const stored = await redis.hgetall(keys.document(account, key))
      return stored['state'] === undefined ? undefined : StoredDocument.parse(stored)
    },

    /** Its PDF is in the archive. */
    async archived(account: AccountId, key: DocumentKey, checksum: string): Promise<void> {
      await redis.hset(keys.document(account, key), 'archived', checksum)
    },

    /** The newest snapshot of an order and what the rules last said of it. */
    async order(account: AccountId, ref: OrderRef) {
      const [snapshot, version, ruling, docs, receivedAt] = await redis.hmget(
        keys.order(account, ref),
        'snapshot',
        'version',
        'ruling',
        'docs',
        'receivedAt',
      )
      if (snapshot == null || version == null) return undefined
      return {
        order: Order.parse(JSON.parse(snapshot)),
        version,
        ruling: ruling == null ? undefined : (JSON.parse(ruling) as { kind: string; rule: string }),
        documents: (docs ?? '').split(' ').filter((key): key is DocumentKey => key !== ''),
        receivedAt: Number(receivedAt ?? 0),
      }
    },

    /** Records what the rules said. `newer`: another snapshot came meanwhile, look again. */
    async routed(
      account: AccountId,
      ref: OrderRef,
      version: string,
      ruling: object,
      who = 'relay',
    ): Promise<'routed' | 'newer'> {
      const shard = keys.ofShard(keys.shardOf(account))
      const order = keys.order(account, ref)
      return z
        .enum(['routed', 'newer'])
        .parse(
          await scripts.routed(
            [order, order, shard.journal, shard.unrouted],
            [ref, version, JSON.stringify(ruling), who],
          ),
        )
    },

    /**
     * A document should exist. `version` names the snapshot that makes it due; absent, a person asks, and then dead
     * and held ones come back too, or only those in the states of `only`.
     */
    async makeDue(
      account: AccountId,
      key: DocumentKey,
      who: string,
      facts: object,
      version?: string,
      only?: DocumentState[],
      plan: DuePlan = {},
    ): Promise<{ status: 'due' | 'already'; state: DocumentState; generation: string }> {
      const from: DocumentState[] =
        only ?? (version === undefined ? ['held', 'skipped', 'dead'] : ['held', 'skipped'])
      const answer = DueAnswer.parse(
        await scripts.due(keysOf(account, key), [
          key,
          now(),
          who,
          from.join(','),
          account,
          JSON.stringify({
            ...facts,
            ...plan.about,
            ...(plan.by === undefined ? {} : { by: plan.by }),
            ...(plan.notBefore === undefined || plan.notBefore <= now()
              ? {}
              : { notBefore: String(plan.notBefore) }),
            ...(plan.shadow === true ? { shadow: '1' } : {}),
          }),
          version ?? '',
          Math.ceil(plan.notBefore ?? 0),
          plan.by ?? '',
          plan.shadow === true ? '1' : '',
          plan.mode ?? '',
          plan.about === undefined ? '' : JSON.stringify(plan.about),
        ]),
      )
      return answer[0] === 'due'
        ? { status: 'due', state: 'due', generation: answer[1] }
        : { status: 'already', state: answer[1], generation: answer[2] }
    },

    /** Takes a due document for the caller alone, or says what became of it. */
    async claim(account: AccountId, key: DocumentKey): Promise<Claim> {
      const answer = ClaimAnswer.parse(
        await scripts.claim(keysOf(account, key), [key, now(), CLAIM_MS]),
      )
      if (answer[0] === 'claimed') {
        const [, fence, snapshot, version, recheck, madeBy, hand, shadow] = answer
        if (snapshot === '') return { status: 'orderless', fence, version }
        const order = Order.parse(JSON.parse(snapshot))
        const origin = { madeBy, byHand: hand === '1', shadow: shadow === '1' }
        return { status: 'claimed', fence, order, version, recheck: recheck === '1', ...origin }
      }
      if (answer[0] === 'busy') return { status: 'busy', until: answer[1] }
      if (answer[0] === 'due' || answer[0] === 'attempting') {
        throw new Error(`claim.lua answered ${answer[0]}`)
      }
      return { status: answer[0] }
    },

    /** What the last attempt sent, in our words, for as long as the order's own data is kept. */
    async sent(account: AccountId, key: DocumentKey): Promise<unknown> {
      const stored = await redis.hgetallBuffer(keys.sent(account, partsOf(key).order))
      const fences = Object.keys(stored)
        .filter((field) => field.startsWith(`${key} `))
        .map((field) => Number(field.split(' ')[1]))
      const last = fences.length === 0 ? undefined : stored[`${key} ${Math.max(...fences)}`]
      return last === undefined ? null : JSON.parse(inflateRawSync(last).toString('utf8'))
    },

    /** Gives back a claim that led to nothing. */
    async unclaim(account: AccountId, key: DocumentKey, fence: string): Promise<void> {
      await scripts.unclaim([keys.document(account, key)], [fence])
    },

    /**
     * Brackets the one act that must not be repeated: its intent is on disk before it, its outcome after it. Returns
     * without acting when the series must be looked at first, when the document turned up, when the claim is lost, or
     * when a newer snapshot of the order came.
     */
    async attempt(
      account: AccountId,
      key: DocumentKey,
      claim: {
        fence: string
        rechecked: boolean
        version: string
        /** The payments of the order that the document's own payment stands for. */
        paidWith?: readonly string[]
        /** As far as the order is known, nothing has to be done once the document is issued. */
        nothingFollows?: boolean
        /** Names of the order under which it may have a document from another program. */
        names?: readonly string[]
        /** What the order came to, as `moneyPrint` says. */
        print?: string
      },
      draft: DocumentDraft,
      act: () => Promise<Issued>,
    ): Promise<{ status: 'issued'; issued: Issued } | IntentRefusal> {
      const { fence } = claim
      const { kind, order } = partsOf(key)
      const paid =
        draft.payment === null
          ? { toPay: '', paidWith: '[]' }
          : { toPay: draft.payment.value, paidWith: JSON.stringify(claim.paidWith ?? []) }
      const facts = {
        series: draft.series,
        total: draft.total,
        currency: draft.currency,
        marker: options.markerOf(key),
        fence,
        ...(draft.isDraft ? { draft: '1' } : {}),
        ...paid,
        ...(draft.notes === undefined ? {} : { notes: draft.notes }),
      }
      const intent = IntentAnswer.parse(
        await scripts.intent(
          [
            ...keysOf(account, key),
            keys.series(account, kind, draft.series),
            keys.open(account),
            keys.found(account),
            keys.sent(account, order),
            keys.imports(account, partsOf(key).shop),
          ],
          [
            key,
            now(),
            fence,
            options.leaseMs,
            options.markerOf(key),
            draft.series,
            claim.rechecked ? '1' : '',
            JSON.stringify(facts),
            JSON.stringify({
              total: draft.total,
              currency: draft.currency,
              ...paid,
              draft: draft.isDraft ? '1' : '',
              ...(draft.fromEstimate === undefined ? {} : { fromEstimate: draft.fromEstimate.key }),
              ...(claim.print === undefined ? {} : { print: claim.print }),
            }),
            claim.version,
            deflateRawSync(JSON.stringify(draft), { level: 1 }),
            ...(claim.names ?? []),
          ],
        ),
      )
      if (intent[0] === 'found') {
        const [number = '', ...series] = intent[1].split(' ')
        return { status: 'found', number, series: series.join(' ') }
      }
      if (intent[0] !== 'go') return { status: intent[0] }
      const report = {
        fence,
        total: draft.total,
        currency: draft.currency,
        nothingFollows: claim.nothingFollows ?? false,
      }
      const withdraw = (why: string) =>
        move(account, key, 'due', { who: 'relay', fence, from: ['attempting'], facts: { why } })
      if (intent[2] > 0 && !(await confirmed(account, key, fence))) {
        await withdraw('no replica confirmed the intent')
        throw new TransientError('no replica confirmed the intent')
      }
      let answer: Issued
      try {
        answer = await act()
      } catch (error) {
        if (error instanceof TransientError || error instanceof ThrottledError)
          await withdraw(error.message)
        else if (error instanceof RejectedError)
          await bury(account, key, error.refusal, 'attempting', fence)
        else {
          // Our own bugs too: nobody can know what had been sent.
          const said = error instanceof UncertainError ? error.answered : String(error)
          const refusal = error instanceof UncertainError ? error.refusal : undefined
          await move(account, key, 'uncertain', {
            who: 'relay',
            fence,
            from: ['attempting'],
            special: 'doubt',
            facts: { why: error instanceof Error ? error.message : String(error), answered: said },
            fields: { answered: said.slice(0, 300), refusal: refusal && JSON.stringify(refusal) },
          })
        }
        throw error
      }
      await issued(account, key, 'smartbill', answer, report)
      return { status: 'issued', issued: answer }
    },

    /** Waits for a person. False when the claim is lost or a newer snapshot came: claim and decide again. */
    hold: (
      account: AccountId,
      key: DocumentKey,
      fence: string,
      version: string,
      reasons: readonly Reason[],
    ) =>
      move(account, key, 'held', {
        who: 'relay',
        fence,
        from: ['due'],
        lookAgain: true,
        facts: { reasons: reasons.map(({ code, field }) => ({ code, field })) },
        version,
        fields: { reasons: JSON.stringify(reasons) },
      }),

    /** No document is needed. False as for `hold`. */
    skip: (account: AccountId, key: DocumentKey, fence: string, version: string, why: object) =>
      move(account, key, 'skipped', {
        who: 'relay',
        fence,
        from: ['due'],
        facts: why,
        version,
      }),

    /** A dead letter: refused, or out of attempts. */
    bury,

    /** It did not happen: back to work, to be re-checked right before the next request. */
    conclude: (
      account: AccountId,
      key: DocumentKey,
      tries: number,
      facts: object,
      by: {
        who?: string | undefined
        /** The attempt that is meant, where another one may have begun meanwhile. */
        fence?: string
        from?: 'uncertain' | 'held' | undefined
      } = {},
    ) =>
      move(account, key, 'due', {
        who: by.who ?? 'relay',
        ...(by.fence === undefined ? {} : { fence: by.fence }),
        from: [by.from ?? 'uncertain'],
        special: 'new',
        facts,
        fields: { recheck: 1, tries, dueAt: now() },
      }),
  }

  /** `from`: never an attempt in doubt that nobody has looked for; a replay of it could issue a second document. */
  function bury(
    account: AccountId,
    key: DocumentKey,
    cause: Cause,
    from: 'due' | 'attempting' | 'uncertain',
    fence?: string,
  ): Promise<boolean> {
    return move(account, key, 'dead', {
      who: cause.said === '' ? 'relay' : 'smartbill',
      from: [from],
      lookAgain: true,
      ...(fence === undefined ? {} : { fence }),
      facts: { cause: cause.code, said: cause.said },
      fields: { cause: JSON.stringify(cause) },
    })
  }
}
