import type { App } from '../src/app.ts'
import type { Payload } from '../src/jobs.ts'
import { watchSeries } from '../src/series-watch.ts'

/** Explains the numbers of a series, so that a document committed late is found and never sent again. */
export async function watchSeriesNumbers(
  series: Payload<'watch-series'>,
  app: Pick<App, 'markerOf' | 'ledger' | 'smartbill' | 'now' | 'log'>,
): Promise<string> {
  const account = await app.ledger.registry.account(series.account)
  if (account === undefined) return 'the account is no longer known'
  const { complete } = await watchSeries(app, account, series, app.now())
  return complete ? 'every number is explained' : 'a number cannot be read'
}
