import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Thresholds } from './alerting.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** What comes back within this time was never away: states that flicker are told once. */
const SETTLE_MS = 2 * MINUTE_MS

/** How things stand, as far as the rules look. Times are ms since 1970; absent means there is none. */
export type Picture = {
  at: number
  accounts: readonly {
    id: string
    state: 'ok' | 'blocked' | 'unreachable' | 'login-refused' | 'plan-limit' | 'paused'
    reason: string
    since?: number | undefined
    /** Since when the document that waits longest has been due, its delay by setting not counted. */
    dueSince?: number | undefined
    waiting: number
    quarantined: number
  }[]
  shops: readonly {
    id: string
    enabled: boolean
    /** When its newest order first came. */
    heardAt?: number | undefined
    /** Since when its API cannot be read, and why. */
    failingSince?: number | undefined
    problem?: { ro: string; en: string } | undefined
  }[]
  dead: number
  uncertain: { count: number; since?: number | undefined }
  held: { count: number; since?: number | undefined }
  /** What follows documents (payments, corrections, messages): held or in doubt, and proposed to a person. */
  stuck: { count: number; since?: number | undefined }
  proposed: { count: number; since?: number | undefined }
  /** Since when the oldest news of an order waits to be looked at. */
  unroutedSince?: number | undefined
  /** Documents that exist twice. */
  doubles: readonly { document: string; number: string; other: string }[]
  /** Documents whose number is recorded for another one, the owner. */
  taken: readonly { document: string; number: string; owner: string }[]
  /** Days of shops that do not reconcile, with what is open of them. */
  unreconciled: readonly { shop: string; open: number; days: readonly string[] }[]
  /** What this Redis may lose. */
  weaknesses: readonly string[]
}

export const Alert = z.object({
  /** The rule and what it is about: an alert is open once. */
  id: z.string(),
  rule: z.string(),
  about: z.string(),
  ro: z.string(),
  en: z.string(),
})
export type Alert = z.infer<typeof Alert>

const alert = (rule: string, about: string, ro: string, en: string): Alert => ({
  id: about === '' ? rule : `${rule} ${about}`,
  rule,
  about,
  ro,
  en,
})

/** Everything that deserves a person's attention now. */
export function evaluate(picture: Picture, thresholds: Thresholds): Alert[] {
  return [
    ...picture.accounts.flatMap((account) => ofAccount(account, picture.at, thresholds)),
    ...picture.shops.flatMap((shop) => ofShop(shop, picture.at, thresholds)),
    ...ofDocuments(picture, thresholds),
    ...picture.doubles.map(({ document, number, other }) =>
      alert(
        'double-document',
        document,
        `Documentul ${document} există de două ori în SmartBill: numerele ${other} și ${number}. Stornați unul dintre ele, apoi închideți alerta.`,
        `The document ${document} exists twice in SmartBill: numbers ${other} and ${number}. Reverse one of them, then close the alert.`,
      ),
    ),
    ...picture.taken.map(({ document, number, owner }) =>
      alert(
        'number-taken',
        document,
        `Numărul ${number} este înregistrat la două documente: ${owner} și ${document}. De obicei primul a fost șters din SmartBill și numărul lui a fost dat din nou. Deschideți ${number} în SmartBill ca să vedeți a cui comandă este; pentru comanda rămasă fără document emiteți unul în SmartBill, apoi închideți alerta.`,
        `The number ${number} is recorded for two documents: ${owner} and ${document}. Usually the first one was deleted at SmartBill and its number was given again. Open ${number} at SmartBill to see whose order it is; issue a document at SmartBill for the order that is left without one, then close the alert.`,
      ),
    ),
    ...picture.unreconciled.map(({ shop, open, days }) =>
      alert(
        'reconciliation',
        shop,
        `Reconcilierea magazinului ${shop} are ${open} ${open === 1 ? 'nepotrivire' : 'nepotriviri'} (${days.join(', ')}). Deschideți pagina Reconciliere: fiecare spune ce este de făcut.`,
        `The reconciliation of shop ${shop} has ${open} ${open === 1 ? 'finding' : 'findings'} (${days.join(', ')}). Open the page Reconciliation: each says what to do.`,
      ),
    ),
    ...(picture.weaknesses.length === 0
      ? []
      : [
          alert(
            'redis-not-durable',
            '',
            `Redis poate pierde comenzi acceptate. Corectați setările lui: ${picture.weaknesses.join(' ')}`,
            `Redis may lose accepted orders. Correct its settings: ${picture.weaknesses.join(' ')}`,
          ),
        ]),
  ]
}

