import { z } from 'zod'

const minutes = (fallback: number) => z.number().int().min(1).max(43_200).default(fallback)

/** When something is worth a message. */
export const Thresholds = z.strictObject({
  /** So many dead letters. */
  deadLetters: z.number().int().min(1).default(1),
  /** So many events that cannot be read, per account. */
  quarantined: z.number().int().min(1).default(1),
  /** No document so long after it was due. */
  waitingMinutes: minutes(30),
  /** An outcome unknown for so long. */
  uncertainMinutes: minutes(30),
  /** A held order that nobody completed for so long. */
  heldHours: z.number().int().min(1).default(24),
  /** SmartBill out of reach for so long. */
  unreachableMinutes: minutes(15),
  /** A shop's own API out of reach for so long. */
  apiMinutes: minutes(60),
  /** No new order from an active shop for so long; 0 switches it off. */
  silenceHours: z.number().int().min(0).default(72),
})
export type Thresholds = z.infer<typeof Thresholds>

/** Who hears of trouble, how, and from when on. */
export const Alerting = z.strictObject({
  /** Signed after Standard Webhooks 1.0.0. */
  webhook: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'an address like "https://ops.example/alerts"' })
        .max(500),
      secret: z.string().min(8).max(500),
    })
    .optional(),
  email: z
    .strictObject({
      smtp: z
        .string()
        .regex(/^smtps?:\/\/\S+$/, 'a mail server like "smtps://user:password@mail.example.ro"'),
      from: z.string().min(3).max(300),
      to: z.array(z.email()).min(1).max(50),
    })
    .optional(),
  /** What is still open is told again after so long. */
  remindHours: z.number().int().min(1).max(720).default(24),
  thresholds: Thresholds.default(() => Thresholds.parse({})),
})
export type Alerting = z.infer<typeof Alerting>

export const channels = ['webhook', 'email'] as const
export type Channel = (typeof channels)[number]
