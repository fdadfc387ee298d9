import type { Reason } from '../../core/causes.ts'
import { partsOf, type DocumentKey } from '../../core/ids.ts'
import { leavesOf, patchBetween } from '../../core/merge-patch.ts'
import {
  fieldsToFix,
  newFields,
  orderFields,
  withFields,
  type OrderField,
} from '../../core/order-fields.ts'
import type { Order } from '../../core/order.ts'
import { Edit, editOrder, isCorrectable } from '../../dead-letters/edit-order.ts'
import { documentKeyIn } from '../../dead-letters/finding.ts'
import { allFields, fieldOf, FIELD } from './order-fields-form.ts'
import { textField, type Errors } from './form.ts'
import { html, nothing, type Html } from './html.ts'
import { missingPage } from './login.ts'
import { orderName, orderPath, summaryOf, type Summary } from './order-list.ts'
import { placeAt } from './orders.ts'
import { fixFor, reasonList } from './reasons.ts'
import { go, page, to, type Go, type Page, type Route, type Visit } from './route.ts'
import { stateChip } from './states.ts'

/** So many fields fit onto a card; for more there is the page. */
const FEW = 8

export const editPath = (shop: string, order: string, document: string): string =>
  to(['orders', shop, order, 'edit'], { document })

export const editRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/orders/:shop/:order/edit',
    access: 'operator',
    async show(visit) {
      const found = await targetOf(visit, visit.query.one('document'))
      if (found === undefined) return goneFrom(visit)
      return form(visit, found, {})
    },
  },
  {
    method: 'POST',
    path: '/orders/:shop/:order/edit',
    access: 'operator',
    async act(visit) {
      const found = await targetOf(visit, visit.form.one('document'))
      return found === undefined ? goneFrom(visit) : save(visit, found)
    },
  },
]

/** A document that waits for a correction, with its order. */
type Target = {
  summary: Summary & { known: NonNullable<Summary['known']> }
  key: DocumentKey
  document: Summary['documents'][number]['document']
}

async function targetOf(visit: Visit, asked: string): Promise<Target | undefined> {
  const place = await placeAt(visit)
  if (place === undefined) return undefined
  const summary = await summaryOf(visit.app, place.shop, place.ref)
  return targetIn(summary, documentKeyIn(asked))
}

function targetIn(summary: Summary, asked?: DocumentKey): Target | undefined {
  const { known } = summary
  const found = summary.documents.find(
    ({ key, document }) => (asked === undefined || key === asked) && isCorrectable(document),
  )
  return known === undefined || found === undefined
    ? undefined
    : { summary: { ...summary, known }, ...found }
}

const goneFrom = (visit: Visit): Page | Go => {
  const { t, params } = visit
  const { shop = '', order = '' } = params
  if (order === '' || order.length > 128) return missingPage(visit, t.orderNotFound(order))
  return go(to(['orders', shop, order]), { notice: { tone: 'bad', text: t.notCorrectable } })
}

type Given = {
  typed?: Readonly<Record<string, string>>
  errors?: Errors
  problem?: string
  /** The shop has sent other values meanwhile: they are shown beside what was typed. */
  compare?: boolean
}

