import { outcomes, type OutcomeName } from './letters.ts'

type Words = { en: string; ro: string }
type Reasons = readonly { outcome: string; en: string; ro: string; count: number }[]

/** Reasons that fit into a sentence; all of them are in the list. */
const MOST_REASONS = 3

const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many)

const words: Record<OutcomeName, (n: number) => Words> = {
  replayed: (n) => ({
    en: `${n} went back to work`,
    ro: `${n} ${plural(n, 'a fost reluată', 'au fost reluate')}`,
  }),
  'would-issue': (n) => ({ en: `${n} would issue`, ro: `${n} s-ar emite` }),
  'would-run': (n) => ({ en: `${n} would be tried again`, ro: `${n} s-ar încerca din nou` }),
  'would-dismiss': (n) => ({ en: `${n} would be dismissed`, ro: `${n} s-ar închide` }),
  'would-hold': (n) => ({ en: `${n} would be held`, ro: `${n} s-ar opri` }),
  'would-skip': (n) => ({ en: `${n} would need no document`, ro: `${n} nu ar cere document` }),
  'would-drop': (n) => ({
    en: `${n} would not be needed any more`,
    ro: `${n} nu ar mai fi ${plural(n, 'necesară', 'necesare')}`,
  }),
  'would-fail': (n) => ({ en: `${n} would fail`, ro: `${n} ar eșua` }),
  'not-dead': (n) => ({
    en: `${n} ${plural(n, 'was', 'were')} no dead letter any more`,
    ro: `${n} nu mai ${plural(n, 'era eșuată', 'erau eșuate')}`,
  }),
  dismissed: (n) => ({
    en: `${n} dismissed`,
    ro: `${n} ${plural(n, 'închisă', 'închise')}`,
  }),
  'still-broken': (n) => ({
    en: `${n} still cannot be read`,
    ro: `${n} tot nu ${plural(n, 'poate fi citită', 'pot fi citite')}`,
  }),
}

/** Romanian puts "de" after most numbers from 20 on. */
const many = (n: number, en: readonly [string, string], ro: readonly [string, string]): Words => {
  const rest = n % 100
  const few = n === 0 || (rest >= 1 && rest <= 19)
  return {
    en: `${n} ${plural(n, ...en)}`,
    ro: n === 1 ? `1 ${ro[0]}` : `${n} ${few ? '' : 'de '}${ro[1]}`,
  }
}

/** What was chosen: orders, steps after a document, or both. */
function chosen(total: number, steps: number): Words {
  const orders = many(total - steps, ['order', 'orders'], ['comandă', 'comenzi'])
  if (steps === 0) return orders
  const after = many(steps, ['step', 'steps'], ['operațiune', 'operațiuni'])
  if (steps === total) return after
  return { en: `${orders.en} and ${after.en}`, ro: `${orders.ro} și ${after.ro}` }
}

const ends = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
const bare = (text: string): string => text.replace(/\.$/, '')

/** "412 orders, 409 would issue, 3 would fail: why." Of the total so many are steps after a document. */
export function bulkSentence(
  total: number,
  steps: number,
  counts: Readonly<Record<string, number>>,
  reasons: Reasons,
): Words {
  const of = chosen(total, steps)
  const parts = outcomes.flatMap((outcome) => {
    const n = counts[outcome] ?? 0
    if (n === 0) return []
    const why = outcome === 'not-dead' ? [] : reasons.filter((one) => one.outcome === outcome)
    const told = why.slice(0, MOST_REASONS)
    const say = (lang: keyof Words, more: string) => {
      const because = told.map(
        (one) => `${bare(one[lang])}${one.count === n ? '' : ` (${one.count})`}`,
      )
      if (why.length > told.length) because.push(more)
      return `${words[outcome](n)[lang]}${because.length === 0 ? '' : `: ${because.join('; ')}`}`
    }
    return [{ en: say('en', 'and more'), ro: say('ro', 'și altele') }]
  })
  return {
    en: ends([of.en, ...parts.map(({ en }) => en)].join(', ')),
    ro: ends([of.ro, ...parts.map(({ ro }) => ro)].join(', ')),
  }
}
