import { createHash } from 'node:crypto'
import { createDiskStore } from './disk.ts'
import { createS3Store, type S3Place } from './s3.ts'

export type ArchivePlace = { kind: 'disk'; dir: string } | ({ kind: 's3' } & S3Place)

export type Store = {
  /** undefined: there is no such file. */
  read(name: string): Promise<Buffer | undefined>
  /** `kept`: there was a file of this name already, and it stays. */
  write(name: string, bytes: Buffer): Promise<'written' | 'kept'>
  /** Puts another file in the place of one that is damaged. */
  replace(name: string, bytes: Buffer): Promise<void>
  close(): Promise<void>
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url')

/** Where PDFs are put away. Each is stored once; whatever is read is checked against what was stored. */
export function createArchive(place: ArchivePlace | undefined) {
  const store = place?.kind === 's3' ? createS3Store(place) : place && createDiskStore(place.dir)
  return {
    isOn: store !== undefined,

    /** The file, or undefined when there is none; `damaged` when it is not the one of that checksum ('' = any). */
    async read(name: string, checksum: string): Promise<Buffer | 'damaged' | undefined> {
      const bytes = await store?.read(name)
      if (bytes === undefined) return undefined
      const right = checksum === '' ? looksWhole(bytes) : sha256(bytes) === checksum
      return right ? bytes : 'damaged'
    },

    /** Stores a file unless there is one, and answers the checksum of what is there then. */
    async keep(name: string, bytes: Buffer): Promise<string> {
      if (store === undefined || (await store.write(name, bytes)) === 'written')
        return sha256(bytes)
      const kept = await store.read(name)
      if (kept !== undefined && looksWhole(kept)) return sha256(kept)
      await store.replace(name, bytes)
      return sha256(bytes)
    },

    async replace(name: string, bytes: Buffer): Promise<string> {
      await store?.replace(name, bytes)
      return sha256(bytes)
    },

    close: async (): Promise<void> => store?.close(),
  }
}

export type Archive = ReturnType<typeof createArchive>

const looksWhole = (bytes: Buffer): boolean =>
  bytes.subarray(0, 4).toString('latin1') === '%PDF' &&
  bytes.subarray(-1024).toString('latin1').includes('%%EOF')
