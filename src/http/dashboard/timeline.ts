import type { App } from '../../app.ts'
import { DocumentKey, partsOf } from '../../core/ids.ts'
import { documentStates, type DocumentState } from '../../core/lifecycle.ts'
import { leavesOf } from '../../core/merge-patch.ts'
import { html, outsideLink, type Html, type Piece } from './html.ts'
import type { Visit } from './route.ts'
import { orderOf } from './problems.ts'
import { stateWord } from './states.ts'

export type Entry = Awaited<ReturnType<App['ledger']['reports']['timeline']>>[number]

/** Everything that happened to an order, in words, oldest first; no link leads to the documents that are `gone`. */
export function timeline(
  visit: Visit,
  entries: readonly Entry[],
  gone: ReadonlySet<string> = new Set(),
): Html {
  const { t, words } = visit
  if (entries.length === 0) return html`<p class="hint">${t.timelineEmpty}</p>`
  return html`<ol class="timeline">
    ${entries.map((entry) => {
      const at = Date.parse(entry.at)
      const told = tell(visit, entry, gone)
      return html`<li class="${told.tone ?? ''}">
        <p class="what">${told.what}</p>
        ${told.more !== undefined && html`<p class="more">${told.more}</p>`}
        ${told.quote !== undefined && told.quote !== '' && html`<blockquote>${told.quote}</blockquote>`}
        <p class="meta">
          <time datetime="${entry.at}" title="${words.ago(at, visit.now)}"
            >${words.moment(at)}</time
          >
          · ${whoSays(visit, entry.who)}
        </p>
      </li>`
    })}
  </ol>`
}

type Told = { what: Piece; more?: Piece; quote?: string; tone?: 'good' | 'bad' | 'warn' }

function whoSays({ t }: Visit, who: string): string {
  const known: Record<string, string> = {
    shop: t.byShop,
    rules: t.byRules,
    relay: t.byRelay,
    smartbill: t.bySmartBill,
    'series watch': t.bySeriesWatch,
    operator: t.byApi,
  }
  return who.startsWith('user ') ? who.slice(5) : (known[who] ?? who)
}

const isState = (text: string): text is DocumentState => (documentStates as string[]).includes(text)

function tell(visit: Visit, { to, from, facts, about }: Entry, gone: ReadonlySet<string>): Told {
  const { t, words, lang } = visit
  const say = reader(facts)
  const key = DocumentKey.safeParse(about)
  const kind = key.success ? t.kinds[partsOf(key.data).kind] : ''
  switch (to) {
    case 'received':
    case 'received-older':
      return {
        what: to === 'received' ? t.tlReceived : t.tlReceivedOlder,
        more: [
          t.tlReceivedMore(
            t.orderStatuses[say('status')] ?? say('status'),
            words.amount(say('total')),
            say('topic'),
          ),
          say('saidAt') !== '' && ` ${t.tlFromTheFuture(words.moment(Date.parse(say('saidAt'))))}`,
        ],
      }
    case 'ruled':
      return say('kind') === 'due'
        ? {
            what: t.tlRuledDue(
              t.kinds[say('document') === 'estimate' ? 'estimate' : 'invoice'],
              ruleInWords(visit, say('rule')),
            ),
            ...(say('by') === '' ? {} : { more: t.byShopRule(say('by')) }),
          }
        : { what: t.tlRuledNot, more: say(lang) || say('rule') }
    case 'double':
      return { what: t.tlDouble(say('number'), say('other')), tone: 'bad' }
    case 'number-taken':
      return { what: t.tlTaken(say('number'), orderOf(say('owner'))), tone: 'bad' }
    case 'late-commit':
      return { what: t.tlLate(say('number')), tone: 'warn' }
  }
  if (!isState(to)) return { what: to, more: say('why') }
  const why = say('why')
  switch (to) {
    case 'due':
      if (from === 'attempting') return { what: t.tlWithdrawn, more: why }
      if (from === 'uncertain')
        return { what: t.tlDidNotHappen, more: say('tries') === '' ? why : t.tlTries(say('tries')) }
      if (say('rule') === 'edited')
        return { what: t.tlEdited(kind), more: correction(facts), quote: say('reason') }
      return {
        what: t.tlDue(kind, ruleInWords(visit, say('rule'))),
        more: [
          say('by') !== '' && t.byShopRule(say('by')),
          say('notBefore') !== '' && ` ${t.notBeforeTime(words.moment(Number(say('notBefore'))))}`,
        ],
      }
    case 'attempting':
      return {
        what: t.tlSent(kind, say('series'), words.amount(say('total'))),
        more: t.tlMarker(say('marker')),
      }
    case 'issued': {
      const url = gone.has(about) ? undefined : outsideLink(say('url'))
      return {
        what: t.tlIssued(`${say('series')} ${say('number')}`),
        more: [
          say('total') === '' ? '' : t.tlTotal(words.amount(say('total'))),
          say('paid') === '' ? '' : ` ${t.tlPaid(words.amount(say('paid')))}`,
          url !== undefined &&
            html` <a href="${url}" rel="noreferrer noopener" target="_blank">${t.openDocument}</a>`,
        ],
        tone: 'good',
      }
    }
    case 'uncertain':
      return { what: t.tlUncertain, more: why, quote: say('answered'), tone: 'warn' }
    case 'held': {
      const reasons = reasonsIn(facts)
      return {
        what: t.tlHeld,
        more: reasons.length > 0 ? reasons.join(', ') : why,
        tone: 'warn',
      }
    }
    case 'skipped':
      return say('rule') === 'dismissed'
        ? { what: t.tlDismissed, quote: say('reason') }
        : { what: t.tlSkipped, more: say(lang) || say('rule') }
    case 'dead':
      return { what: t.tlDead, more: say('cause'), quote: say('said'), tone: 'bad' }
    case 'reversing':
    case 'reversed':
    case 'cancelled':
      return {
        what: stateWord(t, to),
        more: say('gone') === '1' ? t.tlNumberFree(`${say('series')} ${say('number')}`) : why,
      }
  }
}

const shown = (value: unknown): string =>
  value === undefined || value === null || value === ''
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** Each corrected field as it was and as it is. */
function correction(facts: unknown): string {
  const { before, after } = facts as { before?: unknown; after?: unknown }
  const was = leavesOf(before)
  const is = leavesOf(after)
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((path) => `${path}: ${shown(was[path])} → ${shown(is[path])}`)
    .join(', ')
}

/** `status:paid`, `by-hand` … as a person says it. */
function ruleInWords({ t }: Visit, rule: string): string {
  if (rule.startsWith('status:')) {
    const status = rule.slice('status:'.length)
    return t.ruleStatus(t.orderStatuses[status] ?? status)
  }
  if (rule === 'by-hand' || rule === 'by hand') return t.ruleByHand
  if (rule === 'replay') return t.ruleReplay
  return rule
}

const reader =
  (facts: unknown) =>
  (name: string): string => {
    const value = (facts as Record<string, unknown> | null)?.[name]
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  }

function reasonsIn(facts: unknown): string[] {
  const reasons = (facts as { reasons?: unknown } | null)?.reasons
  return (Array.isArray(reasons) ? (reasons as unknown[]) : []).map((reason) => {
    const say = reader(reason)
    return [say('field'), say('code')].filter(Boolean).join(': ')
  })
}
