import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { Shop, type PlatformName } from '../../core/settings.ts'
import { apiShape } from '../../core/shop-api.ts'
import { ShopApiError } from '../../core/shop-api-errors.ts'
import { signedHeaders } from '../../core/webhook-signature.ts'
import { textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { shopPath } from './reasons.ts'
import type { Fields, Visit } from './route.ts'
import { chip } from './states.ts'

const TEST_MS = 15_000
const DAY_MS = 86_400_000

/** The ways out that a shop may have: what is typed is stored sealed and never shown again. */
export const accessNames = ['api', 'stockWebhook', 'mailbox'] as const satisfies (keyof Shop)[]
export type AccessName = (typeof accessNames)[number]

/** What may be shown; all other fields are secrets. */
const open = new Set(['url', 'version', 'from'])

const shapeOf = (name: AccessName, platform: PlatformName): z.ZodObject | undefined =>
  name === 'api' ? apiShape(platform) : Shop.shape[name].unwrap()

/** The accesses that this kind of shop can have. */
export const accessesOf = ({ platform }: Shop): AccessName[] =>
  accessNames.filter((name) => shapeOf(name, platform) !== undefined)

type Stored = Record<string, string | undefined>
const storedIn = (shop: Shop, name: AccessName): Stored | undefined => shop[name]

/** The shop with what was typed; an emptied secret keeps the stored one. Or what is wrong with it. */
export async function withAccess(
  visit: Visit,
  shop: Shop,
  name: AccessName,
): Promise<{ shop: Shop } | { errors: Errors }> {
  const { t, form, app } = visit
  const shape = shapeOf(name, shop.platform)
  if (shape === undefined) return { errors: { [`${name}.url`]: t.accessMissing } }
  const before = storedIn(shop, name)
  const typed = Object.fromEntries(
    Object.keys(shape.shape).flatMap((field) => {
      const text = form.one(`${name}.${field}`).trim()
      const value = text === '' && !open.has(field) ? before?.[field] : text
      return value === undefined || value === '' ? [] : [[field, value]]
    }),
  )
  const errors: Record<string, string> = {}
  // The guard's sentence says more than the schema's.
  for (const field of ['url', 'smtp'].filter((one) => one in shape.shape)) {
    const problem = await addressProblem(visit, (typed[field] ?? '').replace(/^smtps?:/, 'https:'))
    if (problem !== undefined) errors[`${name}.${field}`] = problem
  }
  const read = shape.safeParse(typed)
  for (const { path } of read.error?.issues ?? [])
    errors[`${name}.${String(path[0])}`] ??= t.accessMissing
  if (!read.success || Object.keys(errors).length > 0) return { errors }
  app.log.info({ shop: shop.id, access: name }, 'access changed')
  return { shop: Shop.parse({ ...shop, [name]: read.data }) }
}

export function withoutAccess(shop: Shop, name: AccessName): Shop {
  const { [name]: _gone, ...rest } = shop
  return rest
}

/** Why this address may not be called, in words; undefined when it may. */
export async function addressProblem(
  { app, t }: Visit,
  address: string,
): Promise<string | undefined> {
  try {
    await app.outbound.judge(address)
    return undefined
  } catch (error) {
    const code = codeOf(error)
    // A name service that is away says nothing against the address.
    return code === 'EAI_AGAIN' ? undefined : addressSentence(t, code)
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

export function addressSentence(t: Visit['t'], code: string): string {
  const problems = t.addressProblems
  if (code === 'bad-url' || code === 'not-https' || code === 'private-address')
    return problems[code]
  if (code === 'ENOTFOUND') return problems.unknownHost
  return code === 'timeout' ? problems.timeout : problems.unreachable
}

/** What a try came to. */
export const said = (tone: 'good' | 'bad', text: string): Html =>
  html`<p class="notice ${tone}" role="${tone === 'good' ? 'status' : 'alert'}">
    <span>${text}</span>
  </p>`

/** Tries an access that is stored: one call, which changes nothing. */
export async function tried(visit: Visit, shop: Shop, name: AccessName): Promise<Html> {
  const { t } = visit
  try {
    if (name === 'api') return said('good', t.apiWorks(await changedOrders(visit, shop)))
    const status = await testMessage(visit, shop)
    if (status >= 200 && status < 300) return said('good', t.webhookWorks(status))
    return said(
      'bad',
      status >= 300 && status < 400 ? t.addressProblems.redirect : t.webhookRefused(status),
    )
  } catch (error) {
    if (error instanceof ShopApiError) {
      const code = codeOf(error.cause)
      return said('bad', code === '' ? error.reason[visit.lang] : addressSentence(t, code))
    }
    return said('bad', addressSentence(t, codeOf(error)))
  }
}

async function changedOrders({ app, now }: Visit, { api, platform }: Shop): Promise<number> {
  const reader = app.platforms[platform]
  if (reader.list === undefined || api === undefined) return 0
  const ask = (url: string, headers: Record<string, string>) =>
    app.outbound.call({ method: 'GET', url, headers, timeoutMs: TEST_MS })
  const { orders } = await reader.list(api, ask, {
    since: now - DAY_MS,
    position: '',
    resumed: false,
  })
  return orders.length
}

async function testMessage({ app, now }: Visit, { id, stockWebhook }: Shop): Promise<number> {
  const timestamp = new Date(now).toISOString()
  const body = JSON.stringify({ type: 'stock.test', timestamp, data: { shop: id } })
  const { status } = await app.outbound.call({
    method: 'POST',
    url: stockWebhook?.url ?? '',
    headers: {
      ...signedHeaders(stockWebhook?.secret ?? '', `msg_${randomUUID()}`, now, body),
      'content-type': 'application/json',
    },
    body,
    timeoutMs: TEST_MS,
  })
  return status
}

/** One access: whether it is there, the form to set it, to try it, to remove it. */
export function accessCard(
  visit: Visit,
  shop: Shop,
  name: AccessName,
  how: { typed: Fields | undefined; errors: Errors; result: Html | undefined },
): Html {
  const { t, guard, may } = visit
  const shape = shapeOf(name, shop.platform)
  const stored = storedIn(shop, name)
  const path = `${shopPath(shop)}/access/${name}`
  return html`<section class="card" id="${name}">
    <h2>
      ${t.accessNames[name]}
      ${stored === undefined ? chip('calm', t.accessNone) : chip('good', t.accessSet)}
    </h2>
    <p>${t.accessWhat[name]}</p>
    ${how.result}
    ${
      may('admin') &&
      html`<form method="post" action="${path}" class="stack" novalidate>
        ${guard}
        ${Object.keys(shape?.shape ?? {}).map((field) => {
          const id = `${name}.${field}`
          const isSecret = !open.has(field)
          const hint = t.accessHints[`${id}.${shop.platform}`] ?? t.accessHints[id] ?? ''
          return textField({
            name: id,
            label: t.accessFields[field as keyof typeof t.accessFields] ?? field,
            value: how.typed?.one(id) ?? (isSecret ? '' : (stored?.[field] ?? '')),
            type: isSecret ? 'password' : 'text',
            hint: isSecret && stored !== undefined ? `${hint} ${t.keepEmpty}` : hint,
            errors: how.errors,
            max: 500,
          })
        })}
        <button class="primary">${t.save}</button>
      </form>`
    }
    ${
      stored !== undefined &&
      html`<div class="actions">
        ${
          name !== 'mailbox' &&
          may('operator') &&
          html`<form method="post" action="${path}/test">${guard}<button>${t.test}</button></form>`
        }
        ${
          may('admin') &&
          html`<form method="post" action="${path}/remove">
            ${guard}<button class="danger">${t.remove}</button>
          </form>`
        }
      </div>`
    }
  </section>`
}
