import type { App } from '../app.ts'
import { ActKey, partsOfAct } from '../core/acts.ts'
import { DocumentKey, partsOf, type AccountId } from '../core/ids.ts'
import type { Freed } from '../ledger/acts.ts'
import type { JournalEntry } from '../ledger/journal.ts'

type Needs = Pick<App, 'ledger' | 'config'>
type Progress = (done: number, of: number) => void
type Deleted = { account: AccountId; act: ActKey; key: DocumentKey; series: string; number: string }

/**
 * An earlier release deleted invoices without noting that their numbers are free again. Notes it now, and whose each
 * number is since. Answers of how many it was not on record; doing it twice changes nothing.
 */
export async function noteDeleted(app: Needs, onProgress: Progress = () => {}): Promise<number> {
  const { acts, documents } = app.ledger
  const deleted: Deleted[] = []
  for await (const entry of entries(app, onProgress)) {
    const found = await unnoted(app, entry)
    if (found !== undefined) deleted.push(found)
  }
  if (deleted.length === 0) return 0
  const owners = await ownersOf(app, deleted)
  let noted = 0
  for (const one of deleted) {
    const { account, act, series, number } = one
    const result = (await acts.get(account, act))?.result
    const owner = await still(app, one, owners.get(nameOf(one)))
    const left: Freed = { series, number, owner: owner ?? '' }
    const moved = await acts.move(account, act, 'done', {
      who: 'doctor',
      from: ['done'],
      facts: { ...result, freed: left },
      document: { fields: { gone: '1' }, freed: { series, number } },
    })
    if (!moved) continue
    noted++
    const same = { series, number, documentId: '', url: '', viewUrl: '', paid: '' }
    if (owner !== undefined) await documents.issued(account, owner, 'doctor', same, {})
  }
  return noted
}

async function* entries({ ledger, config }: Needs, onProgress: Progress) {
  const size = await ledger.journal.size()
  let looked = 0
  for (let shard = 0; shard < config.shards; shard++) {
    for await (const page of ledger.journal.pages(shard)) {
      yield* page
      onProgress((looked += page.length), size)
    }
  }
}

/** The deletion that an entry tells of, if its number is not on record as free. */
async function unnoted(
  { ledger }: Needs,
  { about, to, facts }: JournalEntry,
): Promise<Deleted | undefined> {
  const act = ActKey.safeParse(about)
  if (to !== 'done' || !act.success || !isDeletion(act.data, facts)) return undefined
  const { document: key, shop } = partsOfAct(act.data)
  const account = (await ledger.registry.shop(shop))?.account
  const document = account === undefined ? undefined : await ledger.documents.get(account, key)
  if (account === undefined || document?.state !== 'cancelled') return undefined
  const { series, number, gone } = document
  const ref = { account, kind: partsOf(key).kind, series }
  const isOwner = (await ledger.series.explained(ref, Number(number))) === key
  return gone === '1' && !isOwner ? undefined : { account, act: act.data, key, series, number }
}

const isDeletion = (act: ActKey, facts: unknown): boolean =>
  partsOfAct(act).kind === 'reversal' && (facts as { by?: unknown } | null)?.by === 'delete-if-last'

/** The documents that were given the numbers of deleted ones. */
async function ownersOf(app: Needs, deleted: readonly Deleted[]) {
  const wanted = new Map(deleted.map((one) => [nameOf(one), one]))
  const owners = new Map<string, DocumentKey>()
  for await (const { about, to, facts } of entries(app, () => {})) {
    const key = DocumentKey.safeParse(about)
    if (to !== 'issued' || !key.success) continue
    const { series, number } = facts as { series?: string; number?: string }
    const { shop, kind } = partsOf(key.data)
    const account = (await app.ledger.registry.shop(shop))?.account
    const one = wanted.get(`${account}~${kind}~${series}~${number}`)
    if (account === undefined || one === undefined || one.key === key.data) continue
    if ((await still(app, one, key.data)) !== undefined) owners.set(nameOf(one), key.data)
  }
  return owners
}

/** The document that has the number of a deleted one, unless it was deleted itself. */
async function still(
  { ledger }: Needs,
  { account, series, number }: Deleted,
  key: DocumentKey | undefined,
): Promise<DocumentKey | undefined> {
  const document = key === undefined ? undefined : await ledger.documents.get(account, key)
  const isThere = document?.gone === '' && document.state !== 'cancelled'
  return isThere && document.number === number && document.series === series ? key : undefined
}

const nameOf = ({ account, key, series, number }: Omit<Deleted, 'act'>): string =>
  `${account}~${partsOf(key).kind}~${series}~${number}`
