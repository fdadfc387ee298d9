import { Anaf } from './anaf.ts'
import { Bnr } from './bnr.ts'
import { CompanyPatch, configureCompany } from './configure.ts'
import { Faults, Rule, type ArmedRule, type RuleInput } from './faults.ts'
import { CallLimit, type LimitSettings, type TokenSummary } from './limit.ts'
import type { Company, State } from './model.ts'
import { seededRandom } from './random.ts'
import { clearState, createState } from './state.ts'
import { Switches } from './switches.ts'

export type OutageMode = 'refuse' | 'silence' | '503' | '502-html'
export type Latency = { minMs: number; maxMs: number; seed?: number | undefined }

export type LoggedCall = {
  at: number
  token: string
  method: string
  path: string
  /** Status sent, or what happened to the socket instead. */
  result: number | 'half' | 'silence' | 'reset' | 'close'
  fault: string | null
  ms: number
}

export type CallsSummary = {
  total: number
  byRoute: Record<string, number>
  overLimit: number
  whileBlocked: number
  maxInWindow: number
  tokens: Record<string, TokenSummary>
  /** The latest calls, oldest first. */
  log: LoggedCall[]
}

export type EngineOptions = Partial<LimitSettings> & {
  now?: () => number
  switches?: Partial<Switches>
  companies?: Record<string, CompanyPatch>
}

const KEPT_CALLS = 5000

/** Everything the simulator knows and every knob it has, without sockets. */
export class Engine {
  readonly state: State
  readonly limit: CallLimit
  readonly faults = new Faults()
  /** The registers outside SmartBill that documents need. */
  readonly anaf = new Anaf()
  readonly bnr = new Bnr()
  readonly #options: EngineOptions
  #log: LoggedCall[] = []
  #latency: { minMs: number; maxMs: number; random: () => number } | null = null

  constructor(options: EngineOptions) {
    this.#options = options
    this.state = createState(options.now ?? Date.now, Switches.parse(options.switches ?? {}))
    this.limit = new CallLimit({
      limit: options.limit ?? 30,
      windowMs: options.windowMs ?? 10_000,
      blockMs: options.blockMs ?? 600_000,
    })
    this.#applyCompanies()
  }

  /** As it was at the start; the limit's own settings stay. */
  reset(): void {
    clearState(this.state, Switches.parse(this.#options.switches ?? {}))
    this.limit.clear()
    this.faults.disarm()
    this.anaf.reset()
    this.bnr.reset()
    this.#log = []
    this.#latency = null
    this.#applyCompanies()
  }

  company(cif: string, patch: CompanyPatch = {}): Company {
    return configureCompany(this.state, cif, CompanyPatch.parse(patch))
  }

  /** Sets the switches that are named, and leaves the others. */
  switches(patch: Record<string, unknown>): Switches {
    this.state.switches = Switches.parse({ ...this.state.switches, ...patch })
    return this.state.switches
  }

  arm(rules: RuleInput | readonly RuleInput[]): number[] {
    return this.faults.arm([rules].flat().map((rule) => Rule.parse(rule)))
  }

  armed(): ArmedRule[] {
    return this.faults.list()
  }

  latency(latency: Latency | null): void {
    this.#latency =
      latency === null || latency.maxMs === 0
        ? null
        : { ...latency, random: seededRandom(latency.seed ?? 1) }
  }

  /** How long the next answer takes; 0 is at once. */
  nextLatencyMs(): number {
    if (this.#latency === null) return 0
    const { minMs, maxMs, random } = this.#latency
    return minMs + random() * (maxMs - minMs)
  }

  log(call: LoggedCall): void {
    this.#log.push(call)
    if (this.#log.length >= KEPT_CALLS * 2) this.#log = this.#log.slice(-KEPT_CALLS)
  }

  calls(): CallsSummary {
    const tokens = this.limit.summaries()
    const all = Object.values(tokens)
    const byRoute: Record<string, number> = {}
    for (const token of all) {
      for (const [route, calls] of Object.entries(token.byRoute)) {
        byRoute[route] = (byRoute[route] ?? 0) + calls
      }
    }
    const count = (of: (token: TokenSummary) => number) =>
      all.reduce((sum, token) => sum + of(token), 0)
    return {
      total: count((token) => token.total),
      byRoute,
      overLimit: count((token) => token.overLimit),
      whileBlocked: count((token) => token.whileBlocked),
      maxInWindow: Math.max(0, ...all.map((token) => token.maxInWindow)),
      tokens,
      log: this.#log.slice(-KEPT_CALLS),
    }
  }

  #applyCompanies(): void {
    for (const [cif, patch] of Object.entries(this.#options.companies ?? {})) {
      this.company(cif, patch)
    }
  }
}
