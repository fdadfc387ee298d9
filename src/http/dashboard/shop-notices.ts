import { randomBytes, randomUUID } from 'node:crypto'
import { endpointId, NoticeEndpoint, noticeEvents } from '../../core/notices.ts'
import type { Shop } from '../../core/settings.ts'
import { signedHeaders } from '../../core/webhook-signature.ts'
import { choice, textField, type Errors } from './form.ts'
import { html, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { shopPath } from './reasons.ts'
import { go, type Go, type Page, type Route, type Visit } from './route.ts'
import { addressProblem, addressSentence, codeOf, said } from './shop-access.ts'
import { shopAt } from './shop-form.ts'

const TEST_MS = 15_000
const MOST = 10

type Connection = (visit: Visit, how: { errors?: Errors; notices?: Html }) => Promise<Page>

/** Receivers of a shop's own that hear what became of its orders. */
export function noticeRoutes(connection: Connection): Route[] {
  const at = async (
    visit: Visit,
    act: (shop: Shop, found: NoticeEndpoint | undefined) => Promise<Page | Go>,
  ) => {
    const shop = await shopAt(visit)
    if (shop === undefined) return missingPage(visit, visit.t.shopUnknown)
    const wanted = visit.form.one('endpoint')
    return act(
      shop,
      shop.webhooks?.find((one) => endpointId(one) === wanted),
    )
  }
  const save = async (visit: Visit, shop: Shop, webhooks: NoticeEndpoint[], more: Partial<Go>) => {
    await visit.app.ledger.registry.saveShop({ ...shop, webhooks })
    return go(`${shopPath(shop)}/connection`, {
      audit: [
        {
          did: 'shop-access',
          about: shop.id,
          before: { webhooks: shop.webhooks?.length ?? 0 },
          after: { webhooks: webhooks.length },
        },
      ],
      ...more,
    })
  }
  return [
    {
      method: 'POST',
      path: '/shops/:shop/notices',
      access: 'admin',
      act: (visit) =>
        at(visit, async (shop) => {
          const { t, form } = visit
          const url = form.one('notice-url').trim()
          const problem = await addressProblem(visit, url)
          if (problem !== undefined) return connection(visit, { errors: { 'notice-url': problem } })
          const others = (shop.webhooks ?? []).filter((one) => one.url !== url)
          if (others.length >= MOST)
            return connection(visit, { errors: { 'notice-url': t.noticesFull(MOST) } })
          const secret = `whsec_${randomBytes(32).toString('base64')}`
          const read = NoticeEndpoint.safeParse({ url, secret, events: form.all('event') })
          if (!read.success) return connection(visit, { errors: { 'notice-url': t.accessMissing } })
          return save(visit, shop, [...others, read.data], {
            notice: {
              tone: 'good',
              text: t.noticeAdded,
              secrets: [{ label: t.secret, value: secret }],
            },
          })
        }),
    },
    {
      method: 'POST',
      path: '/shops/:shop/notices/test',
      access: 'operator',
      act: (visit) =>
        at(visit, async (shop, found) =>
          connection(
            visit,
            found === undefined ? {} : { notices: await tried(visit, shop, found) },
          ),
        ),
    },
    {
      method: 'POST',
      path: '/shops/:shop/notices/remove',
      access: 'admin',
      act: (visit) =>
        at(visit, (shop, found) =>
          save(
            visit,
            shop,
            (shop.webhooks ?? []).filter((one) => one !== found),
            { notice: { tone: 'good', text: visit.t.accessRemoved } },
          ),
        ),
    },
  ]
}

/** One signed message of a type that means nothing to anybody. */
async function tried({ app, t, now }: Visit, { id }: Shop, to: NoticeEndpoint): Promise<Html> {
  const timestamp = new Date(now).toISOString()
  const body = JSON.stringify({ type: 'test', timestamp, data: { shop: id } })
  const headers = {
    ...signedHeaders(to.secret, `msg_${randomUUID()}`, now, body),
    'content-type': 'application/json',
  }
  try {
    const { status } = await app.outbound.call({
      method: 'POST',
      url: to.url,
      headers,
      body,
      timeoutMs: TEST_MS,
    })
    if (status >= 200 && status < 300) return said('good', t.webhookWorks(status))
    const moved = status >= 300 && status < 400
    return said('bad', moved ? t.addressProblems.redirect : t.webhookRefused(status))
  } catch (error) {
    return said('bad', addressSentence(t, codeOf(error)))
  }
}

/** The receivers; whole addresses only for those who may change them: a path or query may carry a secret. */
export function noticesCard(
  { t, may, guard, form }: Visit,
  shop: Shop,
  how: { errors: Errors; result: Html | undefined },
): Html {
  const path = `${shopPath(shop)}/notices`
  const wrong = how.errors['notice-url'] !== undefined
  const button = (one: NoticeEndpoint, act: 'test' | 'remove', label: string, tone: string) =>
    html`<form method="post" action="${path}/${act}">
      ${guard}<input type="hidden" name="endpoint" value="${endpointId(one)}" /><button
        class="small ${tone}"
      >
        ${label}
      </button>
    </form>`
  return html`<section class="card" id="notices">
    <h2>${t.notices}</h2>
    <p>${t.noticesWhat}</p>
    ${how.result}
    ${(shop.webhooks ?? []).map(
      (one) =>
        html`<div class="actions">
          <p>
            <code class="break">${may('admin') ? one.url : new URL(one.url).origin}</code
            ><br /><span class="hint"
              >${one.events.length === 0 ? t.everyEvent : one.events.map((event) => t.noticeEvents[event]).join(', ')}</span
            >
          </p>
          ${may('operator') && button(one, 'test', t.test, '')}
          ${may('admin') && button(one, 'remove', t.remove, 'danger')}
        </div>`,
    )}
    ${
      may('admin') &&
      html`<form method="post" action="${path}" class="stack" novalidate>
        ${guard}
        ${textField({ name: 'notice-url', label: t.noticeAddress, hint: t.noticeAddressHint, value: wrong ? form.one('notice-url') : '', errors: how.errors, max: 500 })}
        <fieldset>
          <legend>${t.noticeWhich}</legend>
          ${noticeEvents.map((event) =>
            choice(
              {
                type: 'checkbox',
                name: 'event',
                value: event,
                on: wrong && form.all('event').includes(event),
              },
              html`${t.noticeEvents[event]} <code>${event}</code>`,
            ),
          )}
        </fieldset>
        <button>${t.noticeAdd}</button>
      </form>`
    }
  </section>`
}
