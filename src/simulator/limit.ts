/** One token's calls: what the limit needs, and what a test asks afterwards. */
type TokenUse = {
  /** Arrivals that still count towards the window, other users' calls included. */
  window: number[]
  blockedUntil: number
  blockStatus: 403 | 429 | null
  /** Every real arrival, in order. */
  arrivals: number[]
  byRoute: Map<string, number>
  overLimit: number
  whileBlocked: number
  external: number
}

export type LimitSettings = {
  /** Calls per window; 0 switches the limit off. */
  limit: number
  windowMs: number
  blockMs: number
}

/** What the headers say when the limit is off. */
export const UNLIMITED = 1_000_000

export type Admission = {
  allowed: boolean
  remaining: number
  /** When the next call fits: Unix seconds. */
  resetAt: number
  blockedUntil: number
  /** Set when a fault named the status; otherwise the switch decides. */
  blockStatus: 403 | 429 | null
}

export type TokenSummary = {
  total: number
  byRoute: Record<string, number>
  /** Most arrivals in any window of `windowMs`. */
  maxInWindow: number
  /** Calls that exceeded the limit, each of which began a block. */
  overLimit: number
  whileBlocked: number
  external: number
  blockedUntil: number
  firstAt: number | null
  lastAt: number | null
}

/** Counts each token's calls in a sliding window, by their arrival, and blocks who exceeds it. */
export class CallLimit {
  readonly settings: LimitSettings
  readonly #tokens = new Map<string, TokenUse>()

  constructor(settings: LimitSettings) {
    this.settings = settings
  }

  arrive(token: string, route: string, now: number, prolongs: boolean): Admission {
    const use = this.#use(token)
    use.arrivals.push(now)
    use.byRoute.set(route, (use.byRoute.get(route) ?? 0) + 1)
    if (now < use.blockedUntil) {
      use.whileBlocked += 1
      if (prolongs) use.blockedUntil = now + this.settings.blockMs
      return this.#refusal(use)
    }
    const exceeded = this.#count(use, now)
    if (!exceeded) return this.look(token, now)
    use.overLimit += 1
    return this.#refusal(use)
  }

  /** What the headers say now, without a call. */
  look(token: string, now: number): Admission {
    const { limit, windowMs } = this.settings
    const use = this.#use(token)
    if (now < use.blockedUntil) return this.#refusal(use)
    this.#expire(use, now)
    const first = use.window[0] ?? now - windowMs
    return {
      allowed: true,
      remaining: limit === 0 ? UNLIMITED : Math.max(0, limit - use.window.length),
      resetAt: Math.ceil((first + windowMs) / 1000),
      blockedUntil: 0,
      blockStatus: null,
    }
  }

  /** Somebody else uses the same token. */
  useExternally(token: string, calls: number, now: number): void {
    const use = this.#use(token)
    for (let call = 0; call < calls; call += 1) {
      use.external += 1
      if (now >= use.blockedUntil) this.#count(use, now)
    }
  }

  block(token: string, until: number, status: 403 | 429 | null = null): void {
    const use = this.#use(token)
    use.blockedUntil = until
    use.blockStatus = status
  }

  unblock(): void {
    for (const use of this.#tokens.values()) use.blockedUntil = 0
  }

  clear(): void {
    this.#tokens.clear()
  }

  arrivals(token: string): readonly number[] {
    return this.#tokens.get(token)?.arrivals ?? []
  }

  summaries(): Record<string, TokenSummary> {
    return Object.fromEntries(
      [...this.#tokens].map(([token, use]) => [
        token,
        {
          total: use.arrivals.length,
          byRoute: Object.fromEntries(use.byRoute),
          maxInWindow: mostIn(use.arrivals, this.settings.windowMs),
          overLimit: use.overLimit,
          whileBlocked: use.whileBlocked,
          external: use.external,
          blockedUntil: use.blockedUntil,
          firstAt: use.arrivals[0] ?? null,
          lastAt: use.arrivals.at(-1) ?? null,
        },
      ]),
    )
  }

  #use(token: string): TokenUse {
    let use = this.#tokens.get(token)
    if (use === undefined) {
      use = {
        window: [],
        blockedUntil: 0,
        blockStatus: null,
        arrivals: [],
        byRoute: new Map(),
        overLimit: 0,
        whileBlocked: 0,
        external: 0,
      }
      this.#tokens.set(token, use)
    }
    return use
  }

  /** Counts one call; true when it exceeds the limit, and then the block has begun. */
  #count(use: TokenUse, now: number): boolean {
    const { limit, blockMs } = this.settings
    if (limit === 0) return false
    this.#expire(use, now)
    if (use.window.length < limit) {
      use.window.push(now)
      return false
    }
    use.blockedUntil = now + blockMs
    use.blockStatus = null
    use.window = []
    return true
  }

  #expire(use: TokenUse, now: number): void {
    const from = now - this.settings.windowMs
    let gone = 0
    while (gone < use.window.length && (use.window[gone] ?? 0) <= from) gone += 1
    if (gone > 0) use.window.splice(0, gone)
  }

  #refusal(use: TokenUse): Admission {
    return {
      allowed: false,
      remaining: 0,
      resetAt: Math.ceil(use.blockedUntil / 1000),
      blockedUntil: use.blockedUntil,
      blockStatus: use.blockStatus,
    }
  }
}

/** The most instants that lie within any span shorter than `windowMs`. */
export function mostIn(instants: readonly number[], windowMs: number): number {
  let most = 0
  let from = 0
  for (const [index, at] of instants.entries()) {
    while ((instants[from] ?? at) <= at - windowMs) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
