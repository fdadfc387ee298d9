import { Refusal } from './answers.ts'
import { currencies } from './defaults.ts'
import type { State } from './model.ts'

const dayFormat = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Bucharest',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})
let lastDay = { until: 0, text: '' }

/** SmartBill's today: the calendar day in Romania. */
export function today(now: number): string {
  // Asking Intl for each document would be the slowest part of issuing one.
  if (now < lastDay.until - 60_000 || now >= lastDay.until) {
    lastDay = { until: Math.floor(now / 60_000) * 60_000 + 60_000, text: dayFormat.format(now) }
  }
  return lastDay.text
}

export function readDate(value: string | null | undefined, otherwise: string): string {
  if (value === null || value === undefined || value === '') return otherwise
  const valid =
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value
  if (!valid) throw new Refusal('Data documentului trebuie sa fie de forma yyyy-MM-dd.')
  return value
}

export function readCurrency(value: string | null | undefined): string {
  const currency = value || 'RON'
  if (!currencies.has(currency)) throw new Refusal('Moneda nu a fost gasita pe server!')
  return currency
}

/** 2, 3 or 4 decimals; more than 4 silently becomes 4. */
export const readPrecision = (value: number | null | undefined): number =>
  Math.min(4, Math.max(2, value ?? 2))

export function checkLengths(state: State, texts: readonly (string | null | undefined)[]): void {
  const max = state.switches.maxTextLength
  if (max !== null && texts.some((text) => (text?.length ?? 0) > max)) {
    throw new Refusal(`Textul depaseste lungimea maxima de ${max} caractere.`)
  }
}

export const unknownSeries = (): Refusal =>
  new Refusal('Seria nu a fost gasita! Folositi o serie creata in contul de cloud.')

/** 2026-11-24 → 24/11/2026 */
export const romanianDate = (date: string): string => date.split('-').toReversed().join('/')
