import { Command } from 'commander'
import type { Reason } from '../core/causes.ts'
import { takeIn } from '../intake.ts'
import { ordersIn } from './batch.ts'
import type { Cli } from './cli.ts'
import { shopNamed, sourceOf } from './given.ts'

/** Orders on their way to the disk at once. */
const AT_ONCE = 50

type Result = { at: string; status: string; eventId: string; reasons: readonly Reason[] }

export const enqueueCommand = (cli: Cli): Command =>
  new Command('enqueue')
    .arguments('<shop> <file>')
    .description(
      'take orders in from a file (or - for stdin) by the same door as HTTP: JSON, a JSON list, or one order per line',
    )
    .addHelpText(
      'after',
      `
Orders are in the format of POST /v1/shops/:shop/orders. Repeats are told apart: running it twice changes nothing.

Examples:
  relay enqueue acme-web order.json
  zcat orders.ndjson.gz | relay enqueue acme-web -`,
    )
    .action(async (shopId: string, file: string) => {
      const orders = ordersIn(await sourceOf(file, cli.stdin))
      const results = await cli.withApp(async (app) => {
        const shop = await shopNamed(app, shopId)
        return cli.withProgress('taking orders in', async (progress) => {
          const all: Result[] = []
          for (let from = 0; from < orders.length; from += AT_ONCE) {
            const some = orders.slice(from, from + AT_ONCE)
            all.push(
              ...(await Promise.all(
                some.map(async ({ at, body }): Promise<Result> => {
                  const taken = await takeIn(
                    app,
                    { ...shop, platform: 'generic' },
                    { headers: {}, body: Buffer.from(body) },
                    false,
                  )
                  return {
                    at,
                    status: taken.status,
                    eventId: 'eventId' in taken ? taken.eventId : '',
                    reasons: 'reasons' in taken ? taken.reasons : [],
                  }
                }),
              )),
            )
            progress(all.length, orders.length)
          }
          return all
        })
      })
      const broken = results.filter(({ status }) => status === 'broken')
      if (broken.length > 0) cli.problem()
      const counts = Map.groupBy(results, ({ status }) => status)
      const summary = Object.fromEntries([...counts].map(([status, some]) => [status, some.length]))
      cli.print({ total: results.length, summary, items: results }, () => [
        ...broken.flatMap(({ at, reasons }) =>
          reasons.map(({ field, en }) => `${at}: ${field === '' ? '' : `${field}: `}${en}`),
        ),
        Object.entries(summary)
          .map(([status, count]) => `${status} ${count}`)
          .join(', ') || 'no orders in it',
      ])
    })
