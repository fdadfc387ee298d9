import { z } from 'zod'

/** The document by e-mail to the buyer. In subject and body `{order.number}`, `{document.number}`, … are filled in. */
export const EmailSettings = z.strictObject({
  /** `issued`: right after the document exists; `paid`: once it is paid in full. */
  when: z.enum(['never', 'issued', 'paid']).default('never'),
  /** `smartbill`: by the mail server set up in SmartBill; `smtp`: by our own mail server, with the PDF attached. */
  via: z.enum(['smartbill', 'smtp']).default('smartbill'),
  cc: z.array(z.email()).max(10).default([]),
  bcc: z.array(z.email()).max(10).default([]),
  /** Empty: SmartBill's template, or for `smtp` a short text in the document's language. */
  subject: z.string().max(200).default(''),
  body: z.string().max(5000).default(''),
})
export type EmailSettings = z.infer<typeof EmailSettings>
