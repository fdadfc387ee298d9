import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../src/simulator/random.ts'
import type { DemoOrder, ShopName } from './orders.ts'
import { deliveriesOf } from './shops.ts'
import type { Delivery } from './wire/delivery.ts'

type Planned = { at: number; order: DemoOrder; delivery: Delivery; repeat: boolean }

/**
 * Every delivery and when it leaves, in ms: an order's news one after the other, some of them twice, at once or seconds
 * later, and now and then old news after new.
 */
export function planDeliveries(
  orders: readonly DemoOrder[],
  secrets: Readonly<Record<ShopName, string>>,
  { seed, lastMs }: { seed: number; lastMs: number },
): Planned[] {
  const random = seededRandom(seed + 1)
  return orders
    .flatMap((order, index) => {
      const from = (index / orders.length) * lastMs
      const news = deliveriesOf(order, secrets[order.shop]).map((delivery, at) => ({
        at: from + at * (1000 + random() * 3000),
        order,
        delivery,
        repeat: false,
      }))
      const repeats = Array.from({ length: Math.floor(random() * (4 - news.length)) }, () => {
        const original = news[Math.floor(random() * news.length)] ?? news[0]
        const later = random() < 0.3 ? 0 : random() * 6000
        return original === undefined
          ? []
          : [{ ...original, at: original.at + later, repeat: true }]
      })
      return [...news, ...repeats.flat()]
    })
    .toSorted((a, b) => a.at - b.at)
}

export type Sent = {
  orders: Set<string>
  events: number
  repeats: number
  retries: number
  failed: string[]
}

/** A shop tries again until its event is taken; it gives up after so many times. */
const ATTEMPTS = 12

/** Sends everything at its time; resolves when the last event has been taken, or `signal` says stop. */
export async function sendAll(
  url: string,
  planned: readonly Planned[],
  sent: Sent,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  const pending: Promise<void>[] = []
  for (const { at, order, delivery, repeat } of planned) {
    const wait = startedAt + at - performance.now()
    if (wait > 0) await sleep(wait, undefined, { signal })
    sent.orders.add(order.id)
    sent.events += 1
    if (repeat) sent.repeats += 1
    pending.push(send(url, delivery, order, sent))
  }
  await Promise.all(pending)
}

async function send(url: string, delivery: Delivery, order: DemoOrder, sent: Sent): Promise<void> {
  let last = ''
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const response = await fetch(url + delivery.path, {
        method: 'POST',
        headers: delivery.headers,
        body: delivery.body,
        signal: AbortSignal.timeout(10_000),
      })
      last = `${response.status} ${(await response.text()).slice(0, 300)}`
      if (response.ok) return
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    sent.retries += 1
    await sleep(Math.min(250 * 2 ** attempt, 4000))
  }
  sent.failed.push(`order ${order.number} of ${order.shop}: ${last}`)
}
