import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RejectedError, TransientError } from '../core/errors.ts'
import type { Store } from './archive.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** Files in a folder of this machine. A file appears whole or not at all, also after a power cut. */
export function createDiskStore(dir: string): Store {
  /** The bytes on disk under a name of their own, beside where they belong. */
  async function aside(path: string, bytes: Buffer): Promise<string> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${randomUUID()}`
    const file = await open(temporary, 'wx', 0o600)
    try {
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
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
  async function write(path: string, bytes: Buffer): Promise<'written' | 'kept'> {
    const temporary = await aside(path, bytes)
    try {
      await link(temporary, path)
      await settle(path)
      return 'written'
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'kept'
      throw error
    } finally {
      await unlink(temporary).catch(() => {})
    }
  }
  async function replace(path: string, bytes: Buffer): Promise<void> {
    const temporary = await aside(path, bytes)
    try {
      await rename(temporary, path)
    } catch (error) {
      await unlink(temporary).catch(() => {})
      throw error
    }
    await settle(path)
  }
  const read = (path: string) =>
    readFile(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
  const explained = <T>(done: Promise<T>): Promise<T> =>
    done.catch((error: unknown) => {
      throw trouble(error)
    })
  return {
    read: (name) => explained(read(join(dir, name))),
    write: (name, bytes) => explained(write(join(dir, name), bytes)),
    replace: (name, bytes) => explained(replace(join(dir, name), bytes)),
    close: async () => {},
  }
}

/** What no waiting mends: rights, or a place that takes no files. */
const LASTING = [
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOTSUP',
  'ENOSYS',
]

function trouble(error: unknown): unknown {
  const code = codeOf(error)
  if (!(error instanceof Error) || !/^E[A-Z0-9]+$/.test(code)) return error
  if (!LASTING.includes(code))
    return new TransientError(`the archive's disk failed: ${error.message}`, {
      cause: error,
    })
  return new RejectedError(
    {
      code: 'archive-disk-refused',
      said: error.message.slice(0, 300),
      ro: 'Dosarul arhivei de PDF-uri nu poate fi citit sau scris. Verificați RELAY_ARCHIVE_DIR (cale, drepturi, disc montat cu scriere), apoi reluați.',
      en: 'The folder of the PDF archive cannot be read or written. Check RELAY_ARCHIVE_DIR (path, rights, a disk mounted for writing), then replay.',
    },
    { cause: error },
  )
}
