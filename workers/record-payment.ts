import type { App } from '../src/app.ts'
import { RejectedError, ThrottledError } from '../src/core/errors.ts'
import { exact, text, ZERO } from '../src/core/money.ts'
import { amountUnclear, PaymentAttempt } from '../src/core/payment-said-done.ts'
import { PaymentWish } from '../src/core/payments-wanted.ts'
import { civilDate } from '../src/core/time.ts'
import type { subjectOf } from '../src/follow-up.ts'
import type { Payload } from '../src/jobs.ts'
import type { Act } from '../src/ledger/acts.ts'
import { doMoneyAct, LOOK_MS } from '../src/money-act.ts'

type Subject = Awaited<ReturnType<typeof subjectOf>>

/** One payment, at most one collection at SmartBill. Safe to run any number of times, and many times at once. */
export const recordPayment = (payload: Payload<'record-payment'>, app: App): Promise<string> =>
  doMoneyAct(app, payload, {
    begin: (...claimed) => record(app, ...claimed),
    findOut: (...claimed) => findOut(app, ...claimed),
  })

async function record(app: App, subject: Subject, act: Act, fence: string): Promise<string> {
  const { account, document, shop } = subject
  const { acts } = app.ledger
  const { key } = act
  const wish = PaymentWish.parse(act.wish)
  switch (document.state) {
    case 'issued':
      if (document.gone === '') break
      await acts.hold(account.id, key, fence, [invoiceMissing(document.series, document.number)])
      return 'held: invoice-missing'
    case 'due':
    case 'attempting':
    case 'uncertain':
      throw new ThrottledError('the invoice is not issued yet', app.now() + 30_000)
    case 'held':
    case 'dead':
      await acts.hold(account.id, key, fence, [invoiceStuck])
      return `held: ${invoiceStuck.code}`
    case 'skipped':
    case 'reversing':
    case 'reversed':
    case 'cancelled':
      await acts.withdraw(account.id, key, `the invoice is ${document.state}`, { fence })
      return `withdrawn: the invoice is ${document.state}`
  }
  const receiptSeries = shop.settings.receiptSeries
  const reason =
    document.currency !== '' && document.currency !== wish.currency
      ? otherCurrency(wish, document.currency)
      : wish.type === 'Bon' || (wish.type === 'Chitanta' && receiptSeries === undefined)
        ? needsSeries(wish)
        : undefined
  if (reason !== undefined) {
    await acts.hold(account.id, key, fence, [reason])
    return `held: ${reason.code}`
  }
  const before = await paymentStatus(app, subject)
  if (before === undefined) {
    await acts.hold(account.id, key, fence, [invoiceMissing(document.series, document.number)])
    return 'held: invoice-missing'
  }
  // Money on the invoice that is not from here may be this very payment, entered by hand.
  const elsewhere = exact(before.paid).minus(exact(document.paid || '0'))
  if (!wasAsked(act) && elsewhere.gt(ZERO)) {
    if (elsewhere.eq(exact(wish.value)))
      return nothingLeft(app, subject, act, fence, before, 'it was collected in SmartBill already')
    if (exact(before.unpaid).gt(ZERO)) {
      await acts.hold(account.id, key, fence, [
        paidElsewhere(document.series + document.number, text(elsewhere), wish),
      ])
      return 'held: paid-elsewhere'
    }
  }
  const value = exact(wish.value).lt(exact(before.unpaid))
    ? exact(wish.value)
    : exact(before.unpaid)
  if (value.lte(ZERO)) return nothingLeft(app, subject, act, fence, before)
  const grant = await app.smartbill.admit(account)
  let sent = false
  const { series, number } = document
  const day = civilDate(document.issuedAt)
  try {
    const answer = await acts.attempt(
      account.id,
      key,
      fence,
      {
        before: { paid: before.paid, value: text(value), series, number },
        done: ({ after, ...receipt }) => ({
          result: {
            value: text(value),
            paid: after,
            ...(receipt.receiptNumber === '' ? {} : receipt),
          },
          document: { fields: { paid: after } },
          lookAgain: true,
        }),
      },
      async () => {
        sent = true
        const receipt = await app.smartbill.payments.record(account, grant, {
          series,
          number,
          type: wish.type,
          value: text(value),
          // An invoice cannot be collected before the day that is printed on it.
          date: wish.date < day ? day : wish.date,
          isCash: false,
          receiptSeries,
        })
        // The collection is made, whatever this read says: it only tells whether the amounts agree.
        const after = await paymentStatus(app, subject).catch(() => undefined)
        return { ...receipt, after: after?.paid ?? text(exact(before.paid).plus(value)) }
      },
    )
    return answer === undefined ? 'somebody else was faster' : `recorded ${text(value)}`
  } catch (error) {
    if (error instanceof RejectedError && error.refusal.code === 'already-paid') {
      const now = await paymentStatus(app, subject)
      return nothingLeft(app, subject, act, fence, now ?? before)
    }
    throw error
  } finally {
    if (!sent) await app.smartbill.cancel(account, grant)
  }
}

/**
 * The answer was lost. SmartBill has no list of collections, but says how much of the invoice is paid: what was paid
 * before plus this value means that it happened; as before, once the grace period is over, that it did not; anything
 * else that somebody else collected too, and a person decides.
 */
