import type { App } from './app.ts'
import { inBatches } from './core/batches.ts'
import { partsOf, type OrderRef } from './core/ids.ts'
import { importedName, orderName, type Imported } from './core/imported.ts'
import { readImport, type BadRow, type ColumnMap, type ImportRow } from './core/import-rows.ts'
import { sameInvoice } from './core/own-invoice.ts'
import type { Shop } from './core/settings.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'now'>
type Progress = (done: number, of: number) => void

const AT_ONCE = 100
/** So many bad rows are listed; the rest are counted. */
const MOST_LISTED = 200

export type ImportReport = {
  /** `refused`: rows are bad and nothing was recorded. */
  status: 'recorded' | 'refused' | 'dry-run'
  rows: number
  /** Recorded, or in a dry run to be recorded. */
  added: number
  /** Recorded before with the same number. */
  known: number
  /** Rows that say the same as an earlier one. */
  repeats: number
  /** Documents that we issued ourselves: nothing to record. */
  ours: number
  /** Of the orders recorded, those that never came here. */
  notReceived: number
  badRows: number
  bad: BadRow[]
  /** What each column was taken for. */
  columns: ColumnMap
}
export type ImportOutcome =
  | { kind: 'report'; report: ImportReport }
  | { kind: 'unreadable'; code: string; ro: string; en: string }

/**
 * Records the documents that orders have from another program, so that they are never invoiced here. All rows or none,
 * unless `skipBad`. An order that is issued while the rows are read is named as bad, although its document from elsewhere
 * is recorded. Doing it twice changes nothing and names the same.
 */
export async function importDocuments(
  app: Needs,
  shop: Shop,
  source: string,
  how: { columns?: ColumnMap; dryRun?: boolean; skipBad?: boolean; by: string },
  progress: Progress = () => {},
): Promise<ImportOutcome> {
  const read = readImport(source, how.columns)
  if (read.kind === 'unreadable') return read
  const { rows, repeats } = read
  const bad = [...read.bad]
  const all = rows.length * (how.dryRun === true ? 1 : 2)
  const wanted: ImportRow[] = []
  let known = 0
  let ours = 0
  let notReceived = 0
  await inBatches(
    rows,
    AT_ONCE,
    async (row) => {
      const found = await look(app, shop, row)
      if (found.status === 'new') {
        wanted.push(row)
        if (found.ref === undefined) notReceived++
      } else if (found.status === 'bad') bad.push(found.bad)
      else if (found.status === 'known') known++
      else ours++
    },
    (done) => progress(done, all),
  )
  const report = (status: ImportReport['status'], added: number): ImportOutcome => ({
    kind: 'report',
    report: {
      status,
      rows: rows.length + repeats + read.bad.length,
      added,
      known,
      repeats,
      ours,
      notReceived,
      badRows: bad.length,
      bad: bad.toSorted((a, b) => a.line - b.line).slice(0, MOST_LISTED),
      columns: read.found,
    },
  })
  if (how.dryRun === true) return report('dry-run', wanted.length)
  if (bad.length > 0 && how.skipBad !== true) return report('refused', 0)
  let added = 0
  notReceived = 0
  await inBatches(
    wanted,
    AT_ONCE,
    async (row) => {
      const { line: _line, order, ...document } = row
      const imported = { ...document, by: how.by, at: new Date(app.now()).toISOString() }
      const done = await app.ledger.imports.add(shop.account, shop.id, order, imported)
      if (done.status === 'other') return void bad.push(hasOther(row, done.imported))
      added++
      // From here on no request leaves for the order. One may have left since the first look, or the order come only now.
      const ref = await app.ledger.imports.known(shop.account, shop.id, order)
      if (ref === undefined) return void notReceived++
      const here = await lookHere(app, shop, row, ref)
      if (here?.status === 'bad') return void bad.push(here.bad)
      if (here === undefined) return settle(app, shop, ref, imported)
      await app.ledger.imports.revoke(shop.account, shop.id, order, how.by, 'issued here')
      added--
      ours++
    },
    (done) => progress(rows.length + done, all),
  )
  return report('recorded', added)
}

type Look =
  | { status: 'new'; ref: OrderRef | undefined }
  | { status: 'known' | 'ours' }
  | { status: 'bad'; bad: BadRow }

