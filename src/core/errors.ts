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
  constructor(refusal: Cause, options?: ErrorOptions) {
    super(refusal.said || refusal.code, options)
    this.refusal = refusal
  }
}

/** It may have happened. Never repeated; another job finds out. `answered` is what came back, if anything did. */
export class UncertainError extends Error {
  override readonly name = 'UncertainError'
  readonly answered: string
  constructor(message: string, answered: string, options?: ErrorOptions) {
    super(message, options)
    this.answered = answered
  }
}
