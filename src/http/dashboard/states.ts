import type { DocumentState } from '../../core/lifecycle.ts'
import { html, type Html } from './html.ts'
import type { Texts } from './texts.ts'

type Tone = 'good' | 'wait' | 'warn' | 'bad' | 'calm'

const tones: Record<DocumentState, Tone> = {
  due: 'wait',
  attempting: 'wait',
  uncertain: 'warn',
  held: 'warn',
  skipped: 'calm',
  dead: 'bad',
  issued: 'good',
  reversing: 'wait',
  reversed: 'calm',
  cancelled: 'calm',
}

export const stateWord = (t: Texts, state: DocumentState): string => t.states[state]

export const chip = (tone: Tone, text: string, title?: string): Html =>
  html`<span class="chip ${tone}" ${title !== undefined && html`title="${title}"`}>${text}</span>`

export const stateChip = (t: Texts, state: DocumentState): Html =>
  chip(tones[state], stateWord(t, state))

/** A moment with its exact time at hand. */
export const when = (
  words: { moment(at: number): string; ago(at: number, now: number): string },
  at: number,
  now: number,
): Html =>
  html`<time datetime="${new Date(at).toISOString()}" title="${words.moment(at)}"
    >${words.ago(at, now)}</time
  >`
