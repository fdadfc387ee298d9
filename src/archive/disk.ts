import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Store } from './archive.ts'

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** Files in a folder of this machine. A file appears whole or not at all, also after a power cut. */
export function createDiskStore(dir: string): Store {
  /** The bytes on disk under a name of their own, beside where they belong. */
  async function aside(path: string, bytes: Buffer): Promise<string> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${randomUUID()}`
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    return temporary
  }
  async function settle(path: string): Promise<void> {
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
  return {
    async read(name) {
      try {
        return await readFile(join(dir, name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async write(name, bytes) {
      const path = join(dir, name)
      const temporary = await aside(path, bytes)
      try {
        await link(temporary, path)
        await settle(path)
        return 'written'
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return 'kept'
        throw error
      } finally {
        await unlink(temporary)
      }
    },
    async replace(name, bytes) {
      const path = join(dir, name)
      await rename(await aside(path, bytes), path)
      await settle(path)
    },
    close: async () => {},
  }
}
