import { mkdtemp, open, readdir, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createArchive, type ArchivePlace } from '../../src/archive/archive.ts'
import { signed } from '../../src/archive/signature-v4.ts'
import { createLinks } from '../../src/core/document-link.ts'
import { DocumentKey } from '../../src/core/ids.ts'

const pdf = (text: string) => Buffer.from(`%PDF-1.4\n${text}\n%%EOF\n`)

async function disk() {
  const dir = await mkdtemp(join(tmpdir(), 'relay-archive-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const place: ArchivePlace = { kind: 'disk', dir }
  return { place, damage: (name: string) => writeFile(join(dir, name), '%PDF-1.4 half') }
}

/** A bucket: path → bytes. `faults` are statuses that the next calls meet. */
async function bucket() {
  const files = new Map<string, Buffer>()
  const faults: number[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { url = '', method, headers } = request
      const again = signed(
        { accessKey: 'AK', secret: 'SK', region: 'eu-central-1' },
        {
          method: method ?? '',
          url: new URL(url, `http://${headers.host}`),
          headers: Object.fromEntries(
            ['content-type', 'if-none-match'].flatMap((name) => {
              const value = headers[name]
              return typeof value === 'string' ? [[name, value]] : []
            }),
          ),
          body: method === 'PUT' ? Buffer.concat(chunks) : undefined,
          at: new Date(
            String(headers['x-amz-date']).replace(
              /^(....)(..)(..)T(..)(..)(..)Z$/,
              '$1-$2-$3T$4:$5:$6Z',
            ),
          ),
        },
      )
      const fault = faults.shift()
      if (fault !== undefined) response.writeHead(fault).end('<Error><Code>SlowDown</Code></Error>')
      else if (headers.authorization !== again['authorization']) response.writeHead(403).end()
      else if (method === 'GET') {
        const file = files.get(url)
        if (file === undefined) response.writeHead(404).end()
        else response.end(file)
      } else if (headers['if-none-match'] === '*' && files.has(url)) response.writeHead(412).end()
      else {
        files.set(url, Buffer.concat(chunks))
        response.end()
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const place: ArchivePlace = {
    kind: 's3',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    region: 'eu-central-1',
    bucket: 'facturi',
    accessKey: 'AK',
    secret: 'SK',
  }
  return {
    place,
    faults,
    damage: async (name: string) =>
      void files.set(`/facturi/${name}`, Buffer.from('%PDF-1.4 half')),
  }
}

describe.each([
  ['disk', disk],
  ['s3', bucket],
] as const)('an archive on %s', (_kind, openPlace) => {
  test('keeps the first of a name, and knows it again by its checksum', async () => {
    const { place } = await openPlace()
    const archive = createArchive(place)
    const checksum = await archive.keep('web/a.pdf', pdf('one'))
    expect(await archive.keep('web/a.pdf', pdf('two'))).toBe(checksum)
    expect(await archive.read('web/a.pdf', checksum)).toEqual(pdf('one'))
    expect(await archive.read('web/b.pdf', '')).toBeUndefined()
    await archive.close()
  })

  test('notices a damaged file and takes a whole one in its place', async () => {
    const { place, damage } = await openPlace()
    const archive = createArchive(place)
    const checksum = await archive.keep('web/a.pdf', pdf('one'))
    await damage('web/a.pdf')
    expect(await archive.read('web/a.pdf', checksum)).toBe('damaged')
    expect(await archive.read('web/a.pdf', '')).toBe('damaged')
    expect(await archive.keep('web/a.pdf', pdf('one'))).toBe(checksum)
    expect(await archive.read('web/a.pdf', checksum)).toEqual(pdf('one'))
    await archive.close()
  })
})

test('on disk nothing is left of fifty writers of one name but one file', async () => {
  const { place } = await disk()
  const archive = createArchive(place)
  const sums = await Promise.all(
    Array.from({ length: 50 }, (_, at) => archive.keep('web/a.pdf', pdf(String(at)))),
  )
  expect(new Set(sums).size).toBe(1)
  expect(await readdir(join(place.kind === 'disk' ? place.dir : '', 'web'))).toEqual(['a.pdf'])
})

test('a full disk leaves nothing behind and is tried again; a folder that takes no files is named', async () => {
  const { place } = await disk()
  const dir = place.kind === 'disk' ? place.dir : ''
  const archive = createArchive(place)
  await archive.keep('web/a.pdf', pdf('one'))
  const file = await open(join(dir, 'web/a.pdf'))
  const files = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  // The half that fits is written before the disk says that it is full.
  const full = vi
    .spyOn(files, 'sync')
    .mockRejectedValue(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
  onTestFinished(() => full.mockRestore())
  for (const stored of [
    () => archive.keep('web/b.pdf', pdf('two')),
    () => archive.replace('web/a.pdf', pdf('two')),
  ])
    await expect(stored()).rejects.toMatchObject({ name: 'TransientError' })
  expect(await readdir(join(dir, 'web'))).toEqual(['a.pdf'])
  full.mockRestore()

  const nowhere = createArchive({ kind: 'disk', dir: join(dir, 'web/a.pdf') })
  const refused = { name: 'RejectedError', refusal: { code: 'archive-disk-refused' } }
  await expect(nowhere.read('web/a.pdf', '')).rejects.toMatchObject(refused)
  await expect(nowhere.keep('web/a.pdf', pdf('one'))).rejects.toMatchObject(refused)
})

test('S3: a storage in trouble is tried again, one that refuses is named', async () => {
  const { place, faults } = await bucket()
  const archive = createArchive(place)
  faults.push(503)
  await expect(archive.keep('web/a.pdf', pdf('x'))).rejects.toMatchObject({
    name: 'TransientError',
  })
  faults.push(403)
  await expect(archive.keep('web/a.pdf', pdf('x'))).rejects.toMatchObject({
    name: 'RejectedError',
    refusal: { code: 'archive-refused', said: 'SlowDown' },
  })
  faults.push(501)
  expect(await archive.keep('web/a.pdf', pdf('x'))).not.toBe('')
})

// The examples that Amazon publishes for its signature.
const example = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
}
const at = new Date('2013-05-24T00:00:00Z')
test.each([
  [
    'GET',
    '/test.txt',
    { range: 'bytes=0-9' },
    undefined,
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT',
    '/test$file.text',
    { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    Buffer.from('Welcome to Amazon S3.'),
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET',
    '/?max-keys=2&prefix=J',
    {},
    undefined,
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
] as const)('signature of %s %s', (method, path, headers, body, signature) => {
  const url = new URL(path, 'https://examplebucket.s3.amazonaws.com')
  const made = signed(example, { method, url, headers: { ...headers }, body, at })
  expect(made['authorization']).toContain(`Signature=${signature}`)
})

describe('links', () => {
  const links = createLinks(Buffer.alloc(32, 1))
  const key = DocumentKey.parse('web~1001~invoice~1')

  test('lead to their document, and are the same every time', () => {
    expect(links.keyOf(links.tokenOf(key))).toBe(key)
    expect(links.tokenOf(key)).toBe(links.tokenOf(key))
    expect(links.tokenOf(key)).toMatch(/^[\w-]+\.[\w-]{24}$/)
    expect(links.fileOf(key)).toMatch(/^web\/[0-9a-f]{48}\.pdf$/)
  })

  test('cannot be made by anybody else', () => {
    const token = links.tokenOf(key)
    const [body = '', proof = ''] = token.split('.')
    const other = Buffer.from('web~1002~invoice~1').toString('base64url')
    for (const wrong of [
      '',
      '.',
      body,
      `${body}.`,
      `${other}.${proof}`,
      `${body}.${proof.slice(0, -1)}`,
      `${token}.x`,
      `x${token}`,
      createLinks(Buffer.alloc(32, 2)).tokenOf(key),
    ])
      expect(links.keyOf(wrong), wrong).toBeUndefined()
  })
})
