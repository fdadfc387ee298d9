import { z } from 'zod'
import type { DocumentDraft } from '../core/document.ts'
import type { AccountId, DocumentKey } from '../core/ids.ts'
import type { DocumentState } from '../core/lifecycle.ts'
import { entriesOf, savingOnly, type Entry } from '../core/nomenclature.ts'
import type { LedgerKeys } from './keys.ts'
import { loadScripts, type Connection } from './scripts.ts'

const Answers = z.array(z.string())

/** SmartBill saved what an issued document carried. */
const SAVED: readonly (DocumentState | null)[] = ['issued', 'reversing', 'reversed']
/** May still be issued: what it carries is left to it. */
const OPEN: readonly (DocumentState | null)[] = ['due', 'attempting', 'uncertain']

/** Which clients and products SmartBill has from us, and in which form. */
export function createNomenclature(redis: Connection, keys: LedgerKeys) {
  const scripts = loadScripts(redis, { 'claim-saves': 'plain', 'settle-save': 'plain' })

  async function mayStillSave(
    account: AccountId,
    key: DocumentKey,
    entry: Entry,
    owner: string,
  ): Promise<boolean> {
    const { list, id, print } = entry
    const state = (await redis.hget(
      keys.document(account, owner as DocumentKey),
      'state',
    )) as DocumentState | null
    if (OPEN.includes(state)) return false
    const saved = SAVED.includes(state)
    const settled = await scripts['settle-save'](
      [keys.saved(account, list)],
      [id, `${print} ${owner}`, saved ? print : `${print} ${key}`],
    )
    return !saved && settled === 1
  }

  return {
    /**
     * The document with `saveToDb` only for clients and products that are new or changed since an issued document last
     * saved them. Asked again for the same document it answers the same.
     */
    async sparing(
      account: AccountId,
      key: DocumentKey,
      draft: DocumentDraft,
    ): Promise<DocumentDraft> {
      const entries = entriesOf(draft)
      if (entries.length === 0) return draft
      const answers = Answers.parse(
        await scripts['claim-saves'](
          [keys.saved(account, 'clients'), keys.saved(account, 'products')],
          [
            key,
            ...entries.flatMap(({ list, id, print }) => [list === 'clients' ? 1 : 2, id, print]),
          ],
        ),
      )
      const save = await Promise.all(
        entries.map(async (entry, at) => {
          const answer = answers[at] ?? 'known'
          return answer === 'save' || answer === 'known'
            ? answer === 'save'
            : mayStillSave(account, key, entry, answer)
        }),
      )
      return savingOnly(
        draft,
        entries.filter((_entry, at) => save[at]),
      )
    },
  }
}
