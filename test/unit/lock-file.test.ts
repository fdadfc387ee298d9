import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Names = z.record(z.string(), z.string()).optional()
const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), optionalDependencies: Names }),
  ),
})

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const locked = LockFile.parse(read('package-lock.json')).packages

// npm ci refuses a lock file that leaves out the binaries of other platforms.
test('the lock file names the binaries of every platform', () => {
  const names = new Set(Object.keys(locked).map((path) => path.split('node_modules/').at(-1)))
  const missing = Object.values(locked)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !names.has(name))
  expect(missing).toEqual([])
})

test('the lock file names no registry, so that any mirror serves it', () => {
  expect(Object.values(locked).filter((entry) => entry.resolved !== undefined)).toEqual([])
})

test('every dependency is pinned to one version', () => {
  const manifest = z
    .object({ dependencies: Names, devDependencies: Names })
    .parse(read('package.json'))
  const versions = { ...manifest.dependencies, ...manifest.devDependencies }
  const loose = Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
  expect(loose).toEqual([])
})
