import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { eventually } from '../support/eventually.ts'
import { environment } from '../support/rig.ts'
import { openScene, picture, RECORD, signIn, someHours, type Scene } from './scene.ts'

const GUIDE = join(import.meta.dirname, '../../docs/ops/dead-letters.md')

const SERIES = 50
const CLIENTS = 220
const UNITS = 30

let scene: Scene

beforeAll(async () => {
  scene = await openScene({ web: {}, wrong: { series: 'FCTX' } })
  await someHours(scene)
  const refused = { route: 'POST /invoice/v2', fault: '200-error' } as const
  scene.simulator.faults([
    { ...refused, bodyHas: 'Ana Vechi', errorText: 'Clientul exista deja in nomenclator.' },
    {
      ...refused,
      bodyHas: 'pereche',
      errorText: 'Unitatea de masura "pereche" nu are factor de conversie.',
    },
  ])
  const post = (prefix: string, count: number, more: object, shop: string) =>
    Array.from({ length: count }, (_, i) => ({
      order: { id: `${prefix}-${i + 1}`, number: `${prefix}-${i + 1}`, ...more },
      shop,
    }))
  const line = { id: '1', sku: 'PC-1', name: 'Pantofi', quantity: '1', unitPrice: '121.00' }
  const orders = [
    ...post('c', CLIENTS, { customer: { kind: 'person', name: 'Ana Vechi' } }, 'web'),
    ...post('s', SERIES, {}, 'wrong'),
    ...post('u', UNITS, { lines: [{ ...line, unit: 'pereche', vatRate: '21' }] }, 'web'),
  ]
  for (let i = 0; i < orders.length; i += 30)
    await Promise.all(orders.slice(i, i + 30).map(({ order, shop }) => scene.post(order, shop)))
  await eventually(async () => (await documents())['dead'] === 300, {
    timeoutMs: 100_000,
    everyMs: 250,
  })
}, 180_000)

afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

async function documents(): Promise<Record<string, number>> {
  const answer = await fetch(`${scene.url}/v1/status`, {
    headers: { authorization: 'Bearer ops-key' },
  })
  return ((await answer.json()) as { documents: Record<string, number> }).documents
}

/** One command as at a terminal: what it printed, and the frames of its progress bar. */
async function relay(...args: string[]) {
  const { prefix, simulator, redisUrl } = scene
  const out = { stdout: '', frames: [] as string[] }
  const code = await runCli(
    ['--data', '/nowhere', ...args],
    environment(prefix, simulator.url, redisUrl),
    {
      stdin: Readable.from([]),
      stdout: { write: (text) => (out.stdout += text) },
      stderr: {
        isTTY: true,
        write: (text) => out.frames.push(stripVTControlCharacters(text).replaceAll('\r', '')),
      },
    },
  )
  return { code, ...out, text: `$ relay ${args.join(' ')}\n${out.stdout}` }
}

const exact = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/(web|wrong)~\w-\d+~/g, '$1~ORDER~')
    .replaceAll(/ +/g, ' ')

/** The guide shows what the desk really says: but for times and order numbers, the same. */
function inGuide(name: string, said: string, compared = true): void {
  const guide = readFileSync(GUIDE, 'utf8')
  const block = new RegExp(`(<!-- recorded: ${name} -->\n\n\`\`\`console\n)([^]*?)(\`\`\`)`)
  if (RECORD) {
    writeFileSync(
      GUIDE,
      guide.replace(block, (_, begin, _old, end) => `${begin}${said}${end}`),
    )
    return
  }
  const shown = block.exec(guide)?.[2]
  expect(shown, name).toBeDefined()
  if (compared) expect(exact(said), name).toBe(exact(shown ?? ''))
}

/** A bar that moves, as a few of its frames. */
function transcript({ text, stdout, frames }: Awaited<ReturnType<typeof relay>>): string {
  const bars = [...new Set(frames.filter((frame) => frame !== ''))]
  const some = [0, 0.25, 0.5, 0.75, 1].map((at) => bars[Math.floor(at * (bars.length - 1))] ?? '')
  return `${text.slice(0, text.indexOf('\n'))}\n${[...new Set(some)].join('\n')}\n${stdout}`
}

test('300 failures are 3 causes; fixed, rehearsed and replayed from the command line and in the dashboard, all are issued once', async () => {
  inGuide('list', (await relay('dead-letters', 'list', '--limit', '3')).text)
  const units = ['dead-letters', 'replay', '--cause', 'unknown-unit']
  inGuide('dry-run', (await relay('dead-letters', 'replay', '--all', '--dry-run')).text)
  scene.simulator.disarm()
  const replayed = await relay(...units, '--background')
  expect(replayed.code).toBe(0)
  const id = /\b[\da-f]{8}\b/.exec((await relay('dead-letters', 'runs')).stdout)?.[0] ?? ''
  const watched = await relay('dead-letters', 'run', id, '--wait')
  expect(watched.stdout).toContain(`${UNITS} orders, ${UNITS} went back to work.`)
  expect(watched.stdout).toContain(`afterwards: ${UNITS} issued`)

  const { page, problems, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await page.locator('[data-chart] canvas').nth(1).waitFor()
  await picture(page, 'overview')
  await page.goto('/dead-letters')
  await page.getByText('270 dead letters, 2 causes').waitFor()
  await page.locator('#client-exists').getByText('Clientul exista deja').waitFor()
  await picture(page, 'dead-letters')
  await page.getByRole('link', { name: 'Open the settings of shop wrong' }).click()
  await page.getByLabel('Series', { exact: true }).fill('FCT')
  await page.getByRole('button', { name: /^Save/ }).first().click()
  await page.getByText('The settings are saved').waitFor()

  // Another process goes on with the old settings for up to a second.
  await eventually(async () => {
    await page.goto('/dead-letters')
    await page.getByRole('button', { name: 'Dry run of all' }).click()
    await page.getByText('finished', { exact: true }).waitFor()
    return page.getByText('270 orders, 270 would issue.').isVisible()
  })
  await page.getByRole('button', { name: 'Replay all 270 now' }).click()
  await page.locator('.run-bar progress').waitFor()
  // Somebody else watches the same run from the command line.
  const run = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const watch = await relay('dead-letters', 'run', run, '--wait')
  expect(watch.stdout).toContain('270 orders, 270 went back to work.')
  expect(watch.stdout).toContain('afterwards: 270 issued')
  inGuide('progress', transcript(watch), false)
  // Nobody reloads: the page follows by itself until the last one is issued.
  await page.getByText('270 orders, 270 went back to work.').waitFor()
  await page.locator('.tile.good', { hasText: 'issued' }).getByText('270').waitFor()
  expect(scene.simulator.documents()).toHaveLength(300)
  expect(await documents()).toMatchObject({ issued: 300, dead: 0 })
  await page.goto('/orders/wrong/s-1')
  await page.getByText('FCT', { exact: false }).first().waitFor()
  await picture(page, 'order')
  await page.goto('/audit')
  await page.locator('tbody').getByText('bulk work finished').first().waitFor()
  expect(problems).toEqual([])
  await context.close()
}, 240_000)
