import { dueAt } from './due-time.ts'
import type { Imported } from './imported.ts'
import { languageOf } from './languages.ts'
import type { Order } from './order.ts'
import { rule } from './rules.ts'
import type { Settings } from './settings.ts'
import { effectiveSettings } from './shop-rules.ts'

/** What the rules make of an order as it is now. */
export type Outcome = {
  /** The shop's own rule that fits, or ''. */
  by: string
  due: boolean
  /** Why it is due or not. */
  rule: string
  document: string
  series: string
  language: string
  warehouse: string
  email: string
  draft: boolean
  /** Minutes from now on. */
  delayMinutes: number
}

export type Rehearsed = {
  order: string
  number: string
  total: string
  currency: string
  before: Outcome
  after: Outcome
  changes: boolean
}

function outcomeOf(order: Order, settings: Settings, now: number, imported?: Imported): Outcome {
  const ruling = rule(order, settings, false, { imported })
  const { settings: own, by } = effectiveSettings(order, settings)
  const isDue = ruling.kind === 'due'
  return {
    by: ruling.by ?? by ?? '',
    due: isDue,
    rule: ruling.rule,
    document: isDue ? ruling.document : '',
    series: isDue ? (own.series ?? '') : '',
    language: isDue ? languageOf(order, own) : '',
    warehouse: isDue && own.useStock ? (own.warehouse ?? '') : '',
    email: isDue ? own.email.when : '',
    draft: isDue && own.draft,
    delayMinutes: isDue ? Math.round((dueAt(now, ruling.delayMs, own) - now) / 60_000) : 0,
  }
}

/** What an order would become by other rules, beside what it becomes by those of today. */
export function rehearse(
  order: Order,
  settings: Settings,
  wanted: Settings['rules'],
  now: number,
  imported?: Imported,
): Rehearsed {
  const before = outcomeOf(order, settings, now, imported)
  const after = outcomeOf(order, { ...settings, rules: wanted }, now, imported)
  const { by: _before, ...then } = before
  const { by: _after, ...next } = after
  return {
    order: order.id,
    number: order.number,
    total: order.total,
    currency: order.currency,
    before,
    after,
    changes: JSON.stringify(then) !== JSON.stringify(next),
  }
}
