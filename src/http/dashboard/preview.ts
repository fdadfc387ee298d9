import { z } from 'zod'
import { partsOf, partsOfOrder } from '../../core/ids.ts'
import { previewOrder } from '../preview.ts'
import { html, nothing, type Html } from './html.ts'
import type { Summary } from './order-list.ts'
import { reasonList } from './reasons.ts'
import type { Visit } from './route.ts'
import { numbers, tableHead } from './table.ts'

const text = z.string().catch('')
const Vat = z.object({ name: text, percentage: text }).nullable().catch(null)
/** A document as it is shown; what an older release had sent may lack a field. */
const Shown = z.object({
  series: text,
  issueDate: text,
  dueDate: z.string().nullable().catch(null),
  currency: text,
  total: text,
  mentions: text,
  observations: text,
  client: z.object({
    name: text,
    vatCode: text,
    regCom: text,
    address: text,
    city: text,
    county: text,
    country: text,
  }),
  lines: z.array(
    z.object({
      type: text,
      name: text,
      code: text,
      quantity: text,
      price: text,
      value: text,
      unit: text,
      vat: Vat,
    }),
  ),
  payment: z.object({ type: text, value: text }).nullable().catch(null),
})
type Shown = z.infer<typeof Shown>

/** What was sent to SmartBill, or what would be sent now; nothing is asked there. */
export async function documentView(visit: Visit, summary: Summary): Promise<Html> {
  const { app, t } = visit
  const newest = summary.documents.at(-1)
  const sent =
    newest !== undefined && newest.document.attempts > 0
      ? Shown.safeParse(await app.ledger.documents.sent(summary.shop.account, newest.key))
      : undefined
  if (sent?.success === true)
    return html`<details class="card">
      <summary>${t.whatWasSent}</summary>
      ${draft(visit, sent.data)}
    </details>`
  return newest === undefined || ['held', 'dead', 'due', 'skipped'].includes(newest.document.state)
    ? previewCard(visit, summary)
    : nothing
}

async function previewCard(visit: Visit, summary: Summary): Promise<Html> {
  const { app, t, lang } = visit
  const { shop, orderId } = partsOfOrder(summary.ref)
  const newest = summary.documents.at(-1)
  const kind = newest === undefined ? undefined : partsOf(newest.key).kind
  const found = await previewOrder(app, shop, orderId, kind)
  if (found === undefined) return nothing
  const { preview } = found
  // The reasons stand above already.
  if (preview.status === 'hold' && newest?.document.state === 'held') return nothing
  const said = (): Html => {
    switch (preview.status) {
      case 'issue': {
        const shown = Shown.safeParse(preview.document)
        return html`${shown.success ? draft(visit, shown.data) : nothing}
        ${
          preview.why.length > 0 &&
          html`<h3>${t.whySo}</h3>
            <ul>
              ${preview.why.map((note) => html`<li>${note[lang]}</li>`)}
            </ul>`
        }`
      }
      case 'hold':
        return reasonList(visit, preview.reasons, summary)
      case 'skip':
      case 'vat-unknown':
        return html`<p>${preview[lang]}</p>`
    }
  }
  return html`<details class="card">
    <summary>${t.preview}</summary>
    <p class="hint">${t.previewHint}</p>
    ${said()}
  </details>`
}

function draft({ t, words }: Visit, shown: Shown): Html {
  const { client } = shown
  const rows: [string, string][] = [
    [t.seriesName, shown.series],
    [t.issueDate, [shown.issueDate, shown.dueDate].filter(Boolean).join(' → ')],
    [t.client, client.name],
    [t.cif, client.vatCode],
    [t.regCom, client.regCom],
    [
      t.billing,
      [client.address, client.city, client.county, client.country].filter(Boolean).join(', '),
    ],
    [t.mentionsName, shown.mentions],
    [t.observationsName, shown.observations],
    [
      t.paidAmount,
      shown.payment === null ? '' : `${words.amount(shown.payment.value)} (${shown.payment.type})`,
    ],
  ]
  return html`<dl class="facts">
      ${rows.map(
        ([name, value]) =>
          value !== '' &&
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <table class="list">
      ${tableHead(t.product, t.code, numbers(t.quantity), numbers(t.price), t.vat)}
      <tbody>
        ${shown.lines.map(
          (line) =>
            html`<tr>
              <th scope="row" class="name">${line.name}</th>
              <td data-label="${t.code}" class="${line.code === '' && 'none'}">
                ${line.code || '–'}
              </td>
              <td data-label="${t.quantity}" class="number ${line.quantity === '' && 'none'}">
                ${line.quantity === '' ? '–' : `${line.quantity} ${line.unit}`}
              </td>
              <td data-label="${t.price}" class="number">
                ${words.amount(line.price || line.value)}
              </td>
              <td data-label="${t.vat}">
                ${line.vat === null ? '–' : `${line.vat.name} ${line.vat.percentage} %`}
              </td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="3">${t.total}</th>
          <td colspan="2" class="number">${words.amount(shown.total)} ${shown.currency}</td>
        </tr>
      </tfoot>
    </table>`
}
