/**
 * What an API key may do. `read`: every GET and every dry run. `documents`: issue, reverse, pay, decide and correct by
 * hand, and say yes to what follows documents. `desk`: replay and dismiss dead letters, settle alerts and reconciliations.
 * `settings`: everything else.
 */
export const apiScopes = ['read', 'documents', 'desk', 'settings'] as const
export type ApiScope = (typeof apiScopes)[number]

const documents = /^\/v1\/(acts|corrections|shops\/[^/]+\/(orders|settlements))(\/|$)/
const dryRun = /^\/v1\/shops\/[^/]+\/rules\/dry-run$/
const desk = /^\/v1\/(dead-letters|alerts|shops\/[^/]+\/reconciliation)(\/|$)/

/** The scope that a call needs, by its method and the path of its route. */
export function scopeOf(method: string, path: string): ApiScope {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read'
  if (dryRun.test(path)) return 'read'
  if (documents.test(path)) return 'documents'
  return desk.test(path) ? 'desk' : 'settings'
}
