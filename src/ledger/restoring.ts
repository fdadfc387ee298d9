import { z } from 'zod'
import { ActKey, actStates, partsOfAct, pendingActStates } from '../core/acts.ts'
import {
  DocumentKey,
  OrderRef,
  partsOf,
  partsOfOrder,
  type AccountId,
  type MarkerOf,
} from '../core/ids.ts'
import { documentStates } from '../core/lifecycle.ts'
import { restored, type createActs } from './acts.ts'
import type { createDocuments } from './documents.ts'
import type { createImports } from './imports.ts'
import type { JournalEntry } from './journal.ts'
import type { LedgerKeys } from './keys.ts'
import type { createReports } from './reports.ts'
import { loadScripts, type Connection } from './scripts.ts'
import type { createSeries } from './series.ts'

/** Documents are counted by the hour for this long, in ms. */
const HOURS_KEPT_MS = 192 * 3_600_000

const text = z.coerce.string().optional().catch(undefined)
const list = z.array(z.looseObject({ code: text, field: text }))
const Facts = z
  .looseObject({
    series: text,
    number: text,
    total: text,
    currency: text,
    paid: text,
    url: text,
    fence: text,
    floor: text,
    draft: text,
    toPay: text,
    paidWith: text,
    gone: text,
    deleted: text,
    owner: text,
    tries: text,
    issuedAt: text,
    rule: text,
    cause: text,
    said: text,
    updatedAt: text,
    notBefore: text,
    by: text,
    shadow: text,
    dismissed: text,
    corrects: text,
    forAct: text,
    fromEstimate: text,
    reasons: list.optional().catch(undefined),
  })
  .catch({})
type Facts = z.infer<typeof Facts>

type Parts = {
  acts: ReturnType<typeof createActs>
  documents: ReturnType<typeof createDocuments>
  imports: ReturnType<typeof createImports>
  reports: ReturnType<typeof createReports>
  series: ReturnType<typeof createSeries>
}

/** Puts exported entries back into an empty ledger, one at a time and in their order. */
export function createRestoring(
  redis: Connection,
  keys: LedgerKeys,
  now: () => number,
  options: { markerOf: MarkerOf },
  { acts, documents, imports, reports, series }: Parts,
) {
  const scripts = loadScripts(redis, {
    'restore-order': 'with-prelude',
    'restore-document': 'with-prelude',
  })

  async function ofDocument(account: AccountId, key: DocumentKey, entry: JournalEntry) {
    const { kind, order } = partsOf(key)
    const shard = keys.ofShard(keys.shardOf(account))
    const facts = Facts.parse(entry.facts)
    const at = entry.id.split('-')[0] ?? '0'
    const deleted = DocumentKey.safeParse(facts.deleted).data
    const isState = (documentStates as string[]).includes(entry.to)
    const series = facts.series ?? ''
    const number = series === '' ? '' : (facts.number ?? '')
    const hour =
      entry.to === 'issued' && entry.from !== 'issued' && Number(at) > now() - HOURS_KEPT_MS
        ? Math.floor(Number(at) / 3_600_000)
        : ''
    await scripts['restore-document'](
      [
        keys.document(account, key),
        keys.order(account, order),
        shard.journal,
        shard.counts,
        keys.pending(account),
        ...['due', 'attempting', 'uncertain', 'held', 'dead'].map(shard.state),
        keys.series(account, kind, series),
        keys.numbers(account, kind, series),
        keys.open(account),
        shard.alerts,
        keys.document(account, deleted ?? key),
      ],
      [
        entry.id,
        key,
        entry.who,
        entry.from,
        entry.to,
        JSON.stringify(entry.facts),
        account,
        at,
        options.markerOf(key),
        number,
        number === '' ? '0' : Number.parseInt(number, 10),
        JSON.stringify(isState ? fieldsOf(entry, facts) : {}),
        isState ? '1' : '',
        hour,
        facts.gone === '1' ? '1' : '',
        deleted ?? '',
      ],
    )
    const owner = DocumentKey.safeParse(facts.owner)
    if (entry.to === 'number-taken' && owner.success) await documents.lost(account, owner.data)
  }

  async function ofOrder(account: AccountId, ref: OrderRef, entry: JournalEntry) {
    const { shop, orderId } = partsOfOrder(ref)
    const facts = Facts.parse(entry.facts)
    const isNews = entry.to === 'received'
    await scripts['restore-order'](
      [
        keys.order(account, ref),
        keys.order(account, ref),
        keys.ofShard(keys.shardOf(account)).journal,
        keys.orders(account, shop),
        keys.orderNumbers(account, shop),
      ],
      [
        entry.id,
        ref,
        entry.who,
        entry.from,
        entry.to,
        JSON.stringify(entry.facts),
        account,
        entry.id.split('-')[0] ?? '0',
        isNews ? Date.parse(facts.updatedAt ?? '') || 0 : '',
        facts.number === undefined || facts.number === orderId ? '' : facts.number,
      ],
    )
  }

  return {
    put(account: AccountId, entry: JournalEntry): Promise<void> {
      const act = ActKey.safeParse(entry.about)
      if (act.success && (actStates as string[]).includes(entry.to))
        return acts.restore(account, act.data, entry)
      const key = DocumentKey.safeParse(entry.about)
      if (key.success) return ofDocument(account, key.data, entry)
      const ref = OrderRef.parse(entry.about)
      if (entry.to !== 'imported' && entry.to !== 'import-revoked')
        return ofOrder(account, ref, entry)
      const { shop, orderId } = partsOfOrder(ref)
      return imports.restore(account, shop, orderId, entry)
    },

    /** After the last entry: whoever was issuing is gone, and what was sent before may still turn up. */
    async doubt(shard: number, accountOf: (key: DocumentKey) => AccountId): Promise<void> {
      for await (const found of reports.everyInState(shard, 'attempting', Infinity)) {
        for (const key of found)
          await documents.move(accountOf(key), key, 'uncertain', {
            who: 'restore',
            from: ['attempting'],
            special: 'doubt',
            facts: { why: 'the ledger was restored while its outcome was not known' },
          })
      }
      // Nobody can tell which of them were done after the last entry: a person looks.
      for (const state of pendingActStates) {
        for await (const found of reports.everyAct(shard, state, Infinity)) {
          for (const key of found) {
            const { document: about, kind } = partsOfAct(key)
            const account = accountOf(about)
            const document = kind === 'reversal' ? await documents.get(account, about) : undefined
            await acts.move(account, key, 'held', {
              who: 'restore',
              from: [...pendingActStates],
              facts: { reasons: [{ code: restored.code, field: restored.field }] },
              fields: { reasons: JSON.stringify([restored]) },
              // Whoever replays it begins anew, which SmartBill refuses where the storno exists.
              ...(document?.state === 'reversing'
                ? { document: { state: 'issued' as const, from: ['reversing' as const] } }
                : {}),
            })
          }
        }
      }
      for await (const found of reports.everyInState(shard, 'due', Infinity)) {
        for (const key of found) {
          const account = accountOf(key)
          const document = await documents.get(account, key)
          if (document === undefined || document.attempts === 0) continue
          const ref = { account, kind: partsOf(key).kind, series: document.series }
          await series.expectLate(ref, document.floor)
        }
      }
    },
  }
}

