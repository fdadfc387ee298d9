import type { App } from '../app.ts'
import { DocumentKey, DocumentKind, partsOf } from '../core/ids.ts'
import type { ForeignNumber, OrderFacts } from '../core/reconciliation.ts'
import type { Account, Shop } from '../core/settings.ts'
import { escaped } from '../core/storno-text.ts'
import type { CivilDate } from '../core/time.ts'
import type { Owner } from '../ledger/reconciliation-notes.ts'
import type { Reach } from '../ledger/reconciliations.ts'
import { readNumber, watchSeries } from '../series-watch.ts'
import { numbersOf } from './facts.ts'
import { goOn, whenItsTurn } from './turns.ts'

type Needs = Pick<App, 'ledger' | 'smartbill' | 'now' | 'log' | 'markerOf'>

/** Numbers that are looked at in one day and series, at most: a series that others use much is theirs. */
const MOST_NUMBERS = 2000

/** Reads that give way to documents, for what is usually read at once. */
const patiently = (app: Needs): Needs => ({
  ...app,
  smartbill: { ...app.smartbill, documents: app.smartbill.patient },
})

/**
 * How far each series is accounted for on a day: from where the day before it ended, to its own last number; the latest
 * day goes to the top of the series.
 */
export async function reachOf(
  { ledger }: Needs,
  shop: Shop,
  day: CivilDate,
  orders: readonly OrderFacts[],
  isLatest: boolean,
): Promise<Reach> {
  const days = await ledger.reconciliations.summaries(shop.account, shop.id)
  const earlier = days.filter((one) => one.day < day)
  const own = numbersOf(orders)
  const known = new Set([
    ...own.keys(),
    ...(isLatest ? earlier.flatMap((one) => Object.keys(one.reach)) : []),
  ])
  const reach: Reach = {}
  for (const id of known) {
    const numbers = own.get(id) ?? []
    const before = earlier.map((one) => one.reach[id]?.to).find((to) => to !== undefined)
    const from = before ?? Math.min(...numbers) - 1
    const top = isLatest ? await topOf(ledger, shop, id) : 0
    reach[id] = { from, to: Math.max(from, top, ...numbers) }
  }
  return reach
}

async function topOf(ledger: Needs['ledger'], shop: Shop, id: string): Promise<number> {
  return (await ledger.series.known(refOf(shop, id))).high ?? 0
}

function refOf(shop: Shop, id: string) {
  const at = id.indexOf('~')
  return {
    account: shop.account,
    kind: DocumentKind.parse(id.slice(0, at)),
    series: id.slice(at + 1),
  }
}

/**
 * Explains every number that the day reaches over: SmartBill is asked. A series that is no longer there is left out. False
 * when there was nothing to look at.
 */
export async function lookAtSeries(
  app: Needs,
  account: Account,
  shop: Shop,
  reach: Reach,
  { since, isLatest }: { since: number; isLatest: boolean },
): Promise<boolean> {
  let looked = false
  for (const [id, { from, to }] of Object.entries(reach)) {
    const ref = refOf(shop, id)
    const open = isLatest || (await app.ledger.series.unexplained(ref, from, to)).length > 0
    if (!open) continue
    const list = await app.smartbill.patient.series(account, ref.kind)
    if (!list.some(({ name }) => name === ref.series)) continue
    await watchSeries(patiently(app), account, ref, since, from)
    looked = true
  }
  return looked
}

/**
 * The numbers of a day that no document here has, and whose they are. `run`: SmartBill is asked about each number once in
 * this run; '' asks about none that was ever read; undefined asks about none at all.
 */
export async function foreignOf(
  app: Needs,
  account: Account,
  shop: Shop,
  reach: Reach,
  { run, until }: { run: string | undefined; until: number },
): Promise<ForeignNumber[]> {
  const { ledger } = app
  const found: ForeignNumber[] = []
  for (const [id, { from, to }] of Object.entries(reach)) {
    const ref = refOf(shop, id)
    if (!(await isMine(app, shop, ref.series))) continue
    const { printing, high = 0 } = await ledger.series.known(ref)
    const width = printing?.padded === true ? printing.width : 1
    const first = Math.max(from, Math.min(to, high) - MOST_NUMBERS)
    for (let number = first + 1; number <= Math.min(to, high); number++) {
      const explained = await ledger.series.explained(ref, number)
      if (explained !== 'foreign' && explained !== 'forgotten') continue
      const before = await ledger.reconciliations.readNumber(shop.account, shop.id, id, number)
      const isKnown = before !== undefined && (run === '' || before.run === run)
      let owner = before?.owner
      if (run !== undefined && !isKnown) {
        const read = await whenItsTurn(app.now, until, () =>
          readNumber(patiently(app), account, ref, number, printing),
        )
        owner = read.status === 'read' ? await ownerOf(app, shop, ref, read, number) : undefined
        const note = { run, ...(owner === undefined ? {} : { owner }) }
        await ledger.reconciliations.noteNumber(shop.account, shop.id, id, number, note)
        goOn(app.now, until)
      }
      found.push({
        kind: ref.kind,
        series: ref.series,
        number: String(number).padStart(width, '0'),
        of: owner === undefined ? undefined : await named(app, shop, owner),
      })
    }
  }
  return found
}

/** Of shops that issue in one series, the first one tells of its foreign numbers. */
async function isMine({ ledger }: Pick<App, 'ledger'>, shop: Shop, series: string) {
  const sharing = (await ledger.registry.shops())
    .filter(
      ({ id, account, settings }) =>
        account === shop.account &&
        (id === shop.id || settings.series === series) &&
        settings.reconcile !== 'off',
    )
    .map(({ id }) => id)
    .toSorted()
  return sharing[0] === shop.id
}

type Read = Extract<Awaited<ReturnType<typeof readNumber>>, { status: 'read' }>

/** The document of ours that a number is the storno or a copy of, by what is printed on it. */
async function ownerOf(
  { ledger, markerOf }: Pick<App, 'ledger' | 'markerOf'>,
  shop: Shop,
  ref: ReturnType<typeof refOf>,
  { text, markers }: Read,
  own: number,
): Promise<Owner | undefined> {
  const isOurs = (key: DocumentKey) => partsOf(key).shop === shop.id
  const at = text.search(/storn/i)
  if (at !== -1) {
    const name = new RegExp(`${escaped(ref.series)}\\s*(?:nr\\.?)?\\s*(\\d{1,10})`, 'gi')
    const numbers = [...text.slice(at).matchAll(name)].map((match) => Number(match[1]))
    const number = numbers.find((one) => one !== own)
    const key = DocumentKey.safeParse(
      number === undefined ? '' : await ledger.series.explained(ref, number),
    )
    return key.success && isOurs(key.data) ? { what: 'storno', key: key.data } : undefined
  }
  // Whoever copies an invoice in SmartBill copies its mentions, and our marker with them.
  if (markers.length === 0) return undefined
  for await (const owners of ledger.reconciliations.ownersOf(ref)) {
    const key = owners.find((one) => isOurs(one) && markers.includes(markerOf(one)))
    if (key !== undefined) return { what: 'copy', key }
  }
  return undefined
}

async function named({ ledger }: Pick<App, 'ledger'>, { account }: Shop, { what, key }: Owner) {
  const document = await ledger.documents.get(account, key)
  return {
    what,
    key,
    document: document === undefined ? '' : `${document.series} ${document.number}`,
    order: partsOf(key).orderId,
  }
}
