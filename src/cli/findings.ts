import type { VatTable } from '../core/document.ts'
import type { DocumentKind } from '../core/ids.ts'
import type { Shop } from '../core/settings.ts'

/** One thing that was looked at: what it says, and what to do about it. */
export type Finding = {
  about: string
  level: 'ok' | 'warning' | 'problem'
  says: string
  fix: string
}

/** A Redis on which nothing of this installation is found. */
export const emptyFinding = (prefix: string): Finding => ({
  about: 'Redis',
  level: 'problem',
  says: `holds nothing of an installation with RELAY_PREFIX "${prefix}": it is new, or it was emptied`,
  fix: 'If it was emptied, stop web and workers, run relay restore with the exported journal and start them again. If it is new, name a file with accounts and shops in RELAY_CONFIG and start web or worker once.',
})

type Series = Record<DocumentKind, readonly { name: string; nextNumber: number }[]>

/** Whether the series that the shops use exist in SmartBill. */
export function findingsOfSeries(about: string, shops: readonly Shop[], series: Series): Finding[] {
  return shops.flatMap(({ id, settings }): Finding[] => {
    const { document, series: wanted } = settings
    if (document === undefined || wanted === undefined) return []
    const found = series[document].find(({ name }) => name === wanted)
    if (found !== undefined) {
      return [
        {
          about,
          level: 'ok',
          says: `series ${wanted} of shop ${id} goes on with number ${found.nextNumber}`,
          fix: '',
        },
      ]
    }
    const known = series[document].map(({ name }) => name).join(', ') || 'none'
    return [
      {
        about,
        level: 'problem',
        says: `shop ${id} uses series "${wanted}", which SmartBill does not have for this kind of document`,
        fix: `Create it in SmartBill, or choose another in the shop's settings (there are: ${known}).`,
      },
    ]
  })
}

/** What the account calls its VAT rates. */
export function findingsOfVat(about: string, vat: VatTable, shops: readonly Shop[]): Finding[] {
  if (vat.kind === 'not-payer')
    return [{ about, level: 'ok', says: 'the company is not registered for VAT', fix: '' }]
  const names = vat.rates.map(({ name, percentage }) => `${name} ${percentage} %`).join(', ')
  const missing = shops.flatMap(({ id, settings }): Finding[] =>
    settings.chargesVatRate === undefined ||
    vat.rates.some(({ percentage }) => Number(percentage) === Number(settings.chargesVatRate))
      ? []
      : [
          {
            about,
            level: 'problem',
            says: `shop ${id} wants ${settings.chargesVatRate} % on charges, a rate that SmartBill does not have`,
            fix: 'Add it in SmartBill under Configurare → Cote TVA, or change chargesVatRate.',
          },
        ],
  )
  return [{ about, level: 'ok', says: `VAT rates: ${names}`, fix: '' }, ...missing]
}

/** What a shop's settings lack before anything can be issued. */
export function findingsOfShop({ id, settings }: Shop): Finding[] {
  const about = `shop ${id}`
  const finding = (says: string, fix: string): Finding => ({ about, level: 'warning', says, fix })
  if (!settings.enabled)
    return [finding('is switched off', 'Set "enabled" once its settings are right.')]
  if (settings.document === undefined || settings.series === undefined)
    return [finding('issues nothing', 'Choose "document" and "series" in its settings.')]
  return []
}

const HOUR_MS = 3_600_000

/** Whether the orders of a shop come in. `heardAt`: when the newest one first came, undefined when none ever did. */
export function findingsOfNews(
  { id, platform, settings }: Shop,
  heardAt: number | undefined,
  now: number,
  silenceHours: number,
  origin: string,
): Finding[] {
  if (!settings.enabled) return []
  const about = `shop ${id}`
  const door =
    platform === 'generic'
      ? `${origin}/v1/shops/${id}/orders`
      : `${origin}/webhooks/${platform}/${id}`
  const fix = `Check in the shop that its webhook is active, points to ${door} and has the secret of these settings.`
  if (heardAt === undefined)
    return [{ about, level: 'warning', says: 'no order ever came in', fix }]
  const age = ageInWords(now - heardAt)
  return silenceHours > 0 && now - heardAt > silenceHours * HOUR_MS
    ? [{ about, level: 'warning', says: `the newest order came in ${age} ago`, fix }]
    : [{ about, level: 'ok', says: `the newest order came in ${age} ago`, fix: '' }]
}

function ageInWords(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}