const olderThan = (since: number | undefined, at: number, ms: number): boolean =>
  since !== undefined && at - since >= ms

/** A state of the account that explains why its documents wait. */
const STOPPED = new Set(['blocked', 'unreachable', 'login-refused', 'plan-limit'])

function ofAccount(
  { id, state, reason, since, dueSince, waiting, quarantined }: Picture['accounts'][number],
  at: number,
  thresholds: Thresholds,
): Alert[] {
  const found: Alert[] = []
  if (state === 'blocked')
    found.push(
      alert(
        'account-blocked',
        id,
        `SmartBill a blocat contul ${id} pentru prea multe apeluri (${reason}). Lucrul se reia singur. Verificați dacă alt program folosește același token și opriți-l.`,
        `SmartBill has blocked the account ${id} for too many calls (${reason}). Work resumes by itself. Check whether another program uses the same token, and stop it.`,
      ),
    )
  if (state === 'login-refused')
    found.push(
      alert(
        'login-refused',
        id,
        `SmartBill refuză datele de acces ale contului ${id} (${reason}). Corectați e-mailul, tokenul sau CIF-ul în setări, apoi reluați contul.`,
        `SmartBill refuses the login of the account ${id} (${reason}). Correct the e-mail, token or CIF in the settings, then resume the account.`,
      ),
    )
  if (state === 'plan-limit')
    found.push(
      alert(
        'plan-limit',
        id,
        `Abonamentul SmartBill al contului ${id} nu mai permite documente (${reason}). Măriți abonamentul în SmartBill, apoi reluați contul.`,
        `The SmartBill plan of the account ${id} allows no more documents (${reason}). Upgrade the plan in SmartBill, then resume the account.`,
      ),
    )
  if (state === 'unreachable' && olderThan(since, at, thresholds.unreachableMinutes * MINUTE_MS))
    found.push(
      alert(
        'unreachable',
        id,
        `SmartBill nu răspunde de cel puțin ${thresholds.unreachableMinutes} minute pentru contul ${id}. Comenzile așteaptă și pleacă singure când revine. Verificați accesul la internet al serverului și starea SmartBill.`,
        `SmartBill has not answered for at least ${thresholds.unreachableMinutes} minutes for the account ${id}. Orders wait and go out by themselves when it is back. Check the server's internet access and SmartBill's status.`,
      ),
    )
  if (!STOPPED.has(state) && olderThan(dueSince, at, thresholds.waitingMinutes * MINUTE_MS))
    found.push(
      alert(
        'waiting-long',
        id,
        `Contul ${id} are un document neemis la ${thresholds.waitingMinutes} minute după ce trebuia (în așteptare: ${waiting}). ${state === 'paused' ? 'Contul este pus pe pauză: reluați-l.' : 'Verificați că procesele worker rulează și că ajung la SmartBill.'}`,
        `The account ${id} has a document that was not issued ${thresholds.waitingMinutes} minutes after it was due (waiting: ${waiting}). ${state === 'paused' ? 'The account is paused: resume it.' : 'Check that the worker processes run and reach SmartBill.'}`,
      ),
    )
  if (quarantined >= thresholds.quarantined)
    found.push(
      alert(
        'quarantined',
        id,
        `Contul ${id} are mesaje de la magazine care nu pot fi citite drept comenzi (${quarantined}). Deschideți lista de erori, remediați cauza și reluați-le.`,
        `The account ${id} has messages from shops that cannot be read as orders (${quarantined}). Open the dead letters, mend the cause and replay them.`,
      ),
    )
  return found
}

