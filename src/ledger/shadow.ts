import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { DocumentDraft } from '../core/document.ts'
import { partsOf, type AccountId, type DocumentKey } from '../core/ids.ts'
import type { createDocuments } from './documents.ts'
import type { LedgerKeys } from './keys.ts'
import type { Connection } from './scripts.ts'

/** What shadow mode built and never sent. A draft is kept as long as its order's own data. */
export function createShadow(
  redis: Connection,
  keys: LedgerKeys,
  documents: Pick<ReturnType<typeof createDocuments>, 'move'>,
) {
  const field = (key: DocumentKey) => `shadow ${key}`
  return {
    /** From now on only a person or a backfill brings the document back, or news while shadow mode is on. */
    async mark(account: AccountId, key: DocumentKey): Promise<void> {
      await redis.hset(keys.document(account, key), 'shadow', '1')
    },

    /** Ends the document without sending it. False as for `hold`. */
    async keep(
      account: AccountId,
      key: DocumentKey,
      fence: string,
      version: string,
      draft: DocumentDraft,
    ): Promise<boolean> {
      const { series, total, currency } = draft
      await redis.hset(
        keys.sent(account, partsOf(key).order),
        field(key),
        deflateRawSync(JSON.stringify(draft), { level: 1 }),
      )
      return documents.move(account, key, 'skipped', {
        who: 'relay',
        fence,
        from: ['due'],
        facts: {
          rule: 'shadow',
          series,
          total,
          currency,
          ro: `Mod umbră: s-ar fi emis în seria ${series}, total ${total} ${currency}. Nu s-a trimis nimic.`,
          en: `Shadow mode: it would have been issued in series ${series}, total ${total} ${currency}. Nothing was sent.`,
        },
        version,
        fields: { shadow: '1', series, total, currency },
      })
    },

    /** The document as it would have been sent; null once the order's own data is gone. */
    async draft(account: AccountId, key: DocumentKey): Promise<DocumentDraft | null> {
      const stored = await redis.hgetBuffer(keys.sent(account, partsOf(key).order), field(key))
      return stored === null
        ? null
        : (JSON.parse(inflateRawSync(stored).toString('utf8')) as DocumentDraft)
    },
  }
}
