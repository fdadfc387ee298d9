import { civilDate } from '../../core/time.ts'

export const langs = ['ro', 'en'] as const
export type Lang = (typeof langs)[number]

const ZONE = 'Europe/Bucharest'
const locales = { ro: 'ro-RO', en: 'en-GB' } as const

/** Romanian unless the browser asks for English before it. */
export function langOf(cookie: string | undefined, acceptLanguage: string | undefined): Lang {
  const chosen = langs.find((lang) => lang === cookie)
  if (chosen !== undefined) return chosen
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((item) => {
      const [tag = '', ...params] = item.trim().toLowerCase().split(';')
      const q = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find(Boolean)
      return { tag, q: Number(q ?? 1) }
    })
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q)
  const first = wanted.find(({ tag }) => /^(ro|mo|en)\b/.test(tag))
  return first?.tag.startsWith('en') === true ? 'en' : 'ro'
}

/** `3 comenzi`, `20 de comenzi`: Romanian puts "de" after most numbers from 20 on. */
export const counted = (n: number, one: string, few: string): string => {
  if (n === 1) return `1 ${one}`
  const rest = n % 100
  const shown = new Intl.NumberFormat(locales.ro).format(n)
  return n === 0 || (rest >= 1 && rest <= 19) ? `${shown} ${few}` : `${shown} de ${few}`
}

export const countedEn = (n: number, one: string, many: string): string =>
  n === 1 ? `1 ${one}` : `${new Intl.NumberFormat(locales.en).format(n)} ${many}`

const cache = new Map<string, Words>()

/** How numbers, money and times are written in a language. Times are Romanian time. */
export function wordsIn(lang: Lang): Words {
  const known = cache.get(lang)
  if (known !== undefined) return known
  const words = makeWords(lang)
  cache.set(lang, words)
  return words
}

export type Words = ReturnType<typeof makeWords>

function makeWords(lang: Lang) {
  const locale = locales[lang]
  const integer = new Intl.NumberFormat(locale)
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const short = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ] as const
  return {
    number: (n: number): string => integer.format(n),
    /** Decimal text as people write it, to the digit. */
    amount(text: string): string {
      if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) return text
      const decimals = Math.max(2, text.split('.')[1]?.length ?? 0)
      return new Intl.NumberFormat(locale, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }).format(text as Intl.StringNumericLiteral)
    },
    date: (at: number): string => day.format(at),
    clock: (at: number): string => clock.format(at),
    moment: (at: number): string => `${day.format(at)}, ${clock.format(at)}`,
    hour: (at: number): string => short.format(at),
    /** The hour alone for today, the day too for another day. */
    brief: (at: number, now: number): string =>
      civilDate(at) === civilDate(now)
        ? short.format(at)
        : `${day.format(at)}, ${short.format(at)}`,
    ago(at: number, now: number): string {
      const past = at - now
      const [unit, size] =
        units.find(([, size]) => Math.abs(past) >= size) ?? (['second', 1000] as const)
      return ago.format(Math.trunc(past / size), unit)
    },
    /** `1 h 5 min`, `42 s`. */
    span(ms: number): string {
      const seconds = Math.max(0, Math.round(ms / 1000))
      const parts = [
        [Math.floor(seconds / 86_400), lang === 'ro' ? 'z' : 'd'],
        [Math.floor(seconds / 3600) % 24, 'h'],
        [Math.floor(seconds / 60) % 60, 'min'],
        [seconds % 60, 's'],
      ] as const
      const from = parts.findIndex(([n]) => n > 0)
      return (from < 0 ? parts.slice(3) : parts.slice(from, from + 2))
        .filter(([n], i) => n > 0 || i === 0)
        .map(([n, unit]) => `${n} ${unit}`)
        .join(' ')
    },
  }
}
