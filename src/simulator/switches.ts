import { z } from 'zod'

/** Where the sources on SmartBill's behaviour contradict each other or say nothing, a switch decides. */
export const Switches = z.strictObject({
  /** Status of the answers while a token is blocked. */
  blockStatus: z.union([z.literal(403), z.literal(429)]).default(429),
  blockBody: z.enum(['text', 'empty', 'html']).default('text'),
  blockRetryAfter: z.boolean().default(false),
  /** A call during the block starts the ten minutes again. */
  blockProlongs: z.boolean().default(false),
  /** Added to X-RateLimit-Reset: a server whose clock differs from ours. */
  resetSkewMs: z.number().int().default(0),
  /** POST /invoice and POST /estimate are served. */
  olderEndpoints: z.boolean().default(true),
  /** What an unknown property gets: a JSON 400 or Tomcat's HTML 500. */
  unknownProperty: z.enum(['json-400', 'html-500']).default('json-400'),
  /** Every business refusal comes with status 200 and a filled errorText. */
  refusalsAs200: z.boolean().default(false),
  sendRefusalsAs200: z.boolean().default(false),
  saveClientByDefault: z.boolean().default(false),
  printObservations: z.boolean().default(true),
  isCashRequired: z.boolean().default(false),
  /** nextNumber as padded text, as older accounts saw it. */
  nextNumberAsText: z.boolean().default(false),
  /** nextNumber stays where it is after the last document was deleted. */
  deleteKeepsCounter: z.boolean().default(false),
  refuseOverpayment: z.boolean().default(false),
  deleteEveryPaymentType: z.boolean().default(false),
  refuseUnknownLanguage: z.boolean().default(false),
  /** A document whose e-mail cannot be sent is issued all the same. */
  issueWithoutEmail: z.boolean().default(false),
  /** A refused payment inside an invoice leaves the invoice issued, and says so in errorText. */
  paymentNotAtomic: z.boolean().default(false),
  /** Documents already sent to SPV: neither deleted nor cancelled. */
  refuseChanges: z.boolean().default(false),
  maxTextLength: z.number().int().positive().nullable().default(null),
  /** Units must exist in the account, with the same capitals. */
  checkUnits: z.boolean().default(false),
  /** A CIF seen for the first time becomes a company. */
  anyCompany: z.boolean().default(true),
  /** documentViewUrl points at the simulator itself, so that a demo can open it. */
  localLinks: z.boolean().default(false),
})
export type Switches = z.infer<typeof Switches>
