import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { eventually } from '../support/eventually.ts'
import { openRig, secretOf } from '../support/rig.ts'

const run = promisify(execFile)
const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')
const examples = [...page.matchAll(/^## (.+?)$[\s\S]*?```sh\n([\s\S]*?)```/gm)].map(
  ([, title = '', commands = '']) => ({ title, commands }),
)

test('every command of the API page does what it says', async () => {
  const rig = await openRig()
  const server = await buildServer(rig.app)
  onTestFinished(() => server.close())
  const RELAY = await server.listen({ port: 0, host: '127.0.0.1' })
  await rig.startWorkers()
  const env = {
    PATH: process.env['PATH'] ?? '',
    RELAY,
    SECRET: secretOf('web'),
    API_KEY: 'ops-key',
  }
  expect(examples.length).toBeGreaterThan(7)
  for (const { title, commands } of examples) {
    const each = commands.replaceAll('curl -sS', "curl -sS -w '\\n%{http_code}\\n'")
    const { stdout } = await run('bash', ['-c', each], { env })
    const codes = stdout.match(/^\d{3}$/gm) ?? []
    // The order is paid: nothing is left for a second payment to be recorded on.
    const expected = title.startsWith('Record a payment') ? /^409$/ : /^20[02]$/
    expect(codes.length, title).toBeGreaterThan(0)
    for (const code of codes) expect(code, `${title}: ${stdout}`).toMatch(expected)
    if (title === 'Send an order')
      await eventually(async () => (await rig.document(rig.key('1001')))?.state === 'issued')
  }
  expect(rig.simulator.documents()).toHaveLength(1)
})

test('the Postman collection has every route of the API, with its proof', async () => {
  const rig = await openRig()
  const { json } = await rig.call('GET', '/postman.json')
  const { item } = json as { item: { item: { name: string; request: { method: string } }[] }[] }
  const openapi = (await rig.call('GET', '/openapi.json')).json as { paths: Record<string, object> }
  const routes = Object.values(openapi.paths).flatMap((methods) => Object.keys(methods))
  const requests = item.flatMap((folder) => folder.item)
  expect(requests).toHaveLength(routes.length)
  expect(
    JSON.stringify(requests.find(({ name }) => name.startsWith('Issue the document'))),
  ).toContain('{{apiKey}}')
})
