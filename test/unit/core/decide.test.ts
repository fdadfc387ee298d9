import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { DocumentDraft, DocumentLine, VatTable } from '../../../src/core/document.ts'
import { decide } from '../../../src/core/document.ts'
import { Order } from '../../../src/core/order.ts'
import { Settings } from '../../../src/core/settings.ts'
import { explain } from '../../../src/core/totals.ts'
import { anOrder, notPayerVat, payerVat, someInput, someSettings } from '../../support/builders.ts'

// A case changes the usual order, settings and VAT table, and says what must come out; each file is one subject.
const Case = z.strictObject({
  name: z.string(),
  order: z.looseObject({}).default({}),
  settings: Settings.partial().default({}),
  kind: z.enum(['invoice', 'estimate']).default('invoice'),
  /** `platitoare`, `neplatitoare`, or the account's own rates as `Nume 21`. */
  vat: z.union([z.enum(['platitoare', 'neplatitoare']), z.array(z.string())]).default('platitoare'),
  today: z.string().optional(),
  issue: z.looseObject({}).optional(),
  lines: z.array(z.string()).optional(),
  rates: z.record(z.string(), z.string()).optional(),
  /** `code field` of every reason, in any order. */
  hold: z.array(z.string()).optional(),
  skip: z.string().optional(),
  /** The order is not let in at all; these fields are named. */
  refused: z.array(z.string()).optional(),
  bnrRate: z.string().optional(),
})
type Case = z.infer<typeof Case>

const folder = new URL('./cases/', import.meta.url)
// Defaults of the schemas must not creep into what a case leaves out, so overrides are taken as written.
const raw = (file: string): { order?: object; settings?: object }[] =>
  z.array(z.looseObject({})).parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

const tableOf = (vat: Case['vat']): VatTable => {
  if (vat === 'platitoare') return payerVat
  if (vat === 'neplatitoare') return notPayerVat
  return {
    kind: 'payer',
    rates: vat.map((rate) => ({
      name: rate.slice(0, rate.lastIndexOf(' ')),
      percentage: rate.slice(rate.lastIndexOf(' ') + 1),
    })),
  }
}

const lineText = (line: DocumentLine): string => {
  const vat = line.vat === null ? '' : ` TVA ${line.vat.percentage}% ${line.vat.name}`
  const terms = line.vat === null ? '' : line.isTaxIncluded ? ' inclus' : ' adaugat'
  return line.type === 'discount'
    ? `${line.name}: ${line.value}${vat}${terms}`
    : `${line.name} [${line.code}] ${line.quantity} ${line.unit} x ${line.price}${vat}${terms}`
}

const ratesText = (document: DocumentDraft): Record<string, string> =>
  Object.fromEntries(
    explain(document).rates.map(({ name, percentage, net, vat, gross }) => [
      `${name} ${percentage}`.trim(),
      `${net} + ${vat} = ${gross}`,
    ]),
  )

for (const file of readdirSync(folder).filter((name) => !name.startsWith('rules'))) {
  describe(file.replace('.json', ''), () => {
    const cases = raw(file).map((written) => ({ ...written, ...Case.parse(written), written }))
    test.each(cases)('$name', (one) => {
      const { written, vat, kind, today, issue, lines, rates, hold, skip, bnrRate } = one
      if (one.refused !== undefined) {
        const order = Order.safeParse({ ...anOrder(), ...written.order })
        const fields = order.error?.issues.map(({ path }) => path.join('.')) ?? []
        expect(fields).toEqual(one.refused)
        return
      }
      const decision = decide(
        someInput({
          order: anOrder(written.order ?? {}),
          settings: someSettings(written.settings ?? {}),
          vat: tableOf(vat),
          kind,
          bnrRate,
          ...(today === undefined ? {} : { today }),
        }),
      )
      if (hold !== undefined) {
        const reasons = decision.kind === 'hold' ? decision.reasons : [{ ...decision, code: '' }]
        const found = reasons.map((reason) =>
          'field' in reason ? `${reason.code} ${reason.field}` : JSON.stringify(reason),
        )
        expect(found.toSorted()).toEqual(hold.toSorted())
      } else if (skip !== undefined) {
        expect(decision).toMatchObject({ kind: 'skip', rule: skip })
      } else {
        expect(decision).toMatchObject({ kind: 'issue', document: issue ?? {} })
        if (decision.kind !== 'issue') return
        if (lines !== undefined) expect(decision.document.lines.map(lineText)).toEqual(lines)
        if (rates !== undefined) expect(ratesText(decision.document)).toEqual(rates)
      }
    })
  })
}