async function save(visit: Visit, target: Target): Promise<Page | Go> {
  const { app, t, form: sent, session, lang } = visit
  const { order } = target.summary.known
  const typed = Object.fromEntries(
    sent.entries.flatMap(([name, value]) =>
      name.startsWith(FIELD) ? [[name.slice(FIELD.length), value]] : [],
    ),
  )
  const reason = sent.one('reason').trim()
  const patch = patchBetween(order, withFields(order, typed))
  const version = sent.one('version').slice(0, 100)
  const newer = version !== target.summary.known.version
  if (newer) return form(visit, target, { typed, problem: t.newerCame, compare: true })
  if (Object.keys(patch).length === 0)
    return form(visit, target, { typed, problem: t.nothingChanged })
  const edit = Edit.safeParse({
    id: target.key,
    patch,
    who: `user ${session?.user}`,
    reason: reason.slice(0, 500),
    version,
  })
  if (!edit.success) {
    const known: Errors = reason.length < 3 ? { reason: t.reasonNeeded } : {}
    return form(visit, target, { typed, errors: known, problem: t.someWrong(1) })
  }
  const edited = await editOrder(app, edit.data)
  switch (edited.status) {
    case 'replayed':
      return go(orderPath(target.summary.ref), {
        notice: { tone: 'good', text: t.correctedAndSent },
        audit: [
          {
            did: 'order-edit',
            about: target.key,
            before: leavesOf(edited.before),
            after: { ...leavesOf(edited.after), reason },
          },
        ],
      })
    case 'invalid': {
      const errors = errorsFrom(edited.reasons, lang)
      const problem = t.someWrong(Object.keys(errors).length)
      return form(visit, target, { typed, errors, problem })
    }
    case 'newer': {
      const again = await targetOf(visit, target.key)
      if (again === undefined) return goneFrom(visit)
      return form(visit, again, { typed, problem: t.newerCame, compare: true })
    }
    case 'not-dead':
    case 'order-missing':
    case 'unclear':
      return goneFrom(visit)
  }
}

