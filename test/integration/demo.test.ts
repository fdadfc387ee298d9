import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { childrenOf, lives, startProcess } from '../support/processes.ts'
import { eventually } from '../support/eventually.ts'

const folders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('relay-demo-'))
/** Guard, Redis, simulator, web and two workers. */
const PROCESSES = 6

test('the demo keeps its promise and cleans up behind itself', { timeout: 180_000 }, async () => {
  const before = folders()
  const demo = startProcess('scripts/demo.ts', { args: ['--orders', '24', '--seed', '5'] })
  await demo.until(/the shops sell/, 60_000)
  const processes = childrenOf(demo.pid)
  expect(processes).toHaveLength(PROCESSES)
  const own = folders().filter((name) => !before.includes(name))
  expect(await demo.ended, demo.logs()).toEqual({ code: 0, signal: null })
  expect(demo.output.stdout).toMatch(/duplicates +0 +✓/)
  expect(demo.output.stdout).toMatch(/lost +0 +✓/)
  expect(demo.output.stdout).toMatch(/over the limit +0 +✓/)
  expect(demo.output.stdout).toContain('worker 1 is killed with -9')
  expect(processes.filter(lives)).toEqual([])
  expect(folders().filter((name) => own.includes(name))).toEqual([])
})

test('a demo that is stopped or killed leaves no process', { timeout: 120_000 }, async () => {
  const stopped = startProcess('scripts/demo.ts', { args: ['--orders', '5'] })
  await stopped.until(/the shops sell/, 60_000)
  const processes = childrenOf(stopped.pid)
  expect(processes).toHaveLength(PROCESSES)
  expect(await stopped.term()).toEqual({ code: 130, signal: null })
  expect(processes.filter(lives)).toEqual([])

  const before = folders()
  const killed = startProcess('scripts/demo.ts', { args: ['--orders', '5'] })
  await killed.until(/the shops sell/, 60_000)
  onTestFinished(async () => {
    for (const name of folders().filter((one) => !before.includes(one)))
      await rm(join(tmpdir(), name), { recursive: true })
  })
  const orphans = childrenOf(killed.pid)
  expect(orphans).toHaveLength(PROCESSES)
  await killed.kill9()
  await eventually(() => !orphans.some(lives))
})

test('wrong options are told, with exit code 2', async () => {
  const wrong = startProcess('scripts/demo.ts', { args: ['--orders', 'many'] })
  expect(await wrong.ended).toMatchObject({ code: 2 })
  expect(wrong.output.stderr).toContain('--orders takes a whole number')
})
