import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readable } from '../../scripts/start/log-lines.ts'
import { keepSecrets } from '../../scripts/start/secrets.ts'
import { pauseMs, supervise } from '../../scripts/start/supervise.ts'
import type { Child } from '../../scripts/children.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-start-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

describe('secrets that nobody set', () => {
  test('are made once, kept for the owner only, and used again', async () => {
    const file = join(await folder(), 'relay.env')
    const first = await keepSecrets(file, {})
    expect(first.made).toEqual(['RELAY_SECRET_KEY', 'RELAY_API_KEY', 'RELAY_ADMIN_PASSWORD'])
    expect(Buffer.from(first.values['RELAY_SECRET_KEY'] ?? '', 'base64')).toHaveLength(32)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await keepSecrets(file, {})).toEqual({ values: first.values, made: [] })
  })

  test('are not made where the environment sets them, and never replace one', async () => {
    const file = join(await folder(), 'relay.env')
    const { values, made } = await keepSecrets(file, { RELAY_API_KEY: 'mine' })
    expect(made).toEqual(['RELAY_SECRET_KEY', 'RELAY_ADMIN_PASSWORD'])
    const later = await keepSecrets(file, {})
    expect(later.made).toEqual(['RELAY_API_KEY'])
    expect(later.values).toMatchObject(values)
    expect(await readFile(file, 'utf8')).not.toContain('mine')
  })
})

describe('a child that ends', () => {
  /** A child that has ended already. */
  const ended = (name: string): Child => ({
    name,
    pid: 1,
    ended: Promise.resolve({ code: 1, signal: null }),
    alive: () => false,
    signal: () => {},
    stop: async () => {},
  })

  test('is started again, and not after the stop', async () => {
    const stop = new AbortController()
    const said: string[] = []
    await supervise(ended('web'), {
      stopping: stop.signal,
      say: (sentence) => said.push(sentence),
      start: async () => {
        stop.abort()
        return ended('web')
      },
    })
    expect(said).toEqual(['web ended (exit code 1); it starts again in 1 s'])
  })

  test('waits longer each time, up to half a minute', () => {
    expect([0, 1, 2, 3, 20].map(pauseMs)).toEqual([500, 1000, 2000, 4000, 30_000])
  })
})

describe('a log line on a terminal', () => {
  test('is a sentence with its facts', () => {
    const line = JSON.stringify({
      level: 40,
      time: '2026-11-24T08:00:01.000Z',
      process: 'worker',
      job: 'issue-document',
      msg: 'outcome unknown',
    })
    expect(readable('worker', line)).toBe(
      '08:00:01 worker    warn outcome unknown job=issue-document',
    )
  })
  test.each(['Error: no', '{"half', '[1]'])('that is not ours stays as it is: %s', (line) => {
    expect(readable('web', line)).toBe(`         web       ${line}`)
  })
})
