import type { App } from '../app.ts'
import type { DocumentKey } from '../core/ids.ts'
import type { Shop } from '../core/settings.ts'
import type { subjectOf } from '../follow-up.ts'
import type { Act } from '../ledger/acts.ts'
import type { LedgerDocument } from '../ledger/documents.ts'

/** The shop, order and document that an announcement is about. */
export type Subject = Awaited<ReturnType<typeof subjectOf>> & { act: Act }

/** Series and number as printed. */
export const nameOf = ({ series, number }: Pick<LedgerDocument, 'series' | 'number'>): string =>
  series + number

/**
 * The link to a document's PDF that needs no login: SmartBill's or ours, by the setting; '' when there is none, or the
 * document was deleted.
 */
export function linkOf(
  { config, links }: Pick<App, 'config' | 'links'>,
  { settings }: Pick<Shop, 'settings'>,
  key: DocumentKey,
  { viewUrl, gone }: Pick<LedgerDocument, 'viewUrl' | 'gone'>,
): string {
  if (gone !== '') return ''
  const ours = config.publicUrl === undefined ? '' : `${config.publicUrl}/d/${links.tokenOf(key)}`
  return settings.documentLink === 'relay' ? ours || viewUrl : viewUrl || ours
}
