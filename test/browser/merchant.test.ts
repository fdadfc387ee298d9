import { afterAll, beforeAll, expect, test } from 'vitest'
import { anOrder } from '../support/builders.ts'
import { openScene, signIn, type Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await openScene({ web: {} })
})

afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
})

test('first login, the setup step by step, an order is posted, and the page turns to its invoice by itself', async () => {
  const { page, problems, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  await page.goto('/setup')
  await page.getByRole('link', { name: 'With a new SmartBill account' }).click()
  await page.getByLabel('E-mail of the SmartBill account').fill('shop@acme.example')
  // Half a form, back and forth: only the token has to be typed again.
  await page.goBack()
  await page.goForward()
  expect(await page.getByLabel('E-mail of the SmartBill account').inputValue()).toBe(
    'shop@acme.example',
  )
  await page.getByLabel('Token').fill('003|new')
  await page.getByLabel('CIF').fill('RO14399840')
  await page.getByRole('button', { name: 'Test and go on' }).dblclick()
  await page.getByText('The connection works').waitFor()
  await page.getByLabel('A short name for the shop').fill('newcomer')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Invoice FCT').check()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('checkbox', { name: 'authorised' }).check()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Save products in SmartBill').check()
  await page.getByRole('button', { name: 'Next' }).click()
  const secret = await page.locator('#secret-value').innerText()
  const address = await page.locator('#address').innerText()
  await page.getByRole('button', { name: 'Start issuing' }).click()
  await page.getByText('Waiting for the first order').waitFor()

  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(anOrder({ id: 'N-1', number: 'N-1' })),
  })
  expect(answer.status).toBe(202)
  await page.getByText('Received: order N-1, invoice FCT').waitFor()
  await page.getByRole('link', { name: 'Open the order' }).click()
  const number = (await page.locator('.docnumber').innerText()).slice('FCT '.length)
  expect(scene.simulator.documents({ mention: 'N-1' }).map((document) => document.number)).toEqual([
    number,
  ])
  expect(problems).toEqual([])
  await context.close()
})

test('the token is wrong: the first page says so; it is put right, and the waiting order is issued', async () => {
  const { page, context } = await scene.visit({ lang: 'en' })
  await signIn(page)
  scene.simulator.refuseLogins(['003|abc'])
  await scene.post({ id: 'T-1', number: 'T-1' })
  await page.getByText(/Account acme: .*login/i).waitFor()
  await page.getByRole('link', { name: 'Open account acme' }).first().click()
  await page.getByLabel('Token', { exact: true }).fill('003|right')
  await page.locator('form[action="/accounts/acme"] button').click()
  await page.getByText('The account is saved').waitFor()
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await page.getByText('The connection works').waitFor()
  await page.goto('/orders/web/T-1')
  await page.locator('.verdict.issued').waitFor()
  await page.goto('/')
  await page.getByText('Everything works').waitFor()
  await context.close()
})
