import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import { RejectedError, TransientError, UncertainError } from './core/errors.ts'
import type { Mailbox } from './core/mailbox.ts'

export type Mail = {
  to: string
  cc: readonly string[]
  bcc: readonly string[]
  subject: string
  text: string
  /** The same at every attempt, so that a mail server may know a repeat. */
  messageId: string
  attachment: { filename: string; content: Buffer }
}

const TIMEOUT_MS = 20_000
/** How long the whole exchange may take, in ms. */
const LIMIT_MS = 120_000

type SmtpFailure = Error & { code?: string; responseCode?: number; response?: string }

/**
 * Sends one mail with a PDF, once. Throws Transient when the server took nothing, Rejected when it refused for good, and
 * Uncertain when the connection broke after the message had begun to leave. It is refused also where only the buyer is:
 * the copies have it then, so it is not sent again by itself.
 */
export async function sendMail(mailbox: Mailbox, mail: Mail): Promise<void> {
  const { auth, ...server } = parseConnectionUrl(mailbox.smtp)
  const composed = new MailComposer({
    from: mailbox.from,
    to: mail.to,
    cc: [...mail.cc],
    bcc: [...mail.bcc],
    subject: mail.subject,
    text: mail.text,
    messageId: mail.messageId,
    attachments: [{ ...mail.attachment, contentType: 'application/pdf' }],
  }).compile()
  const message = await composed.build()
  const envelope = composed.getEnvelope()
  const [buyer = mail.to] = envelope.to
  const connection = new SMTPConnection({
    ...server,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  })
  let begun = false
  const body = new Readable({
    read() {
      begun = true
      this.push(message)
      this.push(null)
    },
  })
  let sent: SMTPConnectionSendInfo | undefined
  try {
    sent = await new Promise<SMTPConnectionSendInfo | undefined>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the mail server is too slow')), LIMIT_MS)
      const settle = (act: () => void) => () => {
        clearTimeout(timer)
        act()
      }
      const fail = (error: Error) => settle(() => reject(error))()
      const sendIt = () =>
        connection.send(envelope, body, (error, info) =>
          error ? fail(error) : settle(() => resolve(info))(),
        )
      connection.on('error', fail)
      connection.connect((error) => {
        if (error) return fail(error)
        if (auth === undefined) return sendIt()
        connection.login(auth, (refused) => (refused ? fail(refused) : sendIt()))
      })
    })
    connection.quit()
  } catch (cause) {
    connection.close()
    throw meaning(cause as SmtpFailure, begun)
  }
  if (sent?.rejected.includes(buyer)) {
    const why = sent.rejectedErrors?.find(({ recipient }) => recipient === buyer)
    throw new RejectedError(refusal('', saidBy(why)), { cause: why })
  }
}

function meaning(error: SmtpFailure, begun: boolean): Error {
  const { code = '', responseCode = 0 } = error
  const said = saidBy(error)
  if (responseCode >= 500 || code === 'EAUTH' || code === 'ENOAUTH' || code === 'EENVELOPE') {
    if (responseCode >= 400 && responseCode < 500) return new TransientError(error.message)
    return new RejectedError(refusal(code, said), { cause: error })
  }
  if (responseCode >= 400) return new TransientError(error.message, { cause: error })
  return begun
    ? new UncertainError('the mail server did not confirm the message', code, { cause: error })
    : new TransientError(`the mail server cannot be reached (${code})`, { cause: error })
}

const saidBy = (error: { response?: string | undefined } | undefined): string =>
  (error?.response ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 300)

const refusal = (code: string, said: string) =>
  code === 'EAUTH' || code === 'ENOAUTH'
    ? {
        code: 'smtp-login',
        said,
        ro: 'Serverul de e-mail refuză utilizatorul sau parola. Corectați adresa serverului (smtp) în setări, apoi reluați.',
        en: 'The mail server refuses the user or password. Correct the server (smtp) in the settings, then replay.',
      }
    : {
        code: 'smtp-refused',
        said,
        ro: 'Serverul de e-mail a refuzat mesajul. Verificați adresa cumpărătorului și expeditorul din setări, apoi reluați.',
        en: "The mail server refused the message. Check the buyer's address and the sender in the settings, then replay.",
      }
