import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { chromium, type Browser, type Page } from 'playwright-core'
import { FLOW_LIMITS_MS, flowGrains } from '../../src/core/flow.ts'
import { onPath } from '../support/on-path.ts'
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { anOrder } from '../support/builders.ts'
import { startWeb, startWorker } from '../support/processes.ts'
import { startRedis } from '../support/redis.ts'
import { environment, scaledLimit } from '../support/rig.ts'

const root = join(import.meta.dirname, '../..')
const ADMIN_PASSWORD = 'correct horse 9'

type OrderInput = Parameters<typeof anOrder>[0]

export type Scene = Awaited<ReturnType<typeof openScene>>

/** The real processes on a Redis and a simulator of their own, and a browser in front. */
export async function openScene(shops: Record<string, object> = { web: {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'relay-browser-'))
  const closers: (() => Promise<unknown> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ]
  const redis = await startRedis()
  closers.push(() => redis[Symbol.asyncDispose]())
  const simulator: Simulator = await startSimulator(scaledLimit)
  closers.push(() => simulator.close())
  const config = join(folder, 'relay.json')
  writeFileSync(
    config,
    JSON.stringify({
      accounts: [{ id: 'acme', email: 'a@acme.example', token: '003|abc', cif: 'RO12345674' }],
      shops: Object.entries(shops).map(([id, settings]) => ({
        id,
        account: 'acme',
        platform: 'generic',
        secret: `secret-of-${id}`,
        settings: { enabled: true, document: 'invoice', series: 'FCT', ...settings },
      })),
    }),
  )
  const env = {
    ...environment(`browser-${randomUUID().slice(0, 8)}`, simulator.url, redis.url),
    RELAY_CONFIG: config,
    RELAY_ADMIN_PASSWORD: ADMIN_PASSWORD,
    // A browser test waits for what it expects, not for the clock: a request may take its time on a busy machine.
    SMARTBILL_TIMEOUT_MS: '2000',
    LOG_LEVEL: 'info',
  }
  const web = await startWeb(env)
  const worker = await startWorker(env)
  closers.push(async () => {
    await Promise.all([worker.term(), web.term()])
  })
  const binary = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .map(onPath)
    .find((path) => path !== undefined)
  if (binary === undefined) throw new Error('Chromium is missing: npm test installs it')
  const browser: Browser = await chromium.launch({
    executablePath: binary,
    chromiumSandbox: process.getuid?.() !== 0,
  })
  closers.push(() => browser.close())

  return {
    web,
    worker,
    simulator,
    browser,
    url: web.url,
    redisUrl: redis.url,
    prefix: env.RELAY_PREFIX,
    async post(order: OrderInput, shop = 'web'): Promise<void> {
      const answer = await fetch(`${web.url}/v1/shops/${shop}/orders`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer secret-of-${shop}`,
        },
        body: JSON.stringify(anOrder(order)),
      })
      if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    },
    /** A new visitor; `problems` gathers what the browser complains about. */
    async visit(how: { lang?: 'ro' | 'en'; width?: number; dark?: boolean } = {}) {
      const context = await browser.newContext({
        locale: how.lang === 'ro' ? 'ro-RO' : 'en-GB',
        viewport: { width: how.width ?? 1280, height: 900 },
        colorScheme: how.dark === true ? 'dark' : 'light',
        baseURL: web.url,
      })
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      const problems: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) problems.push(message.text())
      })
      page.on('pageerror', (error) => problems.push(error.message))
      return { page, problems, context }
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const close of closers.toReversed()) await close()
    },
  }
}

export async function signIn(page: Page, name = 'admin', password = ADMIN_PASSWORD): Promise<void> {
  await page.goto('/login')
  await page.fill('input[name="name"]', name)
  await page.fill('input[name="password"]', password)
  await page.click('main button.primary')
  await page.waitForURL((url) => url.pathname === '/')
}

/** What three hours and eight days of work leave behind. */
export async function someHours({ redisUrl, prefix }: Scene): Promise<void> {
  const redis = new Redis(redisUrl)
  const fields: Record<string, string> = {}
  for (const [grain, { ms, slots }] of Object.entries(flowGrains)) {
    const last = Math.floor(Date.now() / ms)
    for (let i = 1; i < slots; i++) {
      const busy = Math.max(0, Math.round(20 + 18 * Math.sin(i / 9)))
      const counted = FLOW_LIMITS_MS.map((_, n) =>
        n > 2 && n < 8 ? Math.round(busy / (n - 1)) : 0,
      )
      fields[`${grain}${(last - i) % slots}`] = [last - i, ...counted, 0].join(' ')
    }
  }
  await redis.hset(`${prefix}:{0}:flow`, fields)
  redis.disconnect()
}

/** Set, what the tests see is written into the documentation. */
export const RECORD = process.env['RELAY_RECORD'] !== undefined

/** A picture for the documentation: what the window shows now, taken when recording. */
export async function picture(page: Page, name: string): Promise<void> {
  if (RECORD) await page.screenshot({ path: join(root, `docs/img/${name}.png`), ...clip })
}

/** All of the overview at its usual width. */
const clip = { fullPage: true, clip: { x: 0, y: 0, width: 1280, height: 1010 } }
