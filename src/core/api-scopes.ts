/**
 * What an API key may do. `read`: every GET and every dry run. `documents`: issue, reverse, pay, decide and correct by
 * hand. `desk`: replay and dismiss what waits. `settings`: everything else.
 */
export const apiScopes = ['read', 'documents', 'desk', 'settings'] as const
export type ApiScope = (typeof apiScopes)[number]

const documents = /^\/v1\/shops\/[^/]+\/(orders|settlements)(\/|$)/
const dryRun = /^\/v1\/shops\/[^/]+\/rules\/dry-run$/
const desk = /^\/v1\/(dead-letters|acts|corrections|alerts|shops\/[^/]+\/reconciliation)(\/|$)/

/** The scope that a call needs, by its method and path (without the query). */
export function scopeOf(method: string, path: string): ApiScope {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read'
  if (dryRun.test(path)) return 'read'
  if (documents.test(path)) return 'documents'
  return desk.test(path) ? 'desk' : 'settings'
}
