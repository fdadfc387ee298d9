import type { Order } from '../../core/order.ts'
import { exact, text } from '../../core/money.ts'
import { html, nothing, type Html, type Piece } from './html.ts'
import type { Visit } from './route.ts'
import { chip } from './states.ts'
import { numbers, tableHead } from './table.ts'

export const fact = (name: string, value: Piece): Html =>
  value === ''
    ? nothing
    : html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`

/** What was bought, line by line, with what was paid and given back. */
export function lines({ t, words }: Visit, order: Order): Html {
  const amount = (value: string) => words.amount(value)
  const charges = [...order.shippingLines, ...order.fees]
  return html`<table class="list">
      ${tableHead(t.product, t.code, numbers(t.quantity), numbers(t.price), numbers(t.vat), numbers(t.discount))}
      <tbody>
        ${order.lines.map(
          (line) =>
            html`<tr>
              <th scope="row">
                ${line.name} ${line.type !== 'product' && chip('calm', line.type)}
              </th>
              <td data-label="${t.code}">${line.sku || line.barcode || '–'}</td>
              <td data-label="${t.quantity}" class="number">${line.quantity} ${line.unit}</td>
              <td data-label="${t.price}" class="number">${amount(line.unitPrice)}</td>
              <td data-label="${t.vat}" class="number">
                ${line.vatRate === '' ? '?' : `${line.vatRate} %`}
              </td>
              <td data-label="${t.discount}" class="number">
                ${exact(line.discount).eq(exact('0')) ? '–' : amount(line.discount)}
              </td>
            </tr>`,
        )}
        ${charges.map(
          (charge) =>
            html`<tr>
              <th scope="row">${charge.name}</th>
              <td data-label="${t.code}" class="none">–</td>
              <td data-label="${t.quantity}" class="number">1</td>
              <td data-label="${t.price}" class="number">${amount(charge.price)}</td>
              <td data-label="${t.vat}" class="number">
                ${charge.vatRate === '' ? '?' : `${charge.vatRate} %`}
              </td>
              <td data-label="${t.discount}" class="number none">–</td>
            </tr>`,
        )}
        ${order.discounts.map(
          (discount) =>
            html`<tr>
              <th scope="row">
                ${[t.discount, discount.name, discount.code].filter(Boolean).join(' ')}
              </th>
              <td data-label="${t.code}" class="none">–</td>
              <td data-label="${t.quantity}" class="number none">–</td>
              <td data-label="${t.price}" class="number">
                ${amount(text(exact('0').minus(exact(discount.amount))))}
              </td>
              <td data-label="${t.vat}" class="number none">–</td>
              <td data-label="${t.discount}" class="number none">–</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="3">${t.total}</th>
          <td colspan="3" class="number">${amount(order.total)} ${order.currency}</td>
        </tr>
      </tfoot>
    </table>
    <p class="hint">${order.pricesIncludeVat ? t.pricesWithVat : t.pricesWithoutVat}</p>
    ${
      order.payments.length > 0 &&
      html`<h3>${t.payments}</h3>
        <ul class="plain-list">
          ${order.payments.map(
            ({ method, amount: paid, at }) =>
              html`<li>
                ${amount(paid)} ${order.currency} · ${method}
                ${at !== undefined && html` · ${words.moment(Date.parse(at))}`}
              </li>`,
          )}
        </ul>`
    }
    ${
      order.refunds.length > 0 &&
      html`<h3>${t.refunds}</h3>
        <ul class="plain-list">
          ${order.refunds.map(({ amount: back }) => html`<li>${amount(back)} ${order.currency}</li>`)}
        </ul>`
    }`
}

export function buyer({ t }: Visit, { customer, billing, shipping }: Order): Html {
  const address = (of: typeof billing): string =>
    [of.line1, of.line2, of.postcode, of.city, of.county, of.country].filter(Boolean).join(', ')
  return html`<dl class="facts">
    ${fact(t.name, customer.name || billing.name)}
    ${fact(t.company, customer.company || billing.company)} ${fact(t.cif, customer.cif)}
    ${fact(t.regCom, customer.regCom)} ${fact(t.email, customer.email)}
    ${fact(t.phone, customer.phone)} ${fact(t.billing, address(billing))}
    ${fact(t.shipping, shipping === undefined ? '' : address(shipping))}
  </dl>`
}
