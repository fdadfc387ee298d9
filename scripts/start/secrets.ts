import { randomBytes } from 'node:crypto'
import { appendFile, chmod, readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'

const makers: Readonly<Record<string, () => string>> = {
  RELAY_SECRET_KEY: () => randomBytes(32).toString('base64'),
  RELAY_API_KEY: () => randomBytes(24).toString('base64url'),
  RELAY_ADMIN_PASSWORD: () => randomBytes(12).toString('base64url'),
}

/**
 * The secrets that the environment does not set: from the file, or made now and kept there for the next start. Only its
 * owner can read the file.
 */
export async function keepSecrets(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ values: Record<string, string>; made: string[] }> {
  const kept = parseEnv(await readFile(file, 'utf8').catch(() => ''))
  const values: Record<string, string> = {}
  const made: string[] = []
  for (const [name, make] of Object.entries(makers)) {
    if (env[name]) continue
    const known = kept[name]
    values[name] = known || make()
    if (!known) made.push(name)
  }
  if (made.length > 0) {
    await appendFile(file, made.map((name) => `${name}=${values[name]}\n`).join(''), {
      mode: 0o600,
    })
  }
  if (Object.keys(kept).length + made.length > 0) await chmod(file, 0o600)
  return { values, made }
}
