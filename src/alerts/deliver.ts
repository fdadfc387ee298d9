import { createTransport } from 'nodemailer'
import type { Alerting, Channel } from '../core/alerting.ts'
import type { Message } from '../core/alerts.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { signedHeaders } from '../core/webhook-signature.ts'
import type { Outbound } from '../outbound.ts'
import { mailOf, webhookBodyOf } from './wording.ts'

const TIMEOUT_MS = 20_000

/** Not delivered: try again, but not before `waitMs` if the receiver said so. */
class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly waitMs: number
  constructor(message: string, waitMs = 0, options?: ErrorOptions) {
    super(message, options)
    this.waitMs = waitMs
  }
}

/** Delivers messages; throws DeliveryError when one did not arrive. The receiver knows a repeat by its id. */
export function createDelivery(outbound: Outbound, now: () => number) {
  const senders: Record<Channel, (alerting: Alerting, message: Message) => Promise<void>> = {
    async webhook({ webhook }, message) {
      if (webhook === undefined) return
      const body = webhookBodyOf(message)
      const answer = await outbound.call({
        method: 'POST',
        url: webhook.url,
        headers: {
          'content-type': 'application/json',
          ...signedHeaders(webhook.secret, message.id, now(), body),
        },
        body,
        timeoutMs: TIMEOUT_MS,
      })
      if (answer.status >= 200 && answer.status < 300) return
      const wait = retryAfterMs(answer.headers)
      throw new DeliveryError(`the webhook answered ${answer.status}`, wait)
    },

    async email({ email }, message) {
      if (email === undefined) return
      const transport = createTransport({
        url: email.smtp,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      })
      try {
        await transport.sendMail({
          from: email.from,
          to: email.to,
          messageId: `<${message.id}@smartbill-relay>`,
          ...mailOf(message),
        })
      } finally {
        transport.close()
      }
    },
  }
  return async (alerting: Alerting, channel: Channel, message: Message): Promise<void> => {
    try {
      await senders[channel](alerting, message)
    } catch (cause) {
      if (cause instanceof DeliveryError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new DeliveryError(why, 0, { cause })
    }
  }
}
