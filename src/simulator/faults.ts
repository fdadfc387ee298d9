import { z } from 'zod'
import { seededRandom } from './random.ts'

/** Everything that can go wrong with one call. "before": nothing is executed. "after": executed, then this. */
export const faultKinds = [
  'silence-before',
  'silence-after',
  'reset-before',
  'reset-after',
  'close-before',
  'close-after',
  'late-commit',
  '500-before',
  '500-after',
  'html-500-before',
  'html-500-after',
  '502-html-before',
  '502-html-after',
  '503-before',
  '503-after',
  'truncated',
  'cut',
  'empty-body',
  'empty-number',
  '200-error',
  'slow',
  'slow-answer',
  'block-403',
  'block-429',
  'login-401',
  'pdf-unreadable',
  'pdf-without-text',
  'foreign-document',
  'delete-last',
] as const
export type FaultKind = (typeof faultKinds)[number]

export const Rule = z.strictObject({
  /** `POST /invoice/v2`, a method alone (`GET`), a path alone (`/series`), or `*`. */
  route: z.string().min(1).default('*'),
  fault: z.enum(faultKinds),
  /** How often it fires; absent means until it is disarmed. */
  times: z.number().int().positive().optional(),
  /** Chance for each matching call; absent means every one. */
  probability: z.number().min(0).max(1).optional(),
  seed: z.number().int().default(1),
  /** Matching calls that pass before the first one it may fire on. */
  afterCalls: z.number().int().min(0).default(0),
  delayMs: z.number().int().min(0).optional(),
  /** Only calls whose body holds this text, e.g. a marker in the mentions. */
  bodyHas: z.string().min(1).optional(),
  /** What the caller sees of a late commit. */
  socket: z.enum(['silence', 'reset', 'close']).default('reset'),
  /** Text of `200-error`. */
  errorText: z.string().min(1).default('A aparut o eroare la salvarea documentului.'),
})
export type RuleInput = z.input<typeof Rule>
export type ParsedRule = z.infer<typeof Rule>

export type ArmedRule = ParsedRule & { id: number; seen: number; fired: number }
type Entry = { rule: ArmedRule; random: () => number }

/** The armed rules, in the order of arming; the first one that applies to a call fires. */
export class Faults {
  #entries: Entry[] = []
  #nextId = 1

  get any(): boolean {
    return this.#entries.length > 0
  }

  arm(rules: readonly ParsedRule[]): number[] {
    return rules.map((parsed) => {
      const rule = { ...parsed, id: this.#nextId, seen: 0, fired: 0 }
      this.#nextId += 1
      this.#entries.push({ rule, random: seededRandom(parsed.seed) })
      return rule.id
    })
  }

  pick(method: string, path: string, body: string): ArmedRule | undefined {
    for (const { rule, random } of this.#entries) {
      if (!matches(rule.route, method, path)) continue
      if (rule.bodyHas !== undefined && !body.includes(rule.bodyHas)) continue
      rule.seen += 1
      if (rule.seen <= rule.afterCalls) continue
      if (rule.times !== undefined && rule.fired >= rule.times) continue
      if (rule.probability !== undefined && random() >= rule.probability) continue
      rule.fired += 1
      return rule
    }
    return undefined
  }

  list(): ArmedRule[] {
    return this.#entries.map(({ rule }) => ({ ...rule }))
  }

  /** All rules, or the one with this id. */
  disarm(id?: number): void {
    this.#entries = id === undefined ? [] : this.#entries.filter(({ rule }) => rule.id !== id)
  }
}

const matches = (route: string, method: string, path: string): boolean =>
  route === '*' || route === method || route === path || route === `${method} ${path}`
