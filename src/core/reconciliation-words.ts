import type { Finding, FindingCode } from './reconciliation.ts'

type Said = { ro: string; en: string }
type About = Omit<Finding, 'ro' | 'en' | 'accepted'> & { why?: Said | undefined }

/** What became of the step that should have been taken. */
const states: Partial<Record<string, Said>> = {
  held: {
    ro: 'Documentul așteaptă date sau o decizie: deschideți comanda, completați și reluați.',
    en: 'The document waits for data or a decision: open the order, complete it and replay.',
  },
  dead: {
    ro: 'SmartBill a refuzat documentul: deschideți comanda, corectați cauza și reluați.',
    en: 'SmartBill refused the document: open the order, correct the cause and replay.',
  },
  uncertain: {
    ro: 'Nu se știe dacă documentul s-a emis: nu îl emiteți manual, deschideți comanda și spuneți ce număr are sau că nu există.',
    en: 'Nobody knows whether it was issued: do not issue it by hand; open the order and say which number it has, or that it does not exist.',
  },
  waiting: {
    ro: 'Documentul așteaptă să fie emis: verificați că procesele worker rulează și că SmartBill răspunde.',
    en: 'The document waits to be issued: check that the workers run and that SmartBill answers.',
  },
  unrouted: {
    ro: 'Comanda a sosit și nu a fost prelucrată: verificați că procesele worker rulează.',
    en: 'The order came in and was not looked at: check that the workers run.',
  },
  'not-made': {
    ro: 'Emiteți documentul din pagina comenzii.',
    en: "Issue the document from the order's page.",
  },
  'never-told': {
    ro: 'Comanda este în magazin și nu a ajuns aici: retrimiteți-o din magazin și verificați webhookul.',
    en: 'The order is in the shop and never came here: send it again from the shop, and check the webhook.',
  },
}

const steps: Partial<Record<string, Said>> = {
  proposed: {
    ro: 'Corecția este propusă: aprobați-o sau respingeți-o în pagina comenzii.',
    en: "A correction is proposed: approve or dismiss it on the order's page.",
  },
  held: {
    ro: 'Pasul așteaptă o decizie: deschideți comanda, vedeți motivul și reluați.',
    en: 'The step waits for a decision: open the order, see the reason and replay.',
  },
  dead: {
    ro: 'SmartBill a refuzat pasul: deschideți comanda, vedeți motivul și reluați.',
    en: 'SmartBill refused the step: open the order, see the reason and replay.',
  },
  waiting: {
    ro: 'Pasul nu s-a făcut încă: verificați că procesele worker rulează și că SmartBill răspunde.',
    en: 'The step is not done yet: check that the workers run and that SmartBill answers.',
  },
  dismissed: {
    ro: 'Corecția a fost respinsă: dacă este bine așa, acceptați diferența.',
    en: 'The correction was dismissed: if that is right, accept the difference.',
  },
}

const both = (about: About, ro: string, en: string, next: Said): Said => ({
  ro: `${ro} ${about.why === undefined ? '' : `${about.why.ro} `}${next.ro}`,
  en: `${en} ${about.why === undefined ? '' : `${about.why.en} `}${next.en}`,
})
const nameOf = ({ order, orderNumber }: About): string => orderNumber || order
const difference = ({ expected, found, currency }: About): string =>
  `${found} ${currency} ≠ ${expected} ${currency}`
const byHand: Said = {
  ro: 'Corectați documentul din pagina comenzii sau în SmartBill.',
  en: "Correct the document from the order's page, or at SmartBill.",
}

