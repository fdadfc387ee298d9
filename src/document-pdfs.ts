import type { Archive } from './archive/archive.ts'
import type { createLinks } from './core/document-link.ts'
import { TransientError } from './core/errors.ts'
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

/** A PDF from SmartBill, and what kept it out of the archive, if anything did. */
type Fetched = { pdf: Buffer; trouble?: unknown }

/**
 * The PDFs of documents: from the archive, or else from SmartBill within its call limit, and then put away. Whoever asks
 * while one is being fetched waits for the same answer. Only putting away fails by the archive's troubles.
 */
export function createPdfs({ ledger, smartbill, archive, links, log }: Needs) {
  const underWay = new Map<DocumentKey, Promise<Fetched | undefined>>()

  async function askSmartBill(
    accountId: AccountId,
    key: DocumentKey,
    { series, number }: LedgerDocument,
    priority: 'high' | 'low',
  ): Promise<Buffer | undefined> {
    const account = await ledger.registry.account(accountId)
    if (account === undefined) throw new Error(`account ${accountId} is not known`)
    const { kind } = partsOf(key)
    const pdf = await smartbill.documents.pdf(account, { kind, series, number }, priority)
    if (pdf === 'unreadable') throw new TransientError('SmartBill refused to give the PDF')
    return pdf === 'missing' ? undefined : pdf
  }

  async function fetchAndKeep(
    account: AccountId,
    key: DocumentKey,
    document: LedgerDocument,
    priority: 'high' | 'low',
    known: 'damaged' | Unreadable | undefined,
  ): Promise<Fetched | undefined> {
    const pdf = await askSmartBill(account, key, document, priority)
    if (pdf === undefined) return undefined
    // While it was on its way the document may have been deleted, and another one may have got its number.
    if ((await ledger.documents.get(account, key))?.gone !== '') return undefined
    if (typeof known === 'object') return { pdf, trouble: known.trouble }
    if (!archive.isOn) return { pdf }
    const name = links.fileOf(key)
    let checksum: string
    try {
      checksum =
        known === 'damaged' ? await archive.replace(name, pdf) : await archive.keep(name, pdf)
    } catch (trouble) {
      return { pdf, trouble }
    }
    if (known === 'damaged')
      log.error({ documentKey: key }, 'the archived PDF was damaged and has been fetched again')
    await ledger.documents.archived(account, key, checksum)
    return { pdf }
  }

  function fetched(...asked: Parameters<typeof fetchAndKeep>): Promise<Fetched | undefined> {
    const [, key] = asked
    const same = underWay.get(key)
    if (same !== undefined) return same
    const fetching = fetchAndKeep(...asked).finally(() => underWay.delete(key))
    underWay.set(key, fetching)
    return fetching
  }

  return {
    /** undefined: SmartBill has no such PDF (yet). Throws Throttled or Transient when it has to be asked later. */
    async get(
      account: AccountId,
      key: DocumentKey,
      document: LedgerDocument,
      priority: 'high' | 'low' = 'low',
    ): Promise<Buffer | undefined> {
      if (!hasPdf(document)) return undefined
      const kept = await archive
        .read(links.fileOf(key), document.archived)
        .catch((trouble: unknown): Unreadable => ({ trouble }))
      if (Buffer.isBuffer(kept)) return kept
      const found = await fetched(account, key, document, priority, kept)
      if (found?.trouble !== undefined)
        log.error(
          { documentKey: key, err: found.trouble },
          'the PDF archive does not work; the PDF came from SmartBill',
        )
      return found?.pdf
    },

    /** Sees to it that the PDF is in the archive, and answers it like `get`; throws what the archive has against it. */
    async store(
      account: AccountId,
      key: DocumentKey,
      document: LedgerDocument,
    ): Promise<Buffer | undefined> {
      if (!hasPdf(document)) return undefined
      const kept = await archive.read(links.fileOf(key), document.archived)
      if (Buffer.isBuffer(kept)) return kept
      const found = await fetched(account, key, document, 'low', kept)
      if (found?.trouble !== undefined) throw found.trouble
      return found?.pdf
    },
  }
}

type Unreadable = { trouble: unknown }

/** Whether a document has a PDF to be had: it was issued, as more than a draft, and was not deleted. */
export const hasPdf = ({
  number,
  draft,
  gone,
}: Pick<LedgerDocument, 'number' | 'draft' | 'gone'>): boolean =>
  number !== '' && draft === '' && gone === ''