async function look({ ledger }: Needs, shop: Shop, row: ImportRow): Promise<Look> {
  const { account, id } = shop
  const [[earlier], ref] = await Promise.all([
    ledger.imports.ofNames(account, id, [row.order]),
    ledger.imports.known(account, id, row.order),
  ])
  if (earlier !== undefined && !sameInvoice(importedName(earlier), importedName(row)))
    return { status: 'bad', bad: hasOther(row, earlier) }
  const here = ref === undefined ? undefined : await lookHere({ ledger }, shop, row, ref)
  if (here?.status === 'bad') return here
  if (earlier !== undefined) return { status: 'known' }
  return here ?? { status: 'new', ref }
}

/** What was issued here for the order, or is about to be; undefined for nothing. */
async function lookHere(
  { ledger }: Pick<Needs, 'ledger'>,
  { account }: Shop,
  row: ImportRow,
  ref: OrderRef,
): Promise<{ status: 'ours' } | { status: 'bad'; bad: BadRow } | undefined> {
  for (const key of (await ledger.retention.remains(account, ref)) ?? []) {
    const document =
      partsOf(key).kind === 'invoice' ? await ledger.documents.get(account, key) : undefined
    if (document === undefined) continue
    const { state } = document
    if (state === 'issued' || state === 'reversing')
      return sameInvoice(importedName(document), importedName(row))
        ? { status: 'ours' }
        : { status: 'bad', bad: issuedHere(row, document) }
    if (state === 'attempting' || state === 'uncertain')
      return { status: 'bad', bad: underWay(row) }
  }
  return undefined
}

/** What waits for a person because of this order need not wait any longer; a due document ends at its job. */
async function settle(app: Needs, { account }: Shop, ref: OrderRef, imported: Imported) {
  const { ledger, queues, now } = app
  for (const key of (await ledger.retention.remains(account, ref)) ?? []) {
    await ledger.documents.move(account, key, 'skipped', {
      who: imported.by,
      from: ['held', 'dead'],
      facts: {
        rule: 'imported-document',
        ro: `Comanda are documentul ${importedName(imported)}, emis în altă parte.`,
        en: `The order has the document ${importedName(imported)}, issued elsewhere.`,
      },
    })
  }
  await lookAgain({ queues, now }, account, ref)
}

const lookAgain = (
  { queues, now }: Pick<Needs, 'queues' | 'now'>,
  account: Shop['account'],
  ref: OrderRef,
) => queues.enqueue('route-order', { order: ref, account }, { jobId: `${ref}~import~${now()}` })

/** Takes an import back: the order is looked at again and issued if the rules say so. Answers what it had. */
export async function revokeImport(
  app: Needs,
  { account, id }: Shop,
  order: string,
  who: string,
  reason: string,
): Promise<Imported | undefined> {
  const { ledger } = app
  const ref = await ledger.imports.known(account, id, order)
  const known = ref === undefined ? undefined : await ledger.documents.order(account, ref)
  const found = known === undefined ? undefined : await ledger.imports.of(account, id, known.order)
  const name = found?.name ?? orderName(order)
  const revoked = await ledger.imports.revoke(account, id, name, who, reason)
  if (revoked !== undefined && ref !== undefined) await lookAgain(app, account, ref)
  return revoked
}

const hasOther = ({ line, order }: ImportRow, other: Imported): BadRow => ({
  line,
  code: 'imported-already',
  ro: `Comanda ${order} are deja documentul ${importedName(other)}, importat de ${other.by}. Anulați întâi acel import dacă este greșit.`,
  en: `Order ${order} already has the document ${importedName(other)}, imported by ${other.by}. Revoke that import first if it is wrong.`,
})

const issuedHere = (
  { line, order }: ImportRow,
  ours: { series: string; number: string },
): BadRow => ({
  line,
  code: 'issued-here',
  ro: `Comanda ${order} are deja factura ${importedName(ours)}, emisă de aici. Poate fi facturată de două ori: verificați în SmartBill și stornați una.`,
  en: `Order ${order} already has the invoice ${importedName(ours)}, issued from here. It may be invoiced twice: check in SmartBill and reverse one of them.`,
})

const underWay = ({ line, order }: ImportRow): BadRow => ({
  line,
  code: 'under-way',
  ro: `Documentul comenzii ${order} este tocmai în curs de emitere. Repetați importul după ce se lămurește.`,
  en: `The document of order ${order} is being issued right now. Repeat the import once its outcome is known.`,
})
