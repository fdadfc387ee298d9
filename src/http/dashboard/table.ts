import { html, type Html } from './html.ts'

/** The head of a table: its columns by their names, those of numbers as `numbers` makes them. */
export const tableHead = (...columns: readonly (string | Html)[]): Html =>
  html`<thead>
    <tr>
      ${columns.map((column) => (typeof column === 'string' ? html`<th scope="col">${column}</th>` : column))}
    </tr>
  </thead>`

export const numbers = (name: string): Html => html`<th scope="col" class="number">${name}</th>`
