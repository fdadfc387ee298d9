import type { App } from '../src/app.ts'
import { ThrottledError } from '../src/core/errors.ts'
import { partsOf } from '../src/core/ids.ts'
import { didNotHappen } from '../src/did-not-happen.ts'
import { adoptFromEstimate, estimateSentFor } from '../src/corrections/estimates.ts'
import type { Payload } from '../src/jobs.ts'
import { watchSeries } from '../src/series-watch.ts'

/** After so many attempts in a row that did not happen, the fault is in the document, not in the line. */
const MAX_TRIES = 6
/** A look that another worker began this recently serves as well, in ms. */
const RECENT_MS = 1500

/** A request left no clear answer: finds out whether the document exists. Never sends one. */
export async function resolveOutcome(
  { documentKey: key, account: accountId }: Payload<'resolve-outcome'>,
  app: App,
): Promise<string> {
  const { ledger, now, config } = app
  const claim = await ledger.documents.claim(accountId, key)
  if (claim.status === 'busy')
    throw new ThrottledError('its worker may still report back', claim.until)
  if (claim.status === 'claimed' || claim.status === 'orderless') {
    await ledger.documents.unclaim(accountId, key, claim.fence)
    return 'due'
  }
  if (claim.status !== 'uncertain') return claim.status
  const document = await ledger.documents.get(accountId, key)
  const account = await ledger.registry.account(accountId)
  if (document === undefined || account === undefined)
    throw new Error(`account ${accountId} is not known`)

  if (document.draft === '1') {
    await ledger.documents.move(accountId, key, 'held', {
      who: 'relay',
      from: ['uncertain'],
      facts: { why: 'a draft leaves no trace' },
      fields: { reasons: JSON.stringify([uncertainDraft]) },
    })
    return 'held: uncertain-draft'
  }

  // Of an invoice made of a proforma SmartBill itself says what became of it.
  const estimate = await estimateSentFor(app, account, key)
  if (estimate !== undefined) {
    const made = await adoptFromEstimate(app, account, key, estimate)
    if (made !== undefined && made !== 'draft') return `found ${made}`
  }

  const { kind } = partsOf(key)
  const series = { account: accountId, kind, series: document.series }
  await ledger.series.expectLate(series, document.floor)
  const graceEnds = document.sentAt + config.smartbill.graceMs
  const { refusal } = document
  const since = () => {
    if (refusal !== undefined) return document.at
    return final ? graceEnds : Math.max(document.sentAt + 1, now() - RECENT_MS)
  }
  // After an answer nothing comes late.
  const final = refusal !== undefined || now() >= graceEnds
  const { complete } = await watchSeries(
    app,
    account,
    series,
    since(),
    final ? document.floor : undefined,
  )

  const after = await ledger.documents.get(accountId, key)
  if (after?.state !== 'uncertain') return after?.state ?? 'unknown'
  if (!final || !complete) {
    const age = now() - document.sentAt
    const next = now() + Math.min(30_000, Math.max(1000, age / 2))
    throw new ThrottledError('not found so far', final ? next : Math.min(next, graceEnds + 1))
  }
  if (refusal !== undefined) {
    await ledger.documents.bury(accountId, key, refusal, 'uncertain')
    return `dead: ${refusal.code}`
  }
  const tries = document.tries + 1
  if (tries >= MAX_TRIES) {
    await ledger.documents.bury(accountId, key, keepsFailing(document.answered, tries), 'uncertain')
    return 'dead: keeps failing'
  }
  const facts = {
    why: 'no number of the series carries its marker and the grace period is over',
    tries,
  }
  if (!(await didNotHappen(app, accountId, key, document, { tries, facts })))
    return 'decided meanwhile'
  return 'it did not happen'
}

const uncertainDraft = {
  code: 'uncertain-draft',
  field: 'draft',
  ro: 'Nu se știe dacă ciorna a fost salvată. Căutați-o în SmartBill (Rapoarte → Facturi): dacă există, marcați comanda ca emisă; dacă nu, emiteți din nou.',
  en: 'Nobody knows whether the draft was saved. Look for it in SmartBill (Rapoarte → Facturi): if it is there, mark the order as issued; if not, issue again.',
}

const keepsFailing = (answered: string, tries: number) => ({
  code: 'keeps-failing',
  said: answered,
  ro: `SmartBill a dat eroare de ${tries} ori la acest document și nu l-a emis. Verificați datele comenzii; apoi reluați.`,
  en: `SmartBill failed ${tries} times on this document and did not issue it. Check the order data, then replay.`,
})