const words: Record<FindingCode, (about: About) => Said> = {
  missing: (about) =>
    both(
      about,
      `Comanda ${nameOf(about)} ar trebui să aibă document și nu are.`,
      `Order ${nameOf(about)} should have a document and has none.`,
      states[about.state] ?? { ro: '', en: '' },
    ),
  double: (about) =>
    both(
      about,
      `Comanda ${nameOf(about)} are două documente: ${about.document}.`,
      `Order ${nameOf(about)} has two documents: ${about.document}.`,
      {
        ro: 'Deschideți-le în SmartBill și stornați unul.',
        en: 'Open them at SmartBill and reverse one.',
      },
    ),
  'cancelled-live': (about) =>
    both(
      about,
      `Comanda ${nameOf(about)} este anulată, iar ${about.document} a rămas valabil (${about.found} ${about.currency}).`,
      `Order ${nameOf(about)} is cancelled, and ${about.document} still stands (${about.found} ${about.currency}).`,
      steps[about.state] ?? {
        ro: 'Stornați sau anulați documentul din pagina comenzii.',
        en: "Reverse or cancel the document from the order's page.",
      },
    ),
  'refund-open': (about) =>
    both(
      about,
      `La comanda ${nameOf(about)} s-au restituit bani fără corecție: documentele fac ${about.found} ${about.currency}, ar trebui ${about.expected} ${about.currency}.`,
      `Money of order ${nameOf(about)} was given back without a correction: the documents come to ${about.found} ${about.currency} and should come to ${about.expected} ${about.currency}.`,
      steps[about.state] ?? {
        ro: 'Emiteți corecția din pagina comenzii.',
        en: "Issue the correction from the order's page.",
      },
    ),
  'total-differs': (about) =>
    both(
      about,
      `Documentele comenzii ${nameOf(about)} (${about.document}) nu fac cât comanda: ${difference(about)}.`,
      `The documents of order ${nameOf(about)} (${about.document}) do not come to what the order says: ${difference(about)}.`,
      steps[about.state] ?? byHand,
    ),
  unpaid: (about) =>
    both(
      about,
      `${about.document}: banii comenzii ${nameOf(about)} au venit, dar nu sunt încasați pe factură (${difference(about)}).`,
      `${about.document}: the money of order ${nameOf(about)} came and is not collected on the invoice (${difference(about)}).`,
      steps[about.state] ?? {
        ro: 'Înregistrați plata din pagina comenzii.',
        en: "Record the payment from the order's page.",
      },
    ),
  overpaid: (about) =>
    both(
      about,
      `${about.document}: pe factura comenzii ${nameOf(about)} este încasat mai mult decât a venit (${difference(about)}).`,
      `${about.document}: more is collected on the invoice of order ${nameOf(about)} than came in (${difference(about)}).`,
      {
        ro: 'Verificați încasările facturii în SmartBill și ștergeți ce este în plus.',
        en: "Check the invoice's collections at SmartBill, and delete what is too much.",
      },
    ),
  gone: (about) =>
    about.state === 'another'
      ? both(
          about,
          `${about.document} al comenzii ${nameOf(about)} a fost șters din SmartBill, iar numărul lui îl are acum alt document.`,
          `${about.document} of order ${nameOf(about)} was deleted at SmartBill, and another document has its number now.`,
          reissue,
        )
      : both(
          about,
          `${about.document} al comenzii ${nameOf(about)} nu mai există în SmartBill.`,
          `${about.document} of order ${nameOf(about)} is no longer at SmartBill.`,
          reissue,
        ),
  'cancelled-at-smartbill': (about) =>
    both(
      about,
      `${about.document} al comenzii ${nameOf(about)} a fost anulat în SmartBill de altcineva.`,
      `${about.document} of order ${nameOf(about)} was cancelled at SmartBill by somebody else.`,
      {
        ro: 'Dacă nu trebuia, restaurați-l în SmartBill; altfel acceptați diferența.',
        en: 'If that was wrong, restore it at SmartBill; otherwise accept the difference.',
      },
    ),
  'reversed-at-smartbill': (about) =>
    both(
      about,
      `${about.document} al comenzii ${nameOf(about)} a fost stornat în SmartBill de altcineva.`,
      `${about.document} of order ${nameOf(about)} was reversed at SmartBill by somebody else.`,
      {
        ro: 'Dacă nu trebuia, emiteți alt document; altfel acceptați diferența.',
        en: 'If that was wrong, issue another document; otherwise accept the difference.',
      },
    ),
  'total-changed': (about) =>
    both(
      about,
      `Totalul lui ${about.document} (comanda ${nameOf(about)}) este altul în SmartBill: ${difference(about)}.`,
      `The total of ${about.document} (order ${nameOf(about)}) is different at SmartBill: ${difference(about)}.`,
      {
        ro: 'Vedeți în SmartBill cine l-a modificat; corectați-l sau acceptați diferența.',
        en: 'See at SmartBill who changed it; correct it, or accept the difference.',
      },
    ),
  'paid-changed': (about) =>
    both(
      about,
      `Încasările lui ${about.document} (comanda ${nameOf(about)}) sunt altele în SmartBill: ${difference(about)}.`,
      `The collections of ${about.document} (order ${nameOf(about)}) are different at SmartBill: ${difference(about)}.`,
      {
        ro: 'Vedeți încasările facturii în SmartBill: una a fost adăugată sau ștearsă manual. Corectați-o sau acceptați diferența.',
        en: "See the invoice's collections at SmartBill: one was added or deleted by hand. Correct it, or accept the difference.",
      },
    ),
  'foreign-number': (about) =>
    both(
      about,
      `${about.document} este în seria magazinului și nu este al niciunei comenzi.`,
      `${about.document} is in the shop's series and belongs to no order.`,
      {
        ro: 'Vedeți în SmartBill cine l-a emis. O serie numai pentru acest program evită confuzia; dacă este bine așa, acceptați diferența.',
        en: 'See at SmartBill who issued it. A series for this program alone avoids confusion; if it is right, accept the difference.',
      },
    ),
}

const reissue: Said = {
  ro: 'Dacă nu trebuia, emiteți documentul din nou în SmartBill; altfel acceptați diferența.',
  en: 'If that was wrong, issue the document again at SmartBill; otherwise accept the difference.',
}

/** What to tell a person, with what to do. */
export function worded(about: About): Finding {
  const said = words[about.code](about)
  const { why: _why, ...rest } = about
  return { ...rest, ro: said.ro.trim(), en: said.en.trim() }
}
