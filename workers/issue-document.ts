import type { App } from '../src/app.ts'
import { cifToLookUp } from '../src/core/company.ts'
import type { DocumentDraft } from '../src/core/document.ts'
import { moneyPrint } from '../src/core/edits.ts'
import {
  RejectedError,
  ThrottledError,
  TransientError,
  UncertainError,
} from '../src/core/errors.ts'
import { somethingFollows } from '../src/core/follow-ups.ts'
import { partsOf, type DocumentKey } from '../src/core/ids.ts'
import { namesOf } from '../src/core/imported.ts'
import type { Order } from '../src/core/order.ts'
import { receivedPayments } from '../src/core/payments-wanted.ts'
import { recordedElsewhere, withoutPayments } from '../src/core/recorded-elsewhere.ts'
import type { Account, Shop } from '../src/core/settings.ts'
import { decisionOnCorrection } from '../src/corrections/correct-document.ts'
import { documentsOf, outletsOf } from '../src/follow-up.ts'
import { adoptFromEstimate, draftOfEstimate } from '../src/corrections/estimates.ts'
import { decideNow } from '../src/decide-now.ts'
import type { Payload } from '../src/jobs.ts'
import { watchSeries } from '../src/series-watch.ts'

type Claimed = {
  fence: string
  version: string
  order: Order
  recheck: boolean
  madeBy: string
  byHand: boolean
  shadow: boolean
}

/** One order, at most one document. Safe to run any number of times, and many times at once. */
export async function issueDocument(
  { documentKey: key, account: accountId }: Payload<'issue-document'>,
  app: App,
): Promise<string> {
  const { documents } = app.ledger
  const claim = await documents.claim(accountId, key)
  switch (claim.status) {
    case 'busy':
      throw new ThrottledError('another worker has it', claim.until)
    case 'uncertain':
      throw new UncertainError('an earlier attempt left no answer', '')
    case 'claimed': {
      const account = await app.ledger.registry.account(accountId)
      if (account === undefined) throw new Error(`account ${accountId} is not known`)
      try {
        return await issue(app, account, key, claim)
      } catch (error) {
        // A refusal before the attempt (an unknown series) is as final as one in it.
        if (error instanceof RejectedError)
          await documents.bury(accountId, key, error.refusal, 'due', claim.fence)
        else await documents.unclaim(accountId, key, claim.fence)
        throw error
      }
    }
    case 'orderless': {
      const { fence, version } = claim
      if (!(await documents.hold(accountId, key, fence, version, [orderMissing])))
        throw lookAgain(app)
      return `held: ${orderMissing.code}`
    }
    case 'unknown':
    case 'issued':
    case 'held':
    case 'skipped':
    case 'dead':
    case 'reversing':
    case 'reversed':
    case 'cancelled':
      return claim.status
  }
}

async function issue(
  app: App,
  account: Account,
  key: DocumentKey,
  claimed: Claimed,
): Promise<string> {
  const { documents } = app.ledger
  const isFirst = partsOf(key).revision === 1
  const claim = isFirst ? claimed : await withoutRecorded(app, account, key, claimed)
  const { decision, shop } = await decideNow(app, account, key, claim)
  const shadow = shop.settings.shadow || claim.shadow
  if (shadow && !claim.shadow) await app.ledger.shadow.mark(account.id, key)
  if (decision.kind === 'hold') {
    const { fence, version } = claim
    if (!(await documents.hold(account.id, key, fence, version, decision.reasons)))
      throw lookAgain(app)
    if (decision.reasons.some(({ code }) => code === 'anaf-unavailable'))
      await holdUntilKnown(app, shop, key, claim.order)
    return `held: ${decision.reasons.map(({ code }) => code).join(', ')}`
  }
  if (decision.kind === 'skip') {
    if (!(await documents.skip(account.id, key, claim.fence, claim.version, decision)))
      throw lookAgain(app)
    return `skipped: ${decision.rule}`
  }
  const draft = decision.document
  if (shadow) {
    const { fence, version } = claim
    if (!(await app.ledger.shadow.keep(account.id, key, fence, version, draft)))
      throw lookAgain(app)
    return 'skipped: shadow'
  }
  if (draft.fromEstimate !== undefined) {
    const made = await adoptFromEstimate(app, account, key, draft.fromEstimate)
    if (made === 'draft') {
      const reasons = [draftOfEstimate(draft.fromEstimate)]
      if (!(await documents.hold(account.id, key, claim.fence, claim.version, reasons)))
        throw lookAgain(app)
      return 'held: estimate-has-draft'
    }
    if (made !== undefined) {
      await lookAtOrder(app, account, key)
      return `found ${made}`
    }
  }
  const series = { account: account.id, kind: draft.kind, series: draft.series }
  // Right before a repeated attempt, the numbers that came meanwhile are looked at once more.
  if (claim.recheck) {
    const floor = (await documents.get(account.id, key))?.floor
    const { complete } = await watchSeries(app, account, series, app.now(), floor)
    if (!complete) throw unreadable(app)
  }
  // Which invoice a correction corrects does not matter here, only that it is one.
  const corrects = draft.takes === undefined ? undefined : key
  const invoiceFollows = draft.kind === 'estimate' && claim.order.paymentStatus === 'paid'
  const follows =
    invoiceFollows ||
    somethingFollows(
      {
        order: claim.order,
        settings: shop.settings,
        outlets: outletsOf(app, shop),
        now: app.now(),
      },
      {
        key,
        madeBy: claim.madeBy,
        draft: draft.isDraft,
        series: draft.series,
        total: draft.total,
        currency: draft.currency,
        paid: draft.payment?.value ?? '0',
        toPay: draft.payment?.value ?? '',
        paidWith: receivedPayments(claim.order).map(({ id }) => id),
        corrects,
      },
    )
  let attempt = await sendOnce(app, account, key, { ...claim, follows }, draft)
  if (attempt.status === 'watch') {
    const { complete } = await watchSeries(app, account, series, 0)
    if (!complete) throw unreadable(app)
    attempt = await sendOnce(app, account, key, { ...claim, follows }, draft)
  }
  switch (attempt.status) {
    case 'issued':
      if (follows) await lookAtOrder(app, account, key)
      return `issued ${attempt.issued.series}${attempt.issued.number}`
    case 'found': {
      const { series, number } = attempt
      const paid =
        draft.kind === 'invoice'
          ? await app.smartbill.documents.paymentStatus(account, series, number)
          : undefined
      await documents.issued(
        account.id,
        key,
        'series watch',
        { series, number, documentId: '', url: '', viewUrl: '', paid: paid?.paid ?? '' },
        { total: paid?.total ?? draft.total, currency: draft.currency },
      )
      await lookAtOrder(app, account, key)
      return `found ${series}${number}`
    }
    case 'lost':
    case 'newer':
      throw lookAgain(app)
    case 'watch':
      throw new ThrottledError('the series must be looked at again', app.now() + 1000)
  }
}

