import type { App } from '../app.ts'
import { partsOfAct } from '../core/acts.ts'
import { emailHindrance, emailPlan, FIRST_EMAIL, type NoEmail } from '../core/announcements.ts'
import type { Reason } from '../core/causes.ts'
import { emailText } from '../core/email-text.ts'
import { ThrottledError, TransientError } from '../core/errors.ts'
import { partsOf } from '../core/ids.ts'
import { languageOf } from '../core/languages.ts'
import { messageId } from '../core/notices.ts'
import { effectiveSettings } from '../core/shop-rules.ts'
import { civilDate } from '../core/time.ts'
import { followed, outletsOf } from '../follow-up.ts'
import type { Act } from '../ledger/acts.ts'
import { linkOf, nameOf, type Subject } from './subject.ts'

type Needs = Pick<
  App,
  | 'ledger'
  | 'smartbill'
  | 'pdfs'
  | 'sendMail'
  | 'config'
  | 'links'
  | 'archive'
  | 'writeBacks'
  | 'now'
>

/** How soon it is looked at again while its document is being deleted, or after it changed, in ms. */
const DELETING_MS = 30_000
const AGAIN_MS = 1000

/**
 * Sends one e-mail, at most once. What may have been sent is shown to a person and not sent again. Answers what became of
 * it; throws when it is to be tried later or was refused.
 */
export async function sendEmail(
  app: Needs,
  subject: Subject,
  act: Act,
  fence: string,
): Promise<string> {
  const { account, shop, key, document, order } = subject
  const { acts } = app.ledger
  const hold = async (reason: Reason): Promise<string> => {
    await acts.hold(account.id, act.key, fence, [reason])
    return `held: ${reason.code}`
  }
  const moot = async (why: NoEmail): Promise<string> => {
    await acts.dismiss(account.id, act.key, 'relay', reasonFor[why].en)
    return `dismissed: ${why}`
  }
  if (document.gone === '1') return moot('deleted')
  if (order === undefined) return hold(orderGone)
  const outlets = outletsOf(app, shop)
  const { settings } = shop
  const about = followed(key, document)
  if (goesByItself(act)) {
    // It was due when it was asked for; much may have happened before its turn.
    const plan = settings.shadow
      ? 'off'
      : emailPlan({ order, settings, outlets, now: app.now() }, about)
    if (plan === 'off' || plan === 'reversed') return moot(plan)
  }
  if (document.gone === 'maybe' && document.state === 'reversing')
    throw new ThrottledError('the document is being deleted', app.now() + DELETING_MS)
  const hindrance = emailHindrance({ order, settings, outlets }, about)
  if (hindrance !== undefined) return hold(reasonFor[hindrance])

  const { kind } = partsOf(key)
  const { series, number, total, currency, madeBy } = document
  const { via, cc, bcc, ...texts } = settings.email
  const text = emailText(
    texts,
    order,
    {
      kind,
      series,
      number,
      total,
      currency,
      issuedOn: civilDate(document.issuedAt),
      link: linkOf(app, shop, key, document),
    },
    languageOf(order, effectiveSettings(order, settings, { kind, madeBy }).settings),
    via === 'smtp',
  )
  const to = order.customer.email.trim()
  const bracket = {
    before: { via },
    // What is reversed or deleted meanwhile is judged anew.
    document: { state: document.state, from: [] },
    done: () => ({ result: { via } }),
  }
  const again = () =>
    new ThrottledError('the document changed, or another worker was faster', app.now() + AGAIN_MS)

  if (via === 'smtp') {
    const mailbox = shop.mailbox ?? app.config.mailbox
    if (mailbox === undefined) return hold(reasonFor['no-mail-server'])
    const pdf = await app.pdfs.get(account.id, key, document, 'low')
    if (pdf === undefined) throw new TransientError('the PDF is not to be had yet')
    const answer = await acts.attempt(account.id, act.key, fence, bracket, async () => {
      await app.sendMail(mailbox, {
        to,
        cc,
        bcc,
        subject: text.subject,
        text: text.body,
        messageId: `<${messageId(`${act.key} ${act.gen}`)}@smartbill-relay>`,
        attachment: {
          filename: `${nameOf(document).replaceAll(/[^A-Za-z0-9_-]+/g, '-')}.pdf`,
          content: pdf,
        },
      })
      return 'sent by our mail server'
    })
    if (answer === undefined) throw again()
    return answer
  }
  const grant = await app.smartbill.admit(account)
  let sent = false
  try {
    const answer = await acts.attempt(account.id, act.key, fence, bracket, async () => {
      sent = true
      await app.smartbill.emails.send(account, grant, {
        kind,
        series,
        number,
        to,
        cc,
        bcc,
        ...text,
      })
      return 'sent by SmartBill'
    })
    if (answer === undefined) throw again()
    return answer
  } finally {
    if (!sent) await app.smartbill.cancel(account, grant)
  }
}

