import type { Archive } from './archive/archive.ts'
import type { createLinks } from './core/document-link.ts'
import { partsOf, type AccountId, type DocumentKey } from './core/ids.ts'
import type { LedgerDocument } from './ledger/documents.ts'
import type { createLedger } from './ledger/ledger.ts'
import type { Log } from './log.ts'
import type { createSmartBill } from './smartbill/smartbill.ts'

type Needs = {
  ledger: ReturnType<typeof createLedger>
  smartbill: ReturnType<typeof createSmartBill>
  archive: Archive
  links: ReturnType<typeof createLinks>
  log: Log
}

/**
 * The PDFs of documents: from the archive, or else from SmartBill within its call limit, and then put away. Whoever asks
 * while one is being fetched waits for the same answer.
 */
export function createPdfs({ ledger, smartbill, archive, links, log }: Needs) {
  const underWay = new Map<DocumentKey, Promise<Buffer | undefined>>()

  async function fetched(
    accountId: AccountId,
    key: DocumentKey,
    { series, number }: LedgerDocument,
    priority: 'high' | 'low',
  ): Promise<Buffer | undefined> {
    const account = await ledger.registry.account(accountId)
    if (account === undefined) throw new Error(`account ${accountId} is not known`)
    const { kind } = partsOf(key)
    const pdf = await smartbill.documents.pdf(account, { kind, series, number }, priority)
    return typeof pdf === 'string' ? undefined : pdf
  }

  async function read(
    account: AccountId,
    key: DocumentKey,
    document: LedgerDocument,
    priority: 'high' | 'low',
  ): Promise<Buffer | undefined> {
    const name = links.fileOf(key)
    const kept = await archive.read(name, document.archived)
    if (Buffer.isBuffer(kept)) return kept
    const pdf = await fetched(account, key, document, priority)
    if (pdf === undefined) return undefined
    if (kept === 'damaged') {
      log.error({ documentKey: key }, 'the archived PDF was damaged and has been fetched again')
      await note(account, key, await archive.replace(name, pdf))
    } else if (archive.isOn) await note(account, key, await archive.keep(name, pdf))
    return pdf
  }

  const note = (account: AccountId, key: DocumentKey, checksum: string) =>
    ledger.documents.archived(account, key, checksum)

  return {
    /** undefined: SmartBill has no such PDF (yet). Throws Throttled or Transient when it has to be asked later. */
    get(
      account: AccountId,
      key: DocumentKey,
      document: LedgerDocument,
      priority: 'high' | 'low' = 'low',
    ): Promise<Buffer | undefined> {
      const same = underWay.get(key)
      if (same !== undefined) return same
      const reading = read(account, key, document, priority).finally(() => underWay.delete(key))
      underWay.set(key, reading)
      return reading
    },
  }
}

/** Whether a document has a PDF to be had: it was issued, and as more than a draft. */
export const hasPdf = ({ number, draft }: Pick<LedgerDocument, 'number' | 'draft'>): boolean =>
  number !== '' && draft === ''