/** What an entry says of its document, as the ledger stores it. */
function fieldsOf({ from, to, who }: JournalEntry, facts: Facts): Record<string, string> {
  const { series, number, total, currency, paid, url, fence, floor, draft, gone, tries } = facts
  const { corrects, forAct, fromEstimate } = facts
  const { toPay, paidWith } = facts
  const about = { corrects, forAct, fromEstimate, toPay, paidWith }
  const kept = {
    series,
    number,
    total,
    currency,
    paid,
    url,
    fence,
    floor,
    draft,
    gone,
    tries,
    ...about,
  }
  const fields = Object.fromEntries(
    Object.entries(kept).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  if (facts.issuedAt !== undefined) fields['issuedAt'] = facts.issuedAt
  if (to === 'due' && from !== 'attempting' && from !== 'uncertain') {
    fields['notBefore'] = facts.notBefore ?? '0'
    fields['madeBy'] = facts.by ?? ''
    fields['byHand'] = ['rules', 'relay', 'backfill'].includes(who) ? '' : '1'
    fields['shadow'] = facts.shadow ?? ''
  }
  if (to === 'skipped' && (facts.rule === 'dismissed' || facts.dismissed === '1'))
    fields['dismissed'] = '1'
  if (to === 'skipped' && (facts.rule === 'shadow' || facts.shadow === '1')) fields['shadow'] = '1'
  if (to === 'held') {
    const reasons = (facts.reasons ?? []).map(({ code = '', field = '' }) => ({
      code,
      field,
      en: `${field}: ${code}. The ledger was restored; send the order again to see the fix.`,
      ro: `${field}: ${code}. Registrul a fost restaurat; retrimiteți comanda ca să vedeți soluția.`,
    }))
    fields['reasons'] = JSON.stringify(reasons)
  }
  if (to === 'dead') {
    const { cause: code = 'unknown', said = '' } = facts
    fields['cause'] = JSON.stringify({
      code,
      said,
      en: `Refused before the ledger was restored (${code}). Replay it once the order was sent again.`,
      ro: `Refuzat înainte de restaurarea registrului (${code}). Reluați după ce comanda este retrimisă.`,
    })
  }
  return fields
}
