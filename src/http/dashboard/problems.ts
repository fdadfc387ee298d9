import { z } from 'zod'
import { DocumentKey, partsOf } from '../../core/ids.ts'
import type { Status } from '../status.ts'
import { accountPath } from './reasons.ts'
import { to, type Visit } from './route.ts'

export type Problem = {
  tone: 'bad' | 'warn'
  what: string
  /** What a person does about it. */
  todo: string
  href?: string
  link?: string
}

/** Work that waits this long although every account is well means that nobody works, in ms. */
const STUCK_MS = 120_000
/** Alarms stay on the first page for so long, in ms. */
const ALARM_MS = 7 * 86_400_000
const DURABILITY_AGE_MS = 60_000

const Alarm = z.object({
  alert: z.string(),
  document: DocumentKey,
  number: z.string().default(''),
  other: z.string().default(''),
  owner: z.string().default(''),
  at: z.coerce.number(),
})

const checked = new WeakMap<object, { at: number; warnings: string[] }>()

/** Everything that is wrong now, worst first, each with what to do. */
export async function problemsOf(visit: Visit, status: Status): Promise<Problem[]> {
  const { t, words, now } = visit
  const { held, uncertain } = status.documents
  const { documents: dead, acts, jobs, events } = status.deadLetters
  const problems: Problem[] = []
  for (const raw of status.alerts) {
    const alarm = Alarm.safeParse(raw)
    if (!alarm.success || now - alarm.data.at > ALARM_MS) continue
    const { document } = alarm.data
    const { shop, orderId } = partsOf(document)
    problems.push({
      tone: 'bad',
      ...inWords(t, alarm.data, orderId),
      href: to(['orders', shop, orderId]),
      link: t.openOrder,
    })
  }
  for (const account of status.accounts) {
    if (account.state === 'ok') continue
    problems.push({
      tone: account.state === 'paused' ? 'warn' : 'bad',
      what: t.accountProblem(account.id, t.accountStates[account.state]),
      todo: [
        t.accountTodo[account.state],
        account.blockedUntil === null
          ? ''
          : t.untilWhen(words.brief(Date.parse(account.blockedUntil), now)),
      ].join(' '),
      href: accountPath(account.id),
      link: t.openAccount(account.id),
    })
  }
  const stuck = status.accounts.filter(
    ({ state, oldestWaitingMs }) => state === 'ok' && oldestWaitingMs > STUCK_MS,
  )
  const working = Object.values(status.queues).some(({ active }) => active > 0)
  if (stuck.length > 0 && !working)
    problems.push({
      tone: 'bad',
      what: t.nobodyWorks(words.span(Math.max(...stuck.map((one) => one.oldestWaitingMs)))),
      todo: t.nobodyWorksTodo,
      href: '/orders?state=waiting',
      link: t.seeWaiting,
    })
  if (dead > 0)
    problems.push({
      tone: 'bad',
      what: t.deadProblem(dead),
      todo: t.deadTodo,
      href: '/dead-letters',
      link: t.seeDead,
    })
  if (acts > 0)
    problems.push({
      tone: 'bad',
      what: t.actsProblem(acts),
      todo: t.deadTodo,
      href: '/dead-letters#after',
      link: t.seeDead,
    })
  if (jobs + events > 0)
    problems.push({
      tone: 'bad',
      what: t.othersProblem(jobs + events),
      todo: t.deadTodo,
      href: '/dead-letters',
      link: t.seeDead,
    })
  if (held > 0)
    problems.push({
      tone: 'warn',
      what: t.heldProblem(held),
      todo: t.heldTodo,
      href: '/held',
      link: t.seeHeld,
    })
  if (uncertain > 0)
    problems.push({
      tone: 'warn',
      what: t.uncertainProblem(uncertain),
      todo: t.uncertainTodo,
      href: '/uncertain',
      link: t.seeUncertain,
    })
  for (const warning of await durability(visit))
    problems.push({ tone: 'warn', what: t.weakRedis, todo: warning })
  return problems
}

function inWords(
  t: Visit['t'],
  { alert, number, other, owner }: z.infer<typeof Alarm>,
  orderId: string,
): Pick<Problem, 'what' | 'todo'> {
  switch (alert) {
    case 'double':
      return { what: t.alarmDouble(orderId, number, other), todo: t.alarmDoubleTodo }
    case 'number-taken':
      return { what: t.alarmTaken(orderId, number, orderOf(owner)), todo: t.alarmTakenTodo }
    default:
      return { what: t.alarmLate(orderId, number), todo: t.alarmLateTodo }
  }
}

/** The order a document key is about, or the key as it is. */
export function orderOf(owner: string): string {
  const key = DocumentKey.safeParse(owner)
  return key.success ? partsOf(key.data).orderId : owner
}

async function durability({ app, now }: Visit): Promise<string[]> {
  const known = checked.get(app)
  if (known !== undefined && now - known.at < DURABILITY_AGE_MS) return known.warnings
  const { warnings } = await app.durability()
  checked.set(app, { at: now, warnings: [...warnings] })
  return [...warnings]
}