function ofShop(
  { id, enabled, heardAt, failingSince, problem }: Picture['shops'][number],
  at: number,
  thresholds: Thresholds,
): Alert[] {
  const found: Alert[] = []
  if (olderThan(failingSince, at, thresholds.apiMinutes * MINUTE_MS))
    found.push(
      alert(
        'shop-api',
        id,
        `Comenzile magazinului ${id} nu pot fi citite din API-ul lui. ${problem?.ro ?? ''}`.trim(),
        `The orders of the shop ${id} cannot be read from its API. ${problem?.en ?? ''}`.trim(),
      ),
    )
  const { silenceHours } = thresholds
  if (enabled && silenceHours > 0 && olderThan(heardAt, at, silenceHours * HOUR_MS))
    found.push(
      alert(
        'shop-silent',
        id,
        `Magazinul ${id} nu a mai trimis nicio comandă nouă de ${silenceHours} de ore. Verificați în magazin că webhook-urile sunt active și adresa lor este corectă.`,
        `The shop ${id} has sent no new order for ${silenceHours} hours. Check in the shop that its webhooks are active and their address is right.`,
      ),
    )
  return found
}

function ofDocuments(picture: Picture, thresholds: Thresholds): Alert[] {
  const { at, dead, uncertain, held, stuck, proposed, unroutedSince } = picture
  const found: Alert[] = []
  if (dead >= thresholds.deadLetters)
    found.push(
      alert(
        'dead-letters',
        '',
        'Sunt lucrări oprite care așteaptă o persoană: documente, sau ce trebuia să urmeze după ele (încasări, corecții, mesaje). Deschideți lista de erori: fiecare cauză are explicația și soluția; remediați-o și reluați.',
        'There is stopped work that waits for a person: documents, or what should have followed them (payments, corrections, messages). Open the dead letters: each cause comes with its explanation and fix; mend it and replay.',
      ),
    )
  if (olderThan(uncertain.since, at, thresholds.uncertainMinutes * MINUTE_MS))
    found.push(
      alert(
        'uncertain',
        '',
        `De cel puțin ${thresholds.uncertainMinutes} minute nu se știe dacă unele documente au fost emise. Nu le emiteți manual în SmartBill; dacă durează, spuneți pentru fiecare ce număr are sau că nu există.`,
        `For at least ${thresholds.uncertainMinutes} minutes it has not been known whether some documents were issued. Do not issue them by hand in SmartBill; if it lasts, say for each which number it has, or that it does not exist.`,
      ),
    )
  if (olderThan(held.since, at, thresholds.heldHours * HOUR_MS))
    found.push(
      alert(
        'held-long',
        '',
        `Unele comenzi reținute așteaptă de cel puțin ${thresholds.heldHours} de ore date sau o decizie. Deschideți comenzile reținute: fiecare spune ce câmp trebuie completat.`,
        `Some held orders have waited for data or a decision for at least ${thresholds.heldHours} hours. Open the held orders: each says which field to complete.`,
      ),
    )
  if (olderThan(stuck.since, at, thresholds.heldHours * HOUR_MS))
    found.push(
      alert(
        'stuck-long',
        '',
        `Încasări, corecții sau mesaje așteaptă o persoană de cel puțin ${thresholds.heldHours} de ore. Deschideți paginile Încasări și Corecții: fiecare spune de ce și ce se poate face.`,
        `Payments, corrections or messages have waited for a person for at least ${thresholds.heldHours} hours. Open the pages Payments and Corrections: each says why, and what can be done.`,
      ),
    )
  if (olderThan(proposed.since, at, thresholds.heldHours * HOUR_MS))
    found.push(
      alert(
        'proposed-long',
        '',
        `Unele corecții așteaptă aprobarea de cel puțin ${thresholds.heldHours} de ore. Deschideți pagina Corecții și spuneți da sau nu.`,
        `Some corrections have waited for approval for at least ${thresholds.heldHours} hours. Open the page Corrections and say yes or no.`,
      ),
    )
  if (olderThan(unroutedSince, at, thresholds.waitingMinutes * MINUTE_MS))
    found.push(
      alert(
        'orders-not-looked-at',
        '',
        `O comandă primită nu a fost prelucrată timp de ${thresholds.waitingMinutes} minute. Verificați că procesele worker rulează.`,
        `An order that came in was not looked at for ${thresholds.waitingMinutes} minutes. Check that the worker processes run.`,
      ),
    )
  return found
}

