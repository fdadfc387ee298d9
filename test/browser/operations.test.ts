import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { Redis } from 'ioredis'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openScene, signIn, someHours, type Scene } from './scene.ts'

/** Pictures of every page, for people to look at. */
const album = process.env['RELAY_SCREENSHOTS'] ?? join(tmpdir(), 'relay-screenshots')
const NASTY = `<img src=x onerror="document.title='owned'">"'><script>document.title='owned'</script>`

let scene: Scene

beforeAll(async () => {
  mkdirSync(album, { recursive: true })
  scene = await openScene({ web: {}, wrong: { series: 'FCTX' } })
  await someHours(scene)
  await Promise.all([
    scene.post({
      id: '1001',
      number: '1001',
      customer: { name: 'Ștefania Crișan', email: 'stefania@example.ro', phone: '0744 123 456' },
    }),
    scene.post({
      id: 'N-1',
      number: NASTY,
      platformStatus: 'x"><script>',
      customer: { name: NASTY, company: NASTY, email: NASTY, phone: NASTY, regCom: NASTY },
      billing: { name: NASTY, line1: NASTY, city: NASTY, county: NASTY, country: 'RO' },
      paymentMethod: NASTY,
      lines: [
        {
          id: '1',
          sku: NASTY,
          name: NASTY,
          unit: '<b>',
          quantity: '1',
          unitPrice: '136.00',
          vatRate: '21',
        },
      ],
      shippingLines: [],
      discounts: [{ code: NASTY, name: NASTY, amount: '0.00' }],
    }),
    scene.post({ id: '2001', number: '2001' }, 'wrong'),
  ])
  await alerts()
  await eventually(async () => (await counts()).issued >= 1 && (await counts()).dead >= 1)
})

afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

async function counts(): Promise<Record<string, number> & { issued: number; dead: number }> {
  const answer = await fetch(`${scene.url}/v1/status`, {
    headers: { authorization: 'Bearer ops-key' },
  })
  return ((await answer.json()) as { documents: { issued: number; dead: number } }).documents
}

async function alerts(): Promise<void> {
  const redis = new Redis(scene.redisUrl)
  const alert = (id: string, ro: string, en: string) => {
    const [rule = '', about = ''] = id.split(' ')
    const at = Date.now() - 3_000_000
    return JSON.stringify({ id, rule, about, ro, en, openedAt: at, toldAt: at, told: 2 })
  }
  await redis.hset(`${scene.prefix}:{alerts}:open`, {
    'held-long': alert(
      'held-long',
      'Unele comenzi reținute așteaptă de cel puțin 24 de ore date sau o decizie. Deschideți comenzile reținute: fiecare spune ce câmp trebuie completat.',
      'Some held orders have waited for data or a decision for at least 24 hours. Open the held orders: each says which field to complete.',
    ),
    'double-document web~1001~invoice~1': alert(
      'double-document web~1001~invoice~1',
      `Documentul web~1001~invoice~1 există de două ori în SmartBill: numerele 0001 și 0002. ${NASTY}`,
      `The document web~1001~invoice~1 exists twice in SmartBill: numbers 0001 and 0002. ${NASTY}`,
    ),
  })
  redis.disconnect()
}

async function serious(page: Page): Promise<string[]> {
  const found = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }>(`${axe.source};axe.run(document, { resultTypes: ['violations'] })`)
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

const stickOut = (page: Page) =>
  page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )

const pages = {
  'ops-overview': '/',
  'ops-overview-week': '/?view=8d',
  'ops-search': '/orders?q=crisan',
  'ops-search-nothing': '/orders?q=nimeni',
  'ops-search-nasty': '/orders?q=onerror',
  'ops-nasty': '/orders/web/N-1',
  'ops-alerts': '/alerts',
  'ops-audit': '/audit?who=admin',
} as const

test.each([
  { lang: 'ro', dark: false },
  { lang: 'en', dark: true },
] as const)(
  'the pages for operations in $lang (dark: $dark): nothing sticks out, no complaint, nothing runs that an order brought',
  async ({ lang, dark }) => {
    const { page, problems, context } = await scene.visit({ lang, dark })
    await signIn(page)
    const complaints: Record<string, unknown> = {}
    for (const [title, path] of Object.entries(pages)) {
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.goto(path)
      if (path.startsWith('/?') || path === '/') {
        await page.locator('[data-chart] canvas').nth(1).waitFor()
        await page.locator('tbody th a').first().waitFor()
      }
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 })
        // The charts are drawn anew for another width.
        if (width === 360) await page.waitForTimeout(300)
        await page.screenshot({
          path: join(album, `${title}-${lang}-${width}.png`),
          fullPage: true,
        })
        if ((await stickOut(page)) > 0) complaints[`${title} ${width}`] = 'sticks out'
      }
      const barriers = await serious(page)
      if (barriers.length > 0) complaints[title] = barriers
      if ((await page.title()) === 'owned') complaints[title] = 'ran what an order brought'
    }
    expect(complaints).toEqual({})
    expect(problems).toEqual([])
    await context.close()
  },
  120_000,
)
