/** The states of a document and the moves between them. Everything else that knows states derives from this table. */
export const lifecycle = {
  /** A document should exist; nobody is issuing it now. */
  due: ['attempting', 'held', 'skipped', 'issued', 'dead', 'cancelled'],
  /** The intent is on disk; the request may have left. */
  attempting: ['issued', 'uncertain', 'due', 'dead'],
  /** The request may have been carried out and nobody knows. */
  uncertain: ['issued', 'due', 'held', 'dead'],
  /** A person must supply or correct something. */
  held: ['due', 'skipped', 'issued', 'cancelled'],
  /** A rule said that no document is needed. */
  skipped: ['due', 'issued'],
  /** Refused, or out of attempts: a dead letter. */
  dead: ['due', 'skipped', 'issued', 'cancelled'],
  issued: ['reversing', 'cancelled'],
  reversing: ['reversed', 'cancelled', 'issued'],
  reversed: [],
  cancelled: ['due'],
} as const satisfies Record<string, readonly string[]>

export type DocumentState = keyof typeof lifecycle
export const documentStates = Object.keys(lifecycle) as DocumentState[]

/** The states from which a move to `to` is allowed. */
export const statesBefore = (to: DocumentState): DocumentState[] =>
  documentStates.filter((from) => (lifecycle[from] as readonly string[]).includes(to))

/** Work is still to be done by us, without a person. */
export const pendingStates = ['due', 'attempting', 'uncertain'] as const satisfies DocumentState[]