/** Each sentence without the name of its field, which it stands beside. */
const errorsFrom = (reasons: readonly Reason[], lang: 'ro' | 'en'): Errors =>
  Object.fromEntries(
    reasons.map((reason) => {
      const said = reason[lang]
        .replace(/^(Câmpul „[^”]*”|The field "[^"]*") /, '')
        .replace(/ între ghilimele| in quotes/, '')
      return [`${FIELD}${reason.field}`, said.charAt(0).toUpperCase() + said.slice(1)]
    }),
  )

async function form(visit: Visit, target: Target, given: Given): Promise<Page> {
  const { t, guard, lang } = visit
  const { summary, key, document } = target
  const { known, shop } = summary
  const fields = orderFields(known.order)
  const wanted = toFix(fields, target)
  const rest = fields.filter((one) => !wanted.some(({ field }) => field.path === one.path))
  const elsewhere = (document.reasons ?? []).filter(({ field }) => field.startsWith('settings'))
  const named = new Set(wanted.map(({ field }) => field.path))
  const reasonsLeft = (document.reasons ?? []).filter(
    ({ field }) =>
      !field.startsWith('settings') &&
      ![...named].some((path) => path === field || path.startsWith(`${field}.`)),
  )
  const { kind } = partsOf(key)
  return page(
    'orders',
    t.correctTitle(orderName(summary)),
    html`<p class="crumbs">
        <a href="/orders">${t.orders}</a> ›
        <a href="${orderPath(summary.ref)}">${t.order} ${orderName(summary)}</a>
      </p>
      <h1>${t.correctTitle(orderName(summary))}</h1>
      <p class="lead">${t.correctLead}</p>
      ${given.problem !== undefined && html`<p class="notice bad" role="alert">${given.problem} ${unplaced(fields, known.order, given.errors)}</p>`}
      <form method="post" action="${to(['orders', shop.id, partsOf(key).orderId, 'edit'])}">
        ${guard}${bound(target)}
        <section class="card verdict ${document.state}">
          <h2>${stateChip(t, document.state)} ${t.kindsTitle[kind]}: ${t.mustBeRight}</h2>
          ${
            document.cause !== undefined &&
            html`<p>${document.cause[lang]}</p>
              ${document.cause.said !== '' && html`<blockquote>${document.cause.said}</blockquote>`}
              ${fixFor(visit, document.cause.code, shop)}`
          }
          ${[...elsewhere, ...reasonsLeft].length > 0 && reasonList(visit, [...elsewhere, ...reasonsLeft], summary)}
          ${
            wanted.length === 0
              ? html`<p class="hint">${t.nothingNamed}</p>`
              : html`<div class="form-grid">
                  ${wanted.map(({ field, reasons }) => fieldOf(visit, field, given, { inFull: true, said: reasons.map((one) => one[lang]) }))}
                </div>`
          }
          <div class="form-grid">
            ${textField({
              name: 'reason',
              label: t.whyCorrected,
              value: visit.form.one('reason') || (document.state === 'held' ? t.filledIn : ''),
              max: 500,
              required: true,
              ...(given.errors === undefined ? {} : { errors: given.errors }),
            })}
          </div>
          <div class="actions">
            <button class="primary">${t.saveAndGo}</button>
            <a class="button" href="${orderPath(summary.ref)}">${t.cancel}</a>
          </div>
        </section>
        <h2>${t.allData}</h2>
        ${allFields(visit, known.order, rest, given)}
        <div class="actions">
          <button class="primary">${t.saveAndGo}</button>
          <a class="button" href="${orderPath(summary.ref)}">${t.cancel}</a>
        </div>
      </form>`,
    given.problem === undefined ? {} : { status: given.compare === true ? 409 : 400 },
  )
}

/** What is wrong with something that has no field of its own: a list that must not be empty, for one. */
const unplaced = (fields: readonly OrderField[], order: Order, errors: Errors = {}): string => {
  const shown = new Set([...fields, ...newFields(order)].map(({ path }) => `${FIELD}${path}`))
  return Object.entries(errors)
    .filter(([name]) => name.startsWith(FIELD) && !shown.has(name))
    .map(([name, said]) => `${name.slice(FIELD.length)}: ${said}`)
    .join(' ')
}

/** What ties a form to the version of the order that was looked at. */
const bound = ({ key, summary }: Target): Html =>
  html`<input type="hidden" name="document" value="${key}" /><input
      type="hidden"
      name="version"
      value="${summary.known.version}"
    />`

const toFix = (fields: readonly OrderField[], { document }: Target) =>
  fieldsToFix(fields, { reasons: document.reasons ?? [], cause: document.cause?.code })

/** The way to the whole form of a document that waits for a correction. */
export function editLink({ t, may }: Visit, key: DocumentKey, state: { state: string }): Html {
  const { orderId, shop } = partsOf(key)
  return may('operator') && isCorrectable(state)
    ? html`<a class="button" href="${editPath(shop, orderId, key)}">${t.correctData}</a>`
    : nothing
}

/**
 * A small form with exactly what is missing, and the reasons that it does not speak of. Without a form, where something
 * else than a few fields is wrong, these are all reasons.
 */
export function smallForm(visit: Visit, summary: Summary): { form: Html; left: Reason[] } {
  const { t, may, guard, lang } = visit
  const target = targetIn(summary)
  const all = target?.document.reasons ?? []
  if (target?.document.state !== 'held' || !may('operator')) return { form: nothing, left: all }
  const { key } = target
  const { orderId, shop } = partsOf(key)
  const wanted = toFix(orderFields(target.summary.known.order), target)
  if (wanted.length === 0 || wanted.length > FEW) return { form: nothing, left: all }
  const told = new Set(wanted.flatMap(({ reasons }) => reasons))
  return {
    left: all.filter((reason) => !told.has(reason)),
    form: html`<form method="post" action="${to(['orders', shop, orderId, 'edit'])}" class="fix">
      ${guard}${bound(target)}
      <input type="hidden" name="reason" value="${t.filledIn}" />
      <div class="form-grid">
        ${wanted.map(({ field, reasons }) =>
          fieldOf(
            visit,
            field,
            {},
            { inFull: true, said: reasons.map((one) => one[lang]), scope: key },
          ),
        )}
      </div>
      <div class="actions">
        <button class="primary">${t.saveAndGo}</button>
        <a href="${editPath(shop, orderId, key)}">${t.allData}</a>
      </div>
      <p class="hint">${t.orInShop}</p>
    </form>`,
  }
}
