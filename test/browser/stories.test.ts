import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openScene, signIn, type Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await openScene({ web: {}, hand: { automatic: false }, wrong: { series: 'FCTX' } })
})

afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

test('first login, an order is posted, its invoice is seen on its page without reloading', async () => {
  const { page, problems, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await page.getByText('Everything works').waitFor()
  await scene.post({ id: 'S-1', number: 'S-1' })
  // The first page refreshes itself.
  await page.getByRole('link', { name: 'S-1' }).click()
  await page.locator('.verdict.issued').waitFor()
  const number = await page.locator('.docnumber').innerText()
  expect(number).toMatch(/^FCT \d+$/)
  expect(scene.simulator.documents().map((one) => one.number)).toContain(number.slice(4))
  await page.goto('/orders')
  await page.getByRole('searchbox').fill(number)
  await page.getByRole('searchbox').press('Enter')
  await page.waitForURL('**/orders/web/S-1')
  expect(problems).toEqual([])
  await context.close()
})

test('a manual shop: the button issues, pressed twice it issues once', async () => {
  const { page, context } = await scene.visit({ lang: 'ro' })
  await signIn(page)
  await scene.post({ id: 'H-1', number: 'H-1' }, 'hand')
  await page.goto('/orders/hand/H-1')
  await page.getByRole('button', { name: 'Emite acum' }).dblclick()
  await page.locator('.verdict.issued').waitFor()
  expect(
    scene.simulator.documents().filter((one) => JSON.stringify(one).includes('H-1')),
  ).toHaveLength(1)
  await context.close()
})

test('SmartBill is down: the first page says so, orders wait, and everything recovers by itself', async () => {
  const { page, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await scene.simulator.outage('503')
  for (const id of ['D-1', 'D-2', 'D-3', 'D-4']) await scene.post({ id, number: id })
  await page.getByText('Account acme: SmartBill does not answer').waitFor()
  await scene.simulator.endOutage()
  await page.getByText('Everything works').waitFor({ timeout: 60_000 })
  await page.goto('/orders/web/D-4')
  await page.locator('.verdict.issued').waitFor()
  await context.close()
}, 150_000)

test('failures of one cause: the setting is fixed, a dry run, a replay, all issued', async () => {
  const { page, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  for (const id of ['F-1', 'F-2', 'F-3']) await scene.post({ id, number: id }, 'wrong')
  await page.getByText('3 documents have failed').waitFor()
  await page.getByRole('link', { name: 'See the causes' }).click()
  const dryRun = page.getByRole('button', { name: 'Dry run, then replay all 3' })
  await dryRun.click()
  await page.getByText('would fail again').first().waitFor()

  await page.goto('/dead-letters')
  await page.getByRole('link', { name: 'Open the settings of shop wrong' }).click()
  await page.getByText('next number').first().waitFor()
  await page.getByLabel('Series', { exact: true }).fill('FCT')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The settings are saved').waitFor()

  // Another process goes on with the old settings for up to a second.
  await eventually(async () => {
    await page.goto('/dead-letters')
    await dryRun.click()
    return page.getByText('would be issued').first().isVisible()
  })
  await page.getByRole('button', { name: 'Replay all 3 now' }).click()
  await page.getByText('3 orders, 3 went back to work.').waitFor()
  await eventually(
    async () => {
      await page.goto('/orders?shop=wrong&state=issued')
      return (await page.locator('tbody tr').count()) === 3
    },
    { timeoutMs: 45_000, everyMs: 500 },
  )
  await page.goto('/audit')
  await page.locator('tbody').getByText('replayed dead letters').first().waitFor()
  await context.close()
}, 150_000)

test('a viewer is invited, sees everything and can press nothing', async () => {
  const { page, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await page.goto('/users')
  await page.locator('section.card input[name="name"]').fill('vera')
  await page.getByRole('button', { name: 'Invite' }).click()
  const link = await page.locator('.secrets code').innerText()

  const other = await scene.visit({ lang: 'en' })
  await other.page.goto(new URL(link).pathname)
  await other.page.fill('input[name="password"]', 'a long enough one')
  await other.page.fill('input[name="again"]', 'a long enough one')
  await other.page.getByRole('button', { name: 'Begin' }).click()
  await other.page.getByRole('heading', { name: 'Overview' }).waitFor()
  for (const path of [
    '/',
    '/orders/hand/H-1',
    '/dead-letters',
    '/held',
    '/shops/web',
    '/accounts/acme',
  ]) {
    await other.page.goto(path)
    // Only the language and the way out.
    expect(await other.page.locator('main button:not([data-copies])').count(), path).toBe(0)
  }
  await other.page.goto('/users')
  await other.page.getByText('You may not do this').waitFor()
  await Promise.all([context.close(), other.context.close()])
})

test('without scripts everything but the live part works', async () => {
  const context = await scene.browser.newContext({
    javaScriptEnabled: false,
    baseURL: scene.url,
    locale: 'en-GB',
  })
  const page = await context.newPage()
  await signIn(page)
  await page.goto('/accounts/acme')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('The account is paused').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('The account goes on').waitFor()
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await page.getByText('The connection works').waitFor()
  await context.close()
})

test('with the keyboard alone: skip link, menu, form', async () => {
  const { page, context } = await scene.visit({ lang: 'en' })
  await page.goto('/login')
  await page.keyboard.type('admin')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse 9')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto('/orders')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.className')).toBe('skip')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.name')).toBe('q')
  await context.close()
})
