import type { Cause } from './causes.ts'

/** Nothing happened over there: the same request may be sent again. */
export class TransientError extends Error {
  override readonly name = 'TransientError'
}

/** We were told to wait, or wait by our own rule: no attempt is used. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError'
  readonly retryAt: number
  constructor(message: string, retryAt: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAt = retryAt
  }
}

/** Understood and refused; the same request will always be refused. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError'
  readonly refusal: Cause
  /** HTTP status of the refusal, where one came over HTTP. */
  readonly status: number | undefined
  constructor(refusal: Cause, options: ErrorOptions & { status?: number } = {}) {
    super(refusal.said || refusal.code, options)
    this.refusal = refusal
    this.status = options.status
  }
}

/**
 * It may have happened. Never repeated; another job finds out. `answered` is what came back, if anything did; `refusal`
 * is what it means if it turns out that nothing happened.
 */
export class UncertainError extends Error {
  override readonly name = 'UncertainError'
  readonly answered: string
  readonly refusal: Cause | undefined
  constructor(message: string, answered: string, options: ErrorOptions & { refusal?: Cause } = {}) {
    super(message, options)
    this.answered = answered
    this.refusal = options.refusal
  }
}
