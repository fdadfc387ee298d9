import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { VatTable } from '../../src/core/document.ts'
import type { Order } from '../../src/core/order.ts'
import { previewOf } from '../../src/core/preview.ts'
import { PlatformName, Settings } from '../../src/core/settings.ts'
import { platforms } from '../../src/platforms/index.ts'
import { accountRates } from './orders.ts'

// Real payloads by others, not part of this repository.
const folder =
  process.env['RELAY_SAMPLES'] ?? fileURLToPath(new URL('../../../shared/samples', import.meta.url))

const settings = Settings.parse({
  enabled: true,
  document: 'invoice',
  series: 'FCT',
  currency: 'order',
  allowLinesWithoutCode: true,
  chargesVatRate: 'highest',
})

/**
 * An account that has the sample's own rates beside the Romanian ones: most samples are from other countries, and what
 * they show is how amounts come out.
 */
const tableFor = (order: Order): VatTable => ({
  kind: 'payer',
  rates: [
    ...accountRates,
    ...[...new Set(order.lines.map(({ vatRate }) => vatRate))]
      .filter((rate) => rate !== '' && !accountRates.some(({ percentage }) => percentage === rate))
      .map((rate) => ({ name: `Cota ${rate}`, percentage: rate })),
  ],
})

/** One line per sample: its total beside the document's, or why there is none. */
export function previewSamples(): string[] {
  if (!existsSync(folder)) return [`samples            none at ${folder}`]
  return PlatformName.options.flatMap((platform) => {
    const files = existsSync(`${folder}/${platform}`) ? readdirSync(`${folder}/${platform}`) : []
    return files
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${`${platform}/${file}`.padEnd(72)} ${outcomeOf(platform, file)}`)
  })
}

function outcomeOf(platform: PlatformName, file: string): string {
  const body = readFileSync(`${folder}/${platform}/${file}`)
  const headers = file.startsWith('refunds') ? { 'x-shopify-topic': 'refunds/create' } : {}
  const parsed = platforms[platform].parse({ headers, body })
  if (parsed.kind === 'ignored') return `ignored: ${parsed.note}`
  if (parsed.kind === 'broken')
    return `not an order: ${parsed.reasons.map(({ code, field }) => `${code} ${field}`).join(', ')}`
  // A test order is never invoiced; its amounts are as good as any other's.
  const order = { ...parsed.order, test: false }
  const preview = previewOf({
    order,
    kind: 'invoice',
    settings,
    companyCif: 'RO12345674',
    vat: { table: tableFor(order), ageMs: 0 },
    marker: 'RLY0123456789AB',
    today: '2026-11-24',
  })
  const shop = `shop ${order.total} ${order.currency}`
  switch (preview.status) {
    case 'issue':
      return `${shop} | document ${preview.totals.columns.gross} ${preview.document.currency}`
    case 'hold': {
      const lines =
        preview.totals === null ? '' : `lines ${preview.totals.gross} ${order.currency}, `
      return `${shop} | ${lines}held: ${[...new Set(preview.reasons.map(({ code }) => code))].join(', ')}`
    }
    case 'skip':
      return `${shop} | skipped: ${preview.rule}`
    case 'vat-unknown':
      return `${shop} | ${preview.en}`
  }
}
