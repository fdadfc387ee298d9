import { z } from 'zod'

/** A mail server, its login in the address, and whom the mail comes from. */
export const Mailbox = z.strictObject({
  smtp: z
    .string()
    .max(500)
    .regex(/^smtps?:\/\/\S+$/, 'a mail server like "smtps://user:password@mail.example.ro"'),
  /** `Shop <facturi@shop.ro>` or an address alone. */
  from: z.string().min(3).max(300),
})
export type Mailbox = z.infer<typeof Mailbox>