/** The first one of a document, and no person asked for it (again). */
const goesByItself = ({ key, gen }: Act): boolean => partsOfAct(key).id === FIRST_EMAIL && gen === 1

/** It may have reached the buyer, who should not get it twice. */
export const maybeSent: Reason = {
  code: 'email-uncertain',
  field: 'email',
  ro: 'Nu se știe dacă e-mailul a plecat: nu a venit niciun răspuns. Întrebați cumpărătorul sau verificați e-mailurile trimise; apoi trimiteți din nou sau închideți.',
  en: 'Nobody knows whether the e-mail was sent: no answer came. Ask the buyer or look at the mail that was sent; then send it again or dismiss it.',
}

export const orderGone: Reason = {
  code: 'order-missing',
  field: 'order',
  ro: 'Datele comenzii nu mai sunt păstrate, deci adresa cumpărătorului nu se mai știe. Trimiteți documentul din SmartBill.',
  en: "The order's data is no longer kept, so the buyer's address is not known. Send the document from SmartBill.",
}

/** Why a document is not e-mailed, and what to do about it. */
export const reasonFor: Readonly<Record<NoEmail, Reason>> = {
  off: {
    code: 'email-off',
    field: 'settings.email.when',
    ro: 'Trimiterea prin e-mail este oprită. Porniți-o în setări (email.when) sau trimiteți manual.',
    en: 'Sending by e-mail is off. Switch it on in the settings (email.when), or send by hand.',
  },
  draft: {
    code: 'email-draft',
    field: 'document',
    ro: 'Documentul este o ciornă și nu are încă număr. Finalizați-l și trimiteți-l din SmartBill.',
    en: 'The document is a draft and has no number yet. Finish it and send it from SmartBill.',
  },
  'not-issued': {
    code: 'email-not-issued',
    field: 'document',
    ro: 'Documentul nu este emis; se trimite după emitere.',
    en: 'The document is not issued; it is sent once it is.',
  },
  correction: {
    code: 'email-correction',
    field: 'document',
    ro: 'Documentele de corecție nu se trimit singure. Trimiteți-l manual dacă este nevoie.',
    en: 'Corrections are not sent by themselves. Send it by hand if it is needed.',
  },
  reversed: {
    code: 'email-reversed',
    field: 'document',
    ro: 'Documentul este stornat sau anulat, deci nu se mai trimite singur.',
    en: 'The document was reversed or cancelled, so it is not sent by itself.',
  },
  deleted: {
    code: 'email-deleted',
    field: 'document',
    ro: 'Documentul a fost șters în SmartBill (sau se șterge acum), iar numărul lui poate fi dat altui document, deci nu se mai poate trimite. Dacă este nevoie, emiteți unul nou.',
    en: 'The document was deleted in SmartBill (or is being deleted), and its number may be given to another one, so it cannot be sent any more. Issue a new one if it is needed.',
  },
  'no-address': {
    code: 'email-no-address',
    field: 'customer.email',
    ro: 'Comanda nu are o adresă de e-mail bună a cumpărătorului. Completați-o în magazin, apoi trimiteți.',
    en: 'The order has no proper e-mail address of the buyer. Fill it in in the shop, then send.',
  },
  'no-mail-server': {
    code: 'email-no-server',
    field: 'mailbox',
    ro: 'Nu este configurat un server de e-mail (mailbox al magazinului sau RELAY_SMTP_URL). Configurați-l sau alegeți trimiterea prin SmartBill, apoi reluați.',
    en: 'There is no mail server (the mailbox of the shop, or RELAY_SMTP_URL). Set one up or have SmartBill send it, then replay.',
  },
  'not-paid': {
    code: 'email-not-paid',
    field: 'settings.email.when',
    ro: 'Se trimite după ce este plătit în întregime.',
    en: 'It is sent once it is paid in full.',
  },
  old: {
    code: 'email-old',
    field: 'document',
    ro: 'Documentul este mai vechi de trei zile și nu se mai trimite singur. Trimiteți-l manual dacă este nevoie.',
    en: 'The document is older than three days and is not sent by itself any more. Send it by hand if it is needed.',
  },
}
