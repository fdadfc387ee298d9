import type { DocumentKind } from './ids.ts'
import type { Order } from './order.ts'
import type { Settings } from './settings.ts'

/** Whether a document is due now, by which rule, and if not, why not. */
export type Ruling =
  | { kind: 'due'; document: DocumentKind; rule: string; delayMs: number }
  | { kind: 'not-due'; rule: string; ro: string; en: string }

/** Which document, if any, this order should have now. `byHand`: a person asked for it, so only hard rules apply. */
export function rule(_order: Order, _settings: Settings, _byHand: boolean): Ruling {
  throw new Error('not written yet')
}
