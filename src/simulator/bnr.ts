import { z } from 'zod'
import { html, type Answer } from './answers.ts'

/** What may be set; what is left out stays as it is. */
export const BnrPatch = z.strictObject({
  /** Days with their rates, as the bank lists them. */
  days: z
    .array(
      z.strictObject({
        date: z.iso.date(),
        rates: z.record(z.string(), z.union([z.string(), z.tuple([z.string(), z.number()])])),
      }),
    )
    .optional(),
  mode: z.enum(['ok', 'down', 'html', 'silence']).optional(),
})
export type BnrPatch = z.input<typeof BnrPatch>
type Days = NonNullable<z.infer<typeof BnrPatch>['days']>

/** Currency → rate, or rate and the number of units that it is for. */
const usual: Days[number]['rates'] = {
  EUR: '5.0912',
  USD: '4.3871',
  GBP: '5.8024',
  CHF: '5.4403',
  HUF: ['1.3100', 100],
  JPY: ['2.9337', 100],
}

/** A stand-in for the National Bank's list of rates: yesterday's and today's, unless told otherwise. */
export class Bnr {
  #days: Days | undefined
  #mode: NonNullable<z.infer<typeof BnrPatch>['mode']> = 'ok'
  #calls = 0

  configure(patch: BnrPatch): void {
    const { days, mode } = BnrPatch.parse(patch)
    this.#days = days ?? this.#days
    this.#mode = mode ?? this.#mode
  }

  reset(): void {
    this.#days = undefined
    this.#mode = 'ok'
    this.#calls = 0
  }

  calls(): number {
    return this.#calls
  }

  answer(at: number): Answer | 'silence' {
    this.#calls += 1
    switch (this.#mode) {
      case 'silence':
        return 'silence'
      case 'down':
        return html(503)
      case 'html':
        return { ...html(500), status: 200 }
      case 'ok':
        break
    }
    const day = (before: number) => new Date(at - before * 86_400_000).toISOString().slice(0, 10)
    const days = this.#days ?? [
      { date: day(1), rates: usual },
      { date: day(0), rates: { ...usual, EUR: '5.0950' } },
    ]
    const cubes = days.map(({ date, rates }) => {
      const lines = Object.entries(rates).map(([currency, rate]) =>
        typeof rate === 'string'
          ? `      <Rate currency="${currency}">${rate}</Rate>`
          : `      <Rate currency="${currency}" multiplier="${rate[1]}">${rate[0]}</Rate>`,
      )
      return `    <Cube date="${date}">\n${lines.join('\n')}\n    </Cube>`
    })
    return {
      status: 200,
      type: 'text/xml',
      body: `<?xml version="1.0" encoding="utf-8"?>
<DataSet xmlns="http://www.bnr.ro/xsd">
  <Header>
    <Publisher>National Bank of Romania</Publisher>
    <PublishingDate>${days.at(-1)?.date ?? ''}</PublishingDate>
    <MessageType>DR</MessageType>
  </Header>
  <Body>
    <Subject>Reference rates</Subject>
    <OrigCurrency>RON</OrigCurrency>
${cubes.join('\n')}
  </Body>
</DataSet>
`,
    }
  }
}
