import { alertPicture } from '../src/alert-picture.ts'
import type { App } from '../src/app.ts'
import { channels, type Alerting } from '../src/core/alerting.ts'
import { compare, evaluate, retryMs } from '../src/core/alerts.ts'
import type { Payload } from '../src/jobs.ts'

const HOUR_MS = 3_600_000
/** A receiver that hangs must not hold up the next look, in ms. */
const DELIVERY_MS = 30_000

/** Tells people of what needs them: once when it begins, again while it lasts, once when it is over. */
export async function raiseAlerts({ shard }: Payload<'raise-alerts'>, app: App): Promise<string> {
  if (shard !== 0) return 'shard 0 looks at all'
  const outcome = await app.ledger.alerts.alone(async () => {
    const alerting = await app.ledger.alerts.alerting()
    const counts = await look(app, alerting)
    return `${counts.open} open, ${counts.told} to tell, ${await deliver(app, alerting)} delivered`
  })
  return outcome ?? 'another worker looks'
}

async function look(app: App, alerting: Alerting): Promise<{ open: number; told: number }> {
  const { alerts } = app.ledger
  const [before, acknowledged, picture] = await Promise.all([
    alerts.open(),
    alerts.acknowledged(),
    alertPicture(app),
  ])
  const found = evaluate(picture, alerting.thresholds)
  const change = compare(before, found, picture.at, alerting.remindHours * HOUR_MS, (id) =>
    acknowledged.has(id),
  )
  await alerts.save({
    ...change,
    channels: channels.filter((channel) => alerting[channel] !== undefined),
    at: picture.at,
  })
  for (const { kind, alert } of change.messages) {
    const facts = { alert: alert.id, kind, why: alert.en }
    if (kind === 'resolved') app.log.info(facts, 'alert is over')
    else app.log.error(facts, 'alert')
  }
  return { open: change.open.length, told: change.messages.length }
}

async function deliver(app: App, alerting: Alerting): Promise<number> {
  const { alerts } = app.ledger
  const started = performance.now()
  let delivered = 0
  for (const posted of await alerts.due(app.now())) {
    if (performance.now() - started > DELIVERY_MS) break
    const { channel, message, failures } = posted
    try {
      await app.deliverAlert(alerting, channel, message)
      await alerts.delivered(posted)
      delivered++
    } catch (error) {
      const facts = { alert: message.alert.id, channel, failures: failures + 1, err: error }
      const wait = retryMs(failures + 1, Math.random())
      if (wait === undefined) {
        app.log.error(facts, 'alert given up: its receiver did not take it for days')
        await alerts.delivered(posted)
        continue
      }
      const asked = error instanceof Error && 'waitMs' in error ? Number(error.waitMs) : 0
      app.log.warn(facts, 'alert not delivered, will be tried again')
      await alerts.postpone(posted, app.now() + Math.max(wait, asked))
    }
  }
  return delivered
}
