import type { Message } from '../core/alerts.ts'

const titles = {
  opened: { ro: 'Problemă', en: 'Problem' },
  reminder: { ro: 'Problema continuă', en: 'Still a problem' },
  resolved: { ro: 'Rezolvat', en: 'Resolved' },
  test: { ro: 'Probă', en: 'Test' },
} as const satisfies Record<Message['kind'], { ro: string; en: string }>

const moment = (at: number): string =>
  new Intl.DateTimeFormat('ro-RO', {
    timeZone: 'Europe/Bucharest',
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(at)

/** The body of an alert webhook: type, time and data, as Standard Webhooks proposes. */
export const webhookBodyOf = ({ kind, at, openedAt, alert }: Message): string =>
  JSON.stringify({
    type: `alert.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { ...alert, openedAt: new Date(openedAt).toISOString() },
  })

/** An alert as a plain e-mail, Romanian first. */
export function mailOf({ kind, openedAt, alert }: Message): { subject: string; text: string } {
  const { ro, en } = titles[kind]
  const about = alert.about === '' ? alert.rule : `${alert.rule} ${alert.about}`
  return {
    subject: `[SmartBill Relay] ${ro} / ${en}: ${about}`,
    text: [
      `${ro} (din ${moment(openedAt)})`,
      alert.ro,
      '',
      `${en} (since ${moment(openedAt)})`,
      alert.en,
      '',
      `-- \nSmartBill Relay, ${alert.id}`,
    ].join('\n'),
  }
}
