import { readFile } from 'node:fs/promises'
import type { App } from './app.ts'
import { ConfigFile } from './core/settings.ts'

/**
 * Makes sure that this installation can read its own secrets, and applies the config file named by RELAY_CONFIG, if
 * any. Throws one error that names every problem in it.
 */
export async function loadConfigFile({
  config,
  ledger,
  log,
}: Pick<App, 'config' | 'ledger' | 'log'>): Promise<void> {
  await ledger.registry.checkKey()
  const path = config.configFile
  if (path === undefined) return
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new Error(`RELAY_CONFIG: ${path} cannot be read as JSON`, { cause })
  }
  const file = ConfigFile.safeParse(content)
  if (!file.success) {
    const problems = file.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`${path} has ${problems.length} problem(s):\n${problems.join('\n')}`)
  }
  const { applied } = await ledger.registry.load(file.data)
  if (file.data.alerts !== undefined) await ledger.alerts.load(file.data.alerts)
  log.info(
    { path, applied, accounts: file.data.accounts.length, shops: file.data.shops.length },
    'config file loaded',
  )
}