async function findOut(app: App, subject: Subject, act: Act, fence: string): Promise<string> {
  const { account, document } = subject
  const { acts } = app.ledger
  const before = PaymentAttempt.parse(act.before)
  const paidBefore = exact(before.paid)
  const value = exact(before.value)
  const status = await paymentStatus(app, subject)
  const paid = status === undefined ? undefined : exact(status.paid)
  if (paid !== undefined && paid.eq(paidBefore.plus(value))) {
    const result = { value: text(value), paid: text(paid), found: 'by the amount paid' }
    await acts.done(account.id, act.key, 'relay', result, {
      fence,
      document: { fields: { paid: text(paid) } },
      lookAgain: true,
    })
    return `found: ${text(value)} is recorded`
  }
  const graceEnds = act.sentAt + app.config.smartbill.graceMs
  if (app.now() < graceEnds) {
    const age = app.now() - act.sentAt
    const next = app.now() + Math.min(30_000, Math.max(LOOK_MS, age / 2))
    await acts.unclaim(account.id, act.key, fence)
    throw new ThrottledError('the collection is not there so far', Math.min(next, graceEnds + 1))
  }
  if (paid !== undefined && paid.eq(paidBefore)) {
    await acts.move(account.id, act.key, 'due', {
      who: 'relay',
      from: ['uncertain'],
      fence,
      facts: { why: 'the invoice is paid as before, and the grace period is over' },
    })
    throw new ThrottledError('it did not happen', app.now())
  }
  await acts.hold(account.id, act.key, fence, [
    otherAmount(document.series + document.number, text(paidBefore), text(value), status?.paid),
  ])
  return 'held: paid-amount-unclear'
}

async function paymentStatus({ smartbill }: App, { account, document }: Subject) {
  return smartbill.documents.paymentStatus(account, document.series, document.number)
}

async function nothingLeft(
  { ledger }: App,
  { account }: Subject,
  { key }: Act,
  fence: string,
  status: { paid: string; unpaid: string },
  why = 'nothing is left to collect',
): Promise<string> {
  const result = { value: '0.00', paid: status.paid, nothing: why }
  const ended = await ledger.acts.done(account.id, key, 'relay', result, {
    fence,
    document: { fields: { paid: status.paid } },
    lookAgain: true,
  })
  return ended ? why : 'somebody else was faster'
}

/** Whether a person was shown what else is collected on the invoice, and said that this payment goes on. */
const wasAsked = ({ gen, reasons = [] }: Act): boolean =>
  gen > 1 && reasons.some(({ code }) => code === PAID_ELSEWHERE || code === amountUnclear)

const PAID_ELSEWHERE = 'paid-elsewhere'

const invoiceStuck = {
  code: 'invoice-not-issued',
  field: 'document',
  ro: 'Factura comenzii așteaptă o decizie sau a fost refuzată, deci plata nu are unde fi înregistrată. Emiteți întâi factura, apoi reluați plata.',
  en: 'The invoice of the order waits for a decision or was refused, so the payment has nowhere to go. Issue the invoice first, then replay the payment.',
}

const otherCurrency = ({ value, currency }: PaymentWish, invoice: string) => ({
  code: 'payment-currency',
  field: 'payments',
  ro: `Plata de ${value} ${currency} este în altă monedă decât factura (${invoice}). Înregistrați încasarea în SmartBill sau trimiteți suma în ${invoice}, apoi închideți această plată.`,
  en: `The payment of ${value} ${currency} is in another currency than the invoice (${invoice}). Record it in SmartBill, or send the amount in ${invoice}, then dismiss this payment.`,
})

const needsSeries = ({ method, type }: PaymentWish) => ({
  code: 'payment-type-needs-series',
  field: type === 'Bon' ? 'settings.paymentTypes' : 'settings.receiptSeries',
  ro:
    type === 'Bon'
      ? `Plata „${method}” este setată ca bon fiscal, care se emite de la casa de marcat. Alegeți alt tip de încasare în setări, apoi reluați.`
      : `Plata „${method}” este setată ca Chitanță, dar magazinul nu are o serie de chitanțe. Scrieți seria în setări, apoi reluați.`,
  en:
    type === 'Bon'
      ? `The payment "${method}" is set to be a fiscal receipt, which comes from the till. Choose another kind of payment in the settings, then replay.`
      : `The payment "${method}" is set to be a receipt (Chitanta), but the shop has no receipt series. Write it in the settings, then replay.`,
})

const invoiceMissing = (series: string, number: string) => ({
  code: 'invoice-missing',
  field: 'document',
  ro: `Factura ${series}${number} nu mai există în SmartBill, deci plata nu are unde fi înregistrată. Verificați în SmartBill dacă a fost ștearsă.`,
  en: `Invoice ${series}${number} is no longer in SmartBill, so the payment has nowhere to go. Check in SmartBill whether it was deleted.`,
})

const paidElsewhere = (name: string, amount: string, { value }: PaymentWish) => ({
  code: PAID_ELSEWHERE,
  field: 'payments',
  ro: `Pe ${name} sunt ${amount} încasați în SmartBill de altcineva. Dacă sunt chiar această plată (${value}), închideți-o; dacă nu, reluați și se înregistrează și ea.`,
  en: `Somebody else collected ${amount} on ${name} in SmartBill. If that is this very payment (${value}), dismiss it; if not, replay, and it is recorded too.`,
})

const otherAmount = (name: string, before: string, value: string, now: string | undefined) => ({
  code: amountUnclear,
  field: 'payments',
  ro: `Nu se știe dacă plata de ${value} pe ${name} a fost înregistrată: înainte erau încasați ${before}, acum ${now ?? '?'}. Verificați încasările facturii în SmartBill, apoi marcați plata ca înregistrată sau reluați.`,
  en: `Nobody knows whether the payment of ${value} on ${name} was recorded: ${before} was collected before, now ${now ?? '?'}. Look at the invoice's collections in SmartBill, then mark the payment as recorded or replay it.`,
})