/** An alert that somebody was told of. */
export const OpenAlert = Alert.extend({
  openedAt: z.number(),
  /** When it was last told. */
  toldAt: z.number(),
  /** How often. */
  told: z.number(),
  /** Not found any more since then. */
  goneSince: z.number().optional(),
})
export type OpenAlert = z.infer<typeof OpenAlert>

export const Message = z.object({
  /** The same at every try, so that a receiver knows a repeat. */
  id: z.string(),
  kind: z.enum(['opened', 'reminder', 'resolved', 'test']),
  at: z.number(),
  openedAt: z.number(),
  alert: Alert,
})
export type Message = z.infer<typeof Message>

function messageOf(kind: Message['kind'], open: OpenAlert, at: number): Message {
  const { openedAt, told } = open
  const name = `${open.id} ${openedAt} ${kind} ${told}`
  const id = `msg_${createHash('sha256').update(name).digest('base64url').slice(0, 24)}`
  return { id, kind, at, openedAt, alert: Alert.parse(open) }
}

/**
 * What is open from now on, what is over, and what to tell: once at the start, again after a while unless somebody has
 * taken it on, once at the end.
 */
export function compare(
  open: readonly OpenAlert[],
  found: readonly Alert[],
  at: number,
  remindMs: number,
  takenOn: (id: string) => boolean = () => false,
): { open: OpenAlert[]; over: string[]; messages: Message[] } {
  const known = new Map(open.map((one) => [one.id, one]))
  const present = new Set(found.map(({ id }) => id))
  const result: ReturnType<typeof compare> = { open: [], over: [], messages: [] }
  const tell = (kind: Message['kind'], told: OpenAlert) =>
    result.messages.push(messageOf(kind, told, at))
  for (const now of found) {
    const before = known.get(now.id)
    if (before === undefined) {
      const fresh = { ...now, openedAt: at, toldAt: at, told: 1 }
      result.open.push(fresh)
      tell('opened', fresh)
      continue
    }
    const { goneSince: _gone, ...still } = { ...before, ...now }
    if (at - before.toldAt < remindMs || takenOn(now.id)) {
      result.open.push(still)
      continue
    }
    const again = { ...still, toldAt: at, told: before.told + 1 }
    result.open.push(again)
    tell('reminder', again)
  }
  for (const before of open) {
    if (present.has(before.id)) continue
    const goneSince = before.goneSince ?? at
    if (at - goneSince < SETTLE_MS) {
      result.open.push({ ...before, goneSince })
      continue
    }
    result.over.push(before.id)
    tell('resolved', before)
  }
  return result
}

const MINUTES_BETWEEN = [1, 5, 30, 120, 300, 600, 840, 1200, 1440]

/** When a message that could not be delivered is tried again (ms from now); undefined: never. */
export function retryMs(failures: number, random: number): number | undefined {
  const wait = MINUTES_BETWEEN[failures - 1]
  return wait === undefined ? undefined : Math.round(wait * MINUTE_MS * (0.8 + 0.4 * random))
}
