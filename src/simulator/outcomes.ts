import { setTimeout as sleep } from 'node:timers/promises'
import {
  envelope,
  html,
  internalError,
  loginRefused,
  refusal,
  Refusal,
  type Answer,
} from './answers.ts'
import type { ArmedRule } from './faults.ts'
import type { State } from './model.ts'
import { deleteLastAsOther, issueAsOther } from './others.ts'
import { pdfWithoutText, unreadablePdf } from './pdf.ts'
import type { Request } from './routes.ts'
import { companyOf } from './state.ts'

/** What the caller sees: an answer, half of one, or something that happens to the socket. */
export type Outcome =
  | { kind: 'answer' | 'half'; answer: Answer }
  | { kind: 'silence' }
  | { kind: 'reset' }
  | { kind: 'close' }

export type Means = {
  state: State
  execute: () => Promise<Answer>
  /** Starts a block of this token and says what it answers. */
  block: (status: 403 | 429, ms: number | undefined) => Answer
  later: (ms: number, act: () => unknown) => void
}

const send = (answer: Answer): Outcome => ({ kind: 'answer', answer })

/** Carries one call out, with the fault that fired on it. */
export async function outcomeOf(
  rule: ArmedRule,
  request: Request,
  { state, execute, block, later }: Means,
): Promise<Outcome> {
  const delayMs = rule.delayMs ?? 1000
  switch (rule.fault) {
    case 'silence-before':
      return { kind: 'silence' }
    case 'silence-after':
      await execute()
      return { kind: 'silence' }
    case 'reset-before':
      return { kind: 'reset' }
    case 'reset-after':
      await execute()
      return { kind: 'reset' }
    case 'close-before':
      return { kind: 'close' }
    case 'close-after':
      await execute()
      return { kind: 'close' }
    case 'late-commit':
      later(delayMs, execute)
      return { kind: rule.socket }
    case '500-before':
      return send(internalError())
    case '500-after':
      await execute()
      return send(internalError())
    case 'html-500-before':
      return send(html(500))
    case 'html-500-after':
      await execute()
      return send(html(500))
    case '502-html-before':
      return send(html(502))
    case '502-html-after':
      await execute()
      return send(html(502))
    case '503-before':
      return send(html(503))
    case '503-after':
      await execute()
      return send(html(503))
    case 'truncated': {
      const answer = await execute()
      return send({ ...answer, status: 200, body: halfOf(answer.body) })
    }
    case 'cut':
      return { kind: 'half', answer: await execute() }
    case 'empty-body':
      return send({ ...(await execute()), status: 200, body: '' })
    case 'empty-number':
      return send(withoutNumber(await execute()))
    case '200-error':
      return send(refusal(new Refusal(rule.errorText), 200, {}))
    case 'slow':
      await sleep(delayMs)
      return send(await execute())
    case 'slow-answer': {
      const answer = await execute()
      await sleep(delayMs)
      return send(answer)
    }
    case 'block-403':
      return send(block(403, rule.delayMs))
    case 'block-429':
      return send(block(429, rule.delayMs))
    case 'login-401':
      return send(loginRefused())
    case 'pdf-unreadable':
      return send(unreadablePdf())
    case 'pdf-without-text':
      return send(await pdfWithoutText())
    case 'foreign-document': {
      const { cif, series } = aimOf(request)
      const company = companyOf(state, cif)
      if (company !== undefined) issueAsOther(state, company, series)
      return send(await execute())
    }
    case 'delete-last': {
      const { cif, series } = aimOf(request)
      const company = companyOf(state, cif)
      if (company !== undefined) deleteLastAsOther(state, company, series)
      return send(await execute())
    }
  }
}

export const halfOf = (body: string | Uint8Array): string | Uint8Array =>
  body.slice(0, Math.ceil(body.length / 2))

function withoutNumber(answer: Answer): Answer {
  if (typeof answer.body !== 'string' || answer.status !== 200) return answer
  const fields = JSON.parse(answer.body) as Record<string, unknown>
  return envelope({ ...fields, number: '' })
}

/** Company and series of a call, wherever it names them. */
function aimOf({ query, body }: Request): { cif: string; series: string | undefined } {
  const fields = namesIn(body)
  return {
    cif: query.get('cif') ?? fields.companyVatCode ?? '',
    series: query.get('seriesname') ?? fields.seriesName,
  }
}

function namesIn(body: string): { companyVatCode?: string; seriesName?: string } {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
