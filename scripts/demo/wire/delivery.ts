import { createHmac } from 'node:crypto'
import { round, text, type Exact } from '../../../src/core/money.ts'
import { exact } from '../../../src/core/money.ts'
import type { DemoOrder, Stage } from '../orders.ts'

/** One HTTP request of a shop, exactly as it is repeated. */
export type Delivery = { path: string; headers: Record<string, string>; body: string }

/** What a platform's wire format is made from. */
export type News = { order: DemoOrder; stage: Stage; changedAt: number; secret: string }

export const hmac = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64')

/** `2026-07-01 10:30:00` by the clock on the shop's wall. */
export const wallClock = (at: number): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Bucharest' })

/** The VAT inside an amount that includes it. */
export const vatIn = (gross: Exact, rate: string): Exact =>
  round(gross.times(exact(rate)).div(exact(rate).plus(exact('100'))))

export const amount = (value: Exact): string => text(round(value))

export const street = ({ buyer }: DemoOrder): string =>
  `${buyer.place.street} nr. ${buyer.houseNumber}`

export const isPaid = ({ order, stage }: News): boolean =>
  order.method !== 'cod' && stage !== 'placed'
