import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { CIF } from '../support/rig.ts'
import { openScene, signIn, type Scene } from './scene.ts'

/** Pictures of every page, for people to look at. */
const album = process.env['RELAY_SCREENSHOTS'] ?? join(tmpdir(), 'relay-screenshots')

const pages = {
  overview: '/',
  orders: '/orders',
  'orders-empty': '/orders?q=nothing',
  issued: '/orders/web/1001',
  held: '/orders/web/1003',
  failed: '/orders/wrong/2001',
  'not-due': '/orders/web/1004',
  uncertain: '/orders/web/1009',
  'dead-letters': '/dead-letters',
  correct: '/orders/wrong/2001/edit',
  'correct-held': '/orders/web/1003/edit',
  runs: '/dead-letters/runs',
  'held-list': '/held',
  'uncertain-list': '/uncertain',
  shops: '/shops',
  shop: '/shops/web',
  connection: '/shops/web/connection',
  'new-shop': '/shops/new',
  setup: '/setup',
  'setup-shop': '/setup/account/acme',
  'setup-document': '/setup/shop/web/document',
  'setup-connect': '/setup/shop/web/connect',
  'setup-first': '/setup/shop/web/first',
  password: '/password',
  'alert-settings': '/alerts/settings',
  accounts: '/accounts',
  account: '/accounts/acme',
  'new-account': '/accounts/new',
  audit: '/audit',
  users: '/users',
} as const

let scene: Scene

beforeAll(async () => {
  mkdirSync(album, { recursive: true })
  scene = await openScene({ web: { email: { when: 'issued' } }, wrong: { series: 'FCTX' } })
  // Documents are issued, and what should follow them fails.
  scene.simulator.company(CIF, { mailServer: false })
  await scene.post({ id: '1001', number: '1001' })
  await scene.post({
    id: '1002',
    number: '1002',
    customer: {
      kind: 'company',
      company: 'Exemplu Construcții și Consultanță S.R.L.',
      cif: 'RO14399840',
    },
  })
  await scene.post({
    id: '1003',
    number: '1003',
    lines: [
      {
        id: '1',
        name: 'Cană ceramică pictată manual, ediție limitată, 350 ml, cutie cadou inclusă',
        quantity: '1',
        unitPrice: '136.00',
        vatRate: '21',
      },
    ],
    shippingLines: [],
  })
  await scene.post({
    id: '1004',
    number: '1004',
    status: 'awaiting_payment',
    payments: [],
    paymentStatus: 'unpaid',
  })
  for (const id of ['2001', '2002', '2003']) await scene.post({ id, number: id }, 'wrong')
  await eventually(
    async () => {
      const { documents, deadLetters } = await status()
      const { issued = 0, held = 0 } = documents
      expect({ ...deadLetters, issued, held }).toMatchObject({
        documents: 3,
        acts: 1,
        issued: 2,
        held: 1,
      })
      return true
    },
    { timeoutMs: 60_000 },
  )
  // One whose answer got lost and whose PDFs cannot be read: it stays unclear as long as we look.
  scene.simulator.faults([
    { route: 'POST /invoice/v2', fault: 'reset-after', times: 1 },
    { route: 'GET /invoice/pdf', fault: 'pdf-unreadable' },
  ])
  await scene.post({ id: '1009', number: '1009' })
  await eventually(async () => (await status()).documents['uncertain'] === 1, { timeoutMs: 60_000 })
}, 180_000)

afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

async function status() {
  const answer = await fetch(`${scene.url}/v1/status`, {
    headers: { authorization: 'Bearer ops-key' },
  })
  return (await answer.json()) as Record<'documents' | 'deadLetters', Record<string, number>>
}

/** The page of a dry run of all dead letters on the server. */
async function aDryRun(): Promise<string> {
  const answer = await fetch(`${scene.url}/v1/dead-letters/replay`, {
    method: 'POST',
    headers: { authorization: 'Bearer ops-key', 'content-type': 'application/json' },
    body: JSON.stringify({ filter: {}, dryRun: true, background: true }),
  })
  return `/dead-letters/runs/${((await answer.json()) as { id: string }).id}`
}

/** How far the page can be moved sideways, and which elements stick out. */
const overflow = (page: Page) =>
  page.evaluate<{ by: number; who: string[] }>(`(() => {
    const width = document.documentElement.clientWidth
    return {
      by: document.documentElement.scrollWidth - width,
      who: [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > width + 1)
        .slice(0, 5)
        .map((element) => element.tagName + '.' + element.className),
    }
  })()`)

type Violation = { id: string; impact: string; nodes: { html: string }[] }

async function serious(page: Page): Promise<string[]> {
  // The browser runs it past the page's own policy, as an extension would.
  const found = await page.evaluate<{ violations: Violation[] }>(
    `${axe.source};axe.run(document, { resultTypes: ['violations'] })`,
  )
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

const narrow = { width: 360, height: 780 }
const wide = { width: 1280, height: 900 }

test.each([
  { lang: 'ro', dark: false },
  { lang: 'en', dark: true },
] as const)(
  'every page in $lang (dark: $dark), 360 and 1280 px wide: nothing sticks out, no complaint, nothing seriously inaccessible',
  async ({ lang, dark }) => {
    const { page, problems, context } = await scene.visit({ lang, dark })
    const complaints: Record<string, unknown> = {}
    const look = async (title: string) => {
      for (const size of [wide, narrow]) {
        await page.setViewportSize(size)
        const name = `${title}-${lang}-${size.width}`
        await page.screenshot({ path: join(album, `${name}.png`), fullPage: true })
        const { by, who } = await overflow(page)
        if (by > 0) complaints[`${name} sticks out`] = who
      }
      const barriers = await serious(page)
      if (barriers.length > 0) complaints[`${title} is not accessible`] = barriers
      const said = await page.locator('html').getAttribute('lang')
      if (said !== lang) complaints[`${title} has language`] = said
    }
    await page.goto('/login')
    await look('login')
    await signIn(page)
    for (const [title, path] of Object.entries(pages)) {
      await page.goto(path)
      for (const summary of await page.locator('details.card > summary').all())
        await summary.click()
      await look(title)
    }
    await page.goto('/dead-letters')
    await page.locator('section.cause button.primary').first().click()
    await page.waitForSelector('.tiles.small')
    await look('dry-run')
    await page.goto(await aDryRun())
    await page.locator('.chip', { hasText: lang === 'ro' ? 'încheiată' : 'finished' }).waitFor()
    await look('run')
    expect(complaints).toEqual({})
    expect(problems).toEqual([])
    await context.close()
  },
  240_000,
)

test('the engine room of the queues works under the policy', async () => {
  const { page, problems, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await page.goto('/queues')
  await page.getByText('issue-document').first().waitFor()
  await page.screenshot({ path: join(album, 'queues.png') })
  await page.goto('/queues/queue/issue-document?status=completed')
  await page.getByText('web~1001~invoice~1').first().waitFor()
  await page.screenshot({ path: join(album, 'queue.png') })
  expect(problems).toEqual([])
  await context.close()
})
