import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createOutbound, isPublic } from '../../src/outbound.ts'

test.each([
  ['93.184.215.14', true],
  ['172.32.0.1', true],
  ['2a00:1450:400d:80b::200e', true],
  ['127.0.0.1', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  ['fc00::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})

const call = (url: string, allowPrivate = false, timeoutMs = 2000) => {
  const outbound = createOutbound({ allowPrivate })
  onTestFinished(() => outbound.close())
  return outbound.call({ method: 'GET', url, timeoutMs })
}

describe('an address that somebody typed in', () => {
  test.each([
    ['http://example.com/', 'not-https'],
    ['ftp://example.com/', 'not-https'],
    ['https://127.0.0.1/', 'private-address'],
    ['https://2130706433/', 'private-address'],
    ['https://0x7f.1/', 'private-address'],
    ['https://[::1]/', 'private-address'],
    ['https://[::ffff:169.254.169.254]/', 'private-address'],
    // A name is judged by where it leads when the connection is made.
    ['https://localhost/', 'private-address'],
    ['not an address', 'bad-url'],
  ])('%s is refused: %s', async (url, code) => {
    await expect(call(url)).rejects.toMatchObject({ code })
  })

  async function server(answer: 'redirect' | 'silence'): Promise<string> {
    const web = createServer((_request, response) => {
      if (answer === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    })
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      web.closeAllConnections()
      web.close()
    })
    return `http://127.0.0.1:${(web.address() as AddressInfo).port}/`
  }

  test('a redirect is an answer and is not followed', async () => {
    expect((await call(await server('redirect'), true)).status).toBe(302)
  })

  test('silence ends with a time-out', async () => {
    await expect(call(await server('silence'), true, 100)).rejects.toMatchObject({
      code: 'timeout',
    })
  })
})