/** The ledger has it that something follows; without this job the sweep would find it a minute later. */
async function lookAtOrder({ queues, now }: App, account: Account, key: DocumentKey) {
  const { order } = partsOf(key)
  const jobId = `${order}~issued~${now()}`
  await queues.enqueue('route-order', { order, account: account.id }, { jobId })
}

/** Whatever brings the order again, a webhook or a sweep of the shop's orders, takes it back to work. */
const orderMissing = {
  code: 'order-missing',
  field: 'order',
  ro: 'Datele comenzii lipsesc după restaurare. Retrimiteți comanda din magazin; documentul pleacă singur.',
  en: "The order's data is missing after a restore. Send the order again from the shop; the document then goes by itself.",
}

/** ANAF's answer takes it back to work. */
async function holdUntilKnown(
  { ledger }: App,
  { account, settings }: Shop,
  key: DocumentKey,
  order: Order,
): Promise<void> {
  const cif = cifToLookUp(order, settings)
  if (cif !== null) await ledger.companies.holdsUp(cif, account, key)
}

const unreadable = ({ now }: App) =>
  new ThrottledError('a number of the series cannot be read yet', now() + 10_000)

/** The next claim answers with what is true then. */
const lookAgain = ({ now }: App) =>
  new ThrottledError('the document or its order changed meanwhile', now() + 100)

/**
 * Takes a call from the budget, then intent, request and outcome. An unused call goes back. Only what SmartBill does not
 * have yet is saved with the document.
 */
async function sendOnce(
  app: App,
  account: Account,
  key: DocumentKey,
  claim: Claimed & { follows: boolean },
  wanted: DocumentDraft,
) {
  const { ledger, smartbill } = app
  const [grant, draft] = await Promise.all([
    smartbill.admit(account),
    ledger.nomenclature.sparing(account.id, key, wanted),
  ])
  let sent = false
  try {
    return await ledger.documents.attempt(
      account.id,
      key,
      {
        fence: claim.fence,
        rechecked: claim.recheck,
        version: claim.version,
        paidWith: receivedPayments(claim.order).map(({ id }) => id),
        nothingFollows: !claim.follows,
        // An import forbids the order's own document; what was issued before it is corrected all the same.
        names: draft.takes === undefined ? namesOf(claim.order) : [],
        ...(draft.takes === undefined ? { print: moneyPrint(claim.order) } : {}),
      },
      draft,
      async () => {
        // Two corrections of one invoice whose intents are both on disk see each other here.
        if (draft.takes !== undefined) await mustStillFit(app, account, key, claim.order)
        sent = true
        return request(app, account, grant, draft)
      },
    )
  } finally {
    if (!sent) await smartbill.cancel(account, grant)
  }
}

async function mustStillFit(app: App, account: Account, key: DocumentKey, order: Order) {
  const decision = await decisionOnCorrection(app, account.id, key, order)
  if (decision?.kind !== 'issue')
    throw new TransientError('another correction of the same invoice came first')
}

/** A name that SmartBill knows with another CIF cannot be saved; the document does not need it to be. */
async function request(
  { smartbill }: App,
  account: Account,
  grant: Awaited<ReturnType<App['smartbill']['admit']>>,
  draft: DocumentDraft,
) {
  try {
    return await smartbill.documents.issue(account, grant, draft)
  } catch (error) {
    const nameTaken = error instanceof RejectedError && error.refusal.code === 'client-exists'
    if (!nameTaken || !draft.client.saveToDb) throw error
    const second = await smartbill.admit(account)
    const unsaved = { ...draft, client: { ...draft.client, saveToDb: false } }
    return smartbill.documents.issue(account, second, unsaved)
  }
}

/** The claim of a later document, its order without the money that an earlier one has. */
async function withoutRecorded(
  { ledger }: App,
  account: Account,
  key: DocumentKey,
  claim: Claimed,
): Promise<Claimed> {
  const { order: ref } = partsOf(key)
  const [known, { acts, did }] = await Promise.all([
    documentsOf(ledger, account.id, ref),
    ledger.acts.ofOrder(account.id, ref),
  ])
  return { ...claim, order: withoutPayments(claim.order, recordedElsewhere(key, known, acts, did)) }
}
