import type { Anaf, AnafPatch } from './anaf.ts'
import type { BnrPatch } from './bnr.ts'
import type { CompanyPatch } from './configure.ts'
import {
  Engine,
  type CallsSummary,
  type EngineOptions,
  type Latency,
  type OutageMode,
} from './engine.ts'
import type { ArmedRule, RuleInput } from './faults.ts'
import type { Email } from './model.ts'
import { deleteLastAsOther, issueAsOther, raiseAsOther } from './others.ts'
import { Listener } from './listener.ts'
import { companyOf } from './state.ts'
import type { Switches } from './switches.ts'
import {
  documentView,
  documentViews,
  nomenclature,
  paymentView,
  type DocumentFilter,
  type WitnessDocument,
  type WitnessPayment,
} from './witness.ts'

export type { CallsSummary } from './engine.ts'
export type { ArmedRule, FaultKind, RuleInput } from './faults.ts'
export type { DocumentFilter, WitnessDocument, WitnessPayment } from './witness.ts'

export type SimulatorOptions = EngineOptions & { port?: number; host?: string }

/** A SmartBill on a port, and the witness of what reached it. */
export type Simulator = AsyncDisposable & {
  /** What SMARTBILL_BASE_URL takes. */
  url: string
  origin: string
  port: number
  close: () => Promise<void>
  documents: (filter?: DocumentFilter) => WitnessDocument[]
  payments: () => WitnessPayment[]
  emails: () => Email[]
  nomenclature: () => ReturnType<typeof nomenclature>
  calls: () => CallsSummary
  /** Arrival instants of one token's calls, in milliseconds. */
  arrivals: (token: string) => readonly number[]
  /** The stand-in for the company register, below `origin` at /anaf. */
  anaf: (patch: AnafPatch) => void
  anafCalls: () => ReturnType<Anaf['calls']>
  /** The stand-in for the National Bank's rates, below `origin` at /bnr. */
  bnr: (patch: BnrPatch) => void
  bnrCalls: () => number
  reset: () => Promise<void>
  /** Arms one or more rules; answers their ids. Without an argument: what is armed. */
  faults: {
    (): ArmedRule[]
    (rules: RuleInput | readonly RuleInput[]): number[]
  }
  disarm: (id?: number) => void
  outage: (mode: OutageMode, durationMs?: number) => Promise<void>
  endOutage: () => Promise<void>
  latency: (latency: Latency | null) => void
  company: (cif: string, patch?: CompanyPatch) => void
  switches: (patch: Partial<Switches>) => void
  refuseLogins: (emailsOrTokens: readonly string[]) => void
  limit: (settings: { limit?: number; windowMs?: number; blockMs?: number }) => void
  unblock: () => void
  useExternally: (token: string, calls: number) => void
  issueAsOther: (cif: string, series?: string, mentions?: string) => WitnessDocument | null
  deleteLastAsOther: (cif: string, series?: string) => WitnessDocument | null
  raiseAsOther: (cif: string, series: string, number: string) => WitnessDocument | null
}

/** Starts a SmartBill that knows nothing yet and accepts every login; port 0 takes a free one. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', ...rest } = options
  const engine = new Engine(rest)
  const listener = new Listener(engine, host, port)
  await listener.listen()
  const { state, limit } = engine
  const close = () => listener.close()

  function faults(): ArmedRule[]
  function faults(rules: RuleInput | readonly RuleInput[]): number[]
  function faults(rules?: RuleInput | readonly RuleInput[]): ArmedRule[] | number[] {
    return rules === undefined ? engine.armed() : engine.arm(rules)
  }

  return {
    url: `${listener.origin}/SBORO/api`,
    origin: listener.origin,
    port: listener.port,
    close,
    [Symbol.asyncDispose]: close,
    documents: (filter) => documentViews(state, filter),
    payments: () => state.payments.map(paymentView),
    emails: () => [...state.emails],
    nomenclature: () => nomenclature(state),
    calls: () => engine.calls(),
    arrivals: (token) => limit.arrivals(token),
    anaf: (patch) => engine.anaf.configure(patch),
    anafCalls: () => engine.anaf.calls(),
    bnr: (patch) => engine.bnr.configure(patch),
    bnrCalls: () => engine.bnr.calls(),
    reset: async () => {
      engine.reset()
      listener.drop()
      await listener.endOutage()
    },
    faults,
    disarm: (id) => engine.faults.disarm(id),
    outage: (mode, durationMs) => listener.outage(mode, durationMs),
    endOutage: () => listener.endOutage(),
    latency: (latency) => engine.latency(latency),
    company: (cif, patch) => void engine.company(cif, patch),
    switches: (patch) => void engine.switches(patch),
    refuseLogins: (names) => {
      state.refusedLogins = new Set(names)
    },
    limit: (settings) => void Object.assign(limit.settings, settings),
    unblock: () => limit.unblock(),
    useExternally: (token, calls) => limit.useExternally(token, calls, state.now()),
    issueAsOther: (cif, series, mentions) => {
      const company = companyOf(state, cif)
      const document = company && issueAsOther(state, company, series, mentions)
      return document ? documentView(document) : null
    },
    deleteLastAsOther: (cif, series) => {
      const company = companyOf(state, cif)
      const document = company && deleteLastAsOther(state, company, series)
      return document ? documentView(document) : null
    },
    raiseAsOther: (cif, series, number) => {
      const company = companyOf(state, cif)
      const document = company && raiseAsOther(company, series, number)
      return document ? documentView(document) : null
    },
  }
}
