import { orderGone, reasonFor } from '../announcing/email.ts'
import { endpointOf } from '../announcing/notice.ts'
import { nameOf, type Subject } from '../announcing/subject.ts'
import { noApi } from '../announcing/write-back.ts'
import type { App } from '../app.ts'
import { partsOfAct, type ActKey } from '../core/acts.ts'
import { emailHindrance } from '../core/announcements.ts'
import { PaymentWish } from '../core/payments-wanted.ts'
import { followed, outletsOf, subjectOf } from '../follow-up.ts'
import type { Outcome } from './letters.ts'

type Would = Omit<Outcome, 'id'>

const run = (en: string, ro: string): Would => ({ outcome: 'would-run', en, ro })
const drop = (en: string, ro: string): Would => ({ outcome: 'would-drop', en, ro })

/** What a replay of a step after a document would do, as far as we can tell without asking anybody. */
export async function rehearseAct(app: App, key: ActKey): Promise<Would> {
  const account = (await app.ledger.registry.shop(partsOfAct(key).shop))?.account
  const act = account === undefined ? undefined : await app.ledger.acts.get(account, key)
  if (account === undefined || act === undefined) return unknown
  try {
    return judge(app, { ...(await subjectOf(app, account, key)), act })
  } catch {
    return unknown
  }
}

const unknown = run('It would be tried again.', 'Ar fi încercată din nou.')

function judge(app: App, subject: Subject): Would {
  const { act, document, shop } = subject
  const { kind } = partsOfAct(act.key)
  const name = nameOf(document)
  switch (kind) {
    case 'payment':
      return payment(subject)
    case 'reversal':
    case 'correction':
      return ['issued', 'attempting', 'uncertain', 'reversing'].includes(document.state)
        ? kind === 'reversal'
          ? run(`${name} would be undone.`, `${name} ar fi anulată.`)
          : run(`A part of ${name} would be corrected.`, `O parte din ${name} ar fi corectată.`)
        : drop(
            `There is no document any more that could be undone or corrected.`,
            'Nu mai există un document de anulat sau de corectat.',
          )
    case 'email':
      return email(app, subject)
    case 'write-back':
      return outletsOf(app, shop).writeBack
        ? run(
            `${name} would be written on its order in the shop.`,
            `${name} s-ar scrie pe comandă.`,
          )
        : { outcome: 'would-fail', en: noApi.en, ro: noApi.ro }
    case 'notice': {
      const host = URL.parse(endpointOf(subject, act)?.url ?? '')?.host
      return host === undefined
        ? drop(
            'The receiver is no longer set up for this shop.',
            'Receptorul nu mai este configurat la acest magazin.',
          )
        : run(`The notice would be sent to ${host}.`, `Anunțul s-ar trimite la ${host}.`)
    }
    case 'archive':
      return document.gone === '1'
        ? drop(`${name} was deleted in SmartBill.`, `${name} a fost șters din SmartBill.`)
        : run(`The PDF of ${name} would be put away.`, `PDF-ul ${name} s-ar arhiva.`)
  }
}

function payment({ act, document }: Subject): Would {
  const name = nameOf(document)
  switch (document.state) {
    case 'skipped':
    case 'reversing':
    case 'reversed':
    case 'cancelled':
      return drop(
        'The invoice is undone or was not needed: there is nothing to collect.',
        'Factura este anulată sau nu a fost necesară: nu este nimic de încasat.',
      )
    case 'held':
    case 'dead':
      return {
        outcome: 'would-hold',
        en: 'The invoice is not issued yet: mend that first.',
        ro: 'Factura nu este încă emisă: remediați întâi asta.',
      }
    case 'due':
    case 'attempting':
    case 'uncertain':
      return run(
        'It would be recorded once the invoice is issued.',
        'S-ar înregistra după emiterea facturii.',
      )
    case 'issued': {
      if (document.gone !== '')
        return {
          outcome: 'would-hold',
          en: `${name} is no longer in SmartBill: look there whether it was deleted.`,
          ro: `${name} nu mai este în SmartBill: verificați acolo dacă a fost ștearsă.`,
        }
      const { value, currency } = PaymentWish.parse(act.wish)
      return run(
        `${value} ${currency} would be recorded on ${name}.`,
        `${value} ${currency} s-ar încasa pe ${name}.`,
      )
    }
  }
}

function email(app: App, { order, shop, key, document }: Subject): Would {
  const name = nameOf(document)
  if (document.gone === '1') return drop(reasonFor.deleted.en, reasonFor.deleted.ro)
  if (order === undefined) return { outcome: 'would-hold', en: orderGone.en, ro: orderGone.ro }
  const outlets = outletsOf(app, shop)
  const hindrance = emailHindrance(
    { order, settings: shop.settings, outlets },
    followed(key, document),
  )
  return hindrance === undefined
    ? run(`${name} would be sent to the buyer.`, `${name} s-ar trimite cumpărătorului.`)
    : { outcome: 'would-hold', en: reasonFor[hindrance].en, ro: reasonFor[hindrance].ro }
}
