import type { DocumentState } from '../../core/lifecycle.ts'
import { announcementTexts } from './announcement-texts.ts'
import { apiKeyTexts } from './api-key-texts.ts'
import { cutOverTexts } from './cut-over-texts.ts'
import { deadActTexts } from './dead-act-texts.ts'
import { deletedTexts } from './deleted-texts.ts'
import { deskTexts } from './desk-texts.ts'
import { moneyTexts } from './money-texts.ts'
import { opsTexts } from './ops-texts.ts'
import { merchantTexts } from './merchant-texts.ts'
import { reconciliationTexts } from './reconciliation-texts.ts'
import { setupTexts } from './setup-texts.ts'
import { counted, countedEn, type Lang } from './words.ts'

/** A text that says something about what is put into it, in both languages. */
const both = <A extends unknown[]>(
  ro: (...about: A) => string,
  en: (...about: A) => string,
): Record<Lang, (...about: A) => string> => ({ ro, en })

const named = <Names extends string>(
  texts: Record<Names, Record<Lang, string>>,
): Record<Lang, Record<Names, string>> => {
  const of = (lang: Lang) =>
    Object.fromEntries(
      Object.entries<Record<Lang, string>>(texts).map(([name, text]) => [name, text[lang]]),
    ) as Record<Names, string>
  return { ro: of('ro'), en: of('en') }
}

/** As `named`, for names that others add to: an unknown one has no text. */
const open = (
  texts: Record<string, Record<Lang, string>>,
): Record<Lang, Partial<Record<string, string>>> => named(texts)

type AccountState = 'ok' | 'blocked' | 'unreachable' | 'login-refused' | 'plan-limit' | 'paused'

const kinds = {
  invoice: { ro: 'factura', en: 'invoice' },
  estimate: { ro: 'proforma', en: 'proforma' },
}

/** Every sentence of the dashboard. One that lacks a language does not compile. */
const texts = {
  ...opsTexts,
  ...reconciliationTexts,
  ...cutOverTexts,
  ...moneyTexts,
  ...apiKeyTexts,
  ...announcementTexts,
  ...deletedTexts,
  ...deskTexts,
  ...deadActTexts,
  // Around every page
  skip: { ro: 'Sari la conținut', en: 'Skip to the content' },
  menu: { ro: 'Meniu', en: 'Menu' },
  overview: { ro: 'Privire de ansamblu', en: 'Overview' },
  orders: { ro: 'Comenzi', en: 'Orders' },
  deadLetters: { ro: 'Eșuate', en: 'Dead letters' },
  held: { ro: 'Oprite', en: 'Held' },
  uncertain: { ro: 'Neclare', en: 'Uncertain' },
  shops: { ro: 'Magazine', en: 'Shops' },
  accounts: { ro: 'Conturi SmartBill', en: 'SmartBill accounts' },
  queues: { ro: 'Cozi', en: 'Queues' },
  audit: { ro: 'Jurnal de acțiuni', en: 'Audit' },
  users: { ro: 'Utilizatori', en: 'Users' },
  otherLanguage: { ro: 'English', en: 'Română' },
  signIn: { ro: 'Autentificare', en: 'Sign in' },
  signOut: { ro: 'Ieșire', en: 'Sign out' },
  sandbox: { ro: 'Mod de probă', en: 'Sandbox' },
  sandboxHelp: {
    ro: 'Documentele se emit în simulator, nu în SmartBill.',
    en: 'Documents are issued in the simulator, not in SmartBill.',
  },
  copy: { ro: 'Copiază', en: 'Copy' },
  copied: { ro: 'Copiat', en: 'Copied' },
  shownOnce: {
    ro: 'Copiați acum: nu se mai arată a doua oară.',
    en: 'Copy it now: it is not shown a second time.',
  },
  save: { ro: 'Salvează', en: 'Save' },
  cancel: { ro: 'Renunță', en: 'Cancel' },
  saved: { ro: 'S-a salvat.', en: 'Saved.' },
  yes: { ro: 'da', en: 'yes' },
  no: { ro: 'nu', en: 'no' },
  pages: { ro: 'Pagini', en: 'Pages' },
  newest: { ro: 'Cele mai noi', en: 'Newest' },
  older: { ro: 'Mai vechi', en: 'Older' },
  previous: { ro: 'Înapoi', en: 'Back' },
  next: { ro: 'Înainte', en: 'Next' },
  andMore: both(
    (n: number) => `și încă ${n}`,
    (n) => `and ${n} more`,
  ),
  firstOf: both(
    (n: number, all: number) => `Primele ${n} din ${all}.`,
    (n, all) => `The first ${n} of ${all}.`,
  ),

  // Login
  userName: { ro: 'Utilizator', en: 'User name' },
  password: { ro: 'Parola', en: 'Password' },
  passwordAgain: { ro: 'Parola încă o dată', en: 'Password again' },
  loginRefused: {
    ro: 'Utilizatorul sau parola nu sunt corecte.',
    en: 'The user name or the password is not right.',
  },
  locked: both(
    (minutes: number) =>
      `Prea multe încercări nereușite. Încercați din nou peste ${counted(minutes, 'minut', 'minute')}.`,
    (minutes) =>
      `Too many failed attempts. Try again in ${countedEn(minutes, 'minute', 'minutes')}.`,
  ),
  nobodyYet: {
    ro: 'Nu există încă niciun utilizator. Setați RELAY_ADMIN_PASSWORD și reporniți procesul web; apoi intrați cu utilizatorul „admin”.',
    en: 'There is no user yet. Set RELAY_ADMIN_PASSWORD and restart the web process; then sign in as "admin".',
  },
  sessionEnded: {
    ro: 'Sesiunea a expirat. Ce ați scris se păstrează: autentificați-vă și trimiteți din nou.',
    en: 'Your session has ended. What you typed is kept: sign in and send it again.',
  },
  askAgain: { ro: 'Trimiteți acum?', en: 'Send it now?' },
  askAgainWhy: {
    ro: 'Sesiunea s-a schimbat cât timp completați, așa că nu s-a trimis nimic. Iată ce ați scris:',
    en: 'Your session changed while you were typing, so nothing was sent. This is what you typed:',
  },
  sendNow: { ro: 'Trimite', en: 'Send' },
  inviteGone: { ro: 'Invitația nu mai este valabilă', en: 'This invitation no longer holds' },
  inviteGoneWhy: {
    ro: 'A fost folosită sau a expirat. Cereți alta unui administrator.',
    en: 'It was used or has run out. Ask an administrator for another one.',
  },
  welcome: { ro: 'Bun venit', en: 'Welcome' },
  choosePassword: both(
    (n: number) => `Alegeți o parolă de cel puțin ${n} caractere.`,
    (n) => `Choose a password of at least ${n} characters.`,
  ),
  passwordShort: both(
    (n: number) => `Parola trebuie să aibă între ${n} și 200 de caractere.`,
    (n) => `The password must have between ${n} and 200 characters.`,
  ),
  passwordsDiffer: { ro: 'Cele două parole diferă.', en: 'The two passwords differ.' },
  begin: { ro: 'Începe', en: 'Begin' },
  notAllowed: { ro: 'Nu aveți acest drept', en: 'You may not do this' },
  notAllowedWhy: {
    ro: 'Rolul dumneavoastră nu permite această acțiune. Un administrator îl poate schimba la Utilizatori.',
    en: 'Your role does not allow it. An administrator can change your role under Users.',
  },
  storageAway: { ro: 'Redis nu răspunde', en: 'Redis does not answer' },
  storageAwayWhy: {
    ro: 'Datele nu pot fi citite acum. Verificați că Redis rulează și că are memorie; pagina merge din nou imediat ce răspunde.',
    en: 'The data cannot be read now. See that Redis runs and has memory; this page works again as soon as it answers.',
  },
  pageFailed: { ro: 'Pagina nu s-a putut afișa', en: 'This page failed' },
  pageFailedWhy: {
    ro: 'Este o eroare a aplicației; este scrisă în jurnal. Nu s-a schimbat nimic.',
    en: 'It is a fault of this application and is in the log. Nothing was changed.',
  },
  badRequest: { ro: 'Cererea nu poate fi citită', en: 'The request cannot be read' },
  badRequestWhy: {
    ro: 'Formularul este prea mare sau incomplet. Reîncărcați pagina și încercați din nou.',
    en: 'The form is too large or not complete. Reload the page and try again.',
  },
  notFound: { ro: 'Nu există', en: 'Not found' },

  // Overview
  allIsWell: { ro: 'Totul merge.', en: 'Everything works.' },
  allIsWellMore: {
    ro: 'Nimic nu așteaptă o persoană.',
    en: 'Nothing waits for a person.',
  },
  issuedToday: { ro: 'Emise azi', en: 'Issued today' },
  waiting: { ro: 'În lucru', en: 'Waiting' },
  oldestWaiting: { ro: 'Așteaptă de', en: 'Oldest waits' },
  noAccounts: {
    ro: 'Nu este conectat niciun cont SmartBill.',
    en: 'No SmartBill account is connected.',
  },
  addAccount: { ro: 'Adaugă un cont', en: 'Add an account' },
  lastOrders: { ro: 'Ultimele comenzi', en: 'Latest orders' },
  allOrders: { ro: 'Toate comenzile', en: 'All orders' },
  updatedAt: both(
    (time: string) => `Actualizat la ${time}.`,
    (time) => `Updated at ${time}.`,
  ),
  callsLeft: both(
    (left: number, all: number, span: string) => `${left} din ${all} apeluri libere în ${span}`,
    (left, all, span) => `${left} of ${all} calls left in ${span}`,
  ),
  nothingWaits: { ro: 'Nu așteaptă nimic.', en: 'Nothing waits.' },
  waitingFor: both(
    (n: number, span: string) =>
      `${counted(n, 'document așteaptă', 'documente așteaptă')}, cel mai vechi de ${span}.`,
    (n, span) => `${countedEn(n, 'document waits', 'documents wait')}, the oldest for ${span}.`,
  ),
  pause: { ro: 'Pune pe pauză', en: 'Pause' },
  resume: { ro: 'Reia', en: 'Resume' },
  pausedBy: both(
    (who: string) => `Oprit de ${who}.`,
    (who) => `Stopped by ${who}.`,
  ),
  untilWhen: both(
    (time: string) => `Până la ${time}.`,
    (time) => `Until ${time}.`,
  ),
  accountStates: named<AccountState>({
    ok: { ro: 'merge', en: 'working' },
    blocked: { ro: 'blocat de SmartBill', en: 'blocked by SmartBill' },
    unreachable: { ro: 'SmartBill nu răspunde', en: 'SmartBill does not answer' },
    'login-refused': { ro: 'autentificare refuzată', en: 'login refused' },
    'plan-limit': { ro: 'abonament epuizat', en: 'plan used up' },
    paused: { ro: 'pe pauză', en: 'paused' },
  }),
  accountWhy: named<AccountState>({
    ok: { ro: '', en: '' },
    blocked: {
      ro: 'SmartBill a blocat tokenul pentru prea multe apeluri. Pornim singuri după blocare.',
      en: 'SmartBill blocks the token for too many calls. We go on by ourselves afterwards.',
    },
    unreachable: {
      ro: 'Încercăm la fiecare câteva secunde; documentele pornesc singure când răspunde.',
      en: 'We try every few seconds; documents go on by themselves once it answers.',
    },
    'login-refused': {
      ro: 'SmartBill refuză e-mailul, tokenul sau CIF-ul.',
      en: 'SmartBill refuses the e-mail, the token or the CIF.',
    },
    'plan-limit': {
      ro: 'Abonamentul SmartBill a ajuns la numărul maxim de documente.',
      en: 'The SmartBill plan has reached its number of documents.',
    },
    paused: { ro: 'Documentele așteaptă până reluați.', en: 'Documents wait until you resume.' },
  }),
  accountTodo: named<AccountState>({
    ok: { ro: '', en: '' },
    blocked: {
      ro: 'Nu trebuie să faceți nimic: comenzile așteaptă și pornesc singure. Dacă se repetă, alt program folosește același token.',
      en: 'Nothing to do: orders wait and go on by themselves. If it comes back, another program uses the same token.',
    },
    unreachable: {
      ro: 'Nu trebuie să faceți nimic: comenzile se primesc, așteaptă și pornesc singure.',
      en: 'Nothing to do: orders are taken in, wait and go on by themselves.',
    },
    'login-refused': {
      ro: 'Puneți tokenul nou din SmartBill → Contul meu → Integrări. Tokenul se schimbă odată cu parola.',
      en: 'Put in the new token from SmartBill → Contul meu → Integrări. The token changes with the password.',
    },
    'plan-limit': {
      ro: 'Prelungiți abonamentul SmartBill, apoi apăsați „Reia”.',
      en: 'Extend the SmartBill plan, then press "Resume".',
    },
    paused: { ro: 'Apăsați „Reia” când poate continua.', en: 'Press "Resume" when it may go on.' },
  }),
  accountProblem: both(
    (id: string, state: string) => `Contul ${id}: ${state}.`,
    (id, state) => `Account ${id}: ${state}.`,
  ),
  openAccount: both(
    (id: string) => `Deschide contul ${id}`,
    (id) => `Open account ${id}`,
  ),
  openShopSettings: both(
    (id: string) => `Deschide setările magazinului ${id}`,
    (id) => `Open the settings of shop ${id}`,
  ),
  alarmDouble: both(
    (order: string, a: string, b: string) => `Comanda ${order} are două documente: ${a} și ${b}.`,
    (order, a, b) => `Order ${order} has two documents: ${a} and ${b}.`,
  ),
  alarmDoubleTodo: {
    ro: 'Stornați unul dintre ele în SmartBill.',
    en: 'Reverse one of them in SmartBill.',
  },
  alarmLate: both(
    (order: string, number: string) => `Documentul ${number} al comenzii ${order} a apărut târziu.`,
    (order, number) => `Document ${number} of order ${order} turned up late.`,
  ),
  alarmLateTodo: {
    ro: 'A fost recunoscut; verificați comanda.',
    en: 'It was recognised; look at the order.',
  },
  alarmTaken: both(
    (order: string, number: string, other: string) =>
      `Numărul ${number} este înregistrat și la comanda ${order}, și la comanda ${other}.`,
    (order, number, other) => `Number ${number} is recorded for order ${order} and for ${other}.`,
  ),
  alarmTakenTodo: {
    ro: 'Vedeți în SmartBill a cui este. Documentul celeilalte a fost probabil șters: emiteți-i unul în SmartBill.',
    en: 'See at SmartBill whose it is. The document of the other was probably deleted: issue one for it at SmartBill.',
  },
  openOrder: { ro: 'Deschide comanda', en: 'Open the order' },
  nobodyWorks: both(
    (span: string) => `Documentele așteaptă de ${span} și nimeni nu lucrează la ele.`,
    (span) => `Documents have been waiting for ${span} and nobody works on them.`,
  ),
  nobodyWorksTodo: {
    ro: 'Verificați că procesul worker rulează (npm run worker).',
    en: 'See that the worker process runs (npm run worker).',
  },
  seeWaiting: { ro: 'Vezi ce așteaptă', en: 'See what waits' },
  deadProblem: both(
    (n: number) => `${counted(n, 'document a eșuat', 'documente au eșuat')}.`,
    (n) => `${countedEn(n, 'document has', 'documents have')} failed.`,
  ),
  deadTodo: {
    ro: 'Sunt grupate după cauză, fiecare cu soluția ei.',
    en: 'They are grouped by cause, each with its fix.',
  },
  seeDead: { ro: 'Vezi cauzele', en: 'See the causes' },
  heldProblem: both(
    (n: number) => `${counted(n, 'document este oprit', 'documente sunt oprite')}: lipsesc date.`,
    (n) => `${countedEn(n, 'document is', 'documents are')} held: something is missing.`,
  ),
  heldTodo: {
    ro: 'La fiecare scrie ce lipsește și unde se completează.',
    en: 'Each says what is missing and where to fill it in.',
  },
  seeHeld: { ro: 'Vezi ce lipsește', en: 'See what is missing' },
  uncertainProblem: both(
    (n: number) => `Pentru ${counted(n, 'document', 'documente')} SmartBill nu a răspuns clar.`,
    (n) => `For ${countedEn(n, 'document', 'documents')} SmartBill gave no clear answer.`,
  ),
  uncertainTodo: {
    ro: 'Nu trebuie să faceți nimic: aflăm singuri dacă există, fără să emitem de două ori.',
    en: 'Nothing to do: we find out whether they exist, without issuing twice.',
  },
  seeUncertain: { ro: 'Vezi-le', en: 'See them' },
  weakRedis: { ro: 'Redis poate pierde comenzi primite.', en: 'Redis may lose accepted orders.' },

  // Orders
  order: { ro: 'Comanda', en: 'Order' },
  buyer: { ro: 'Cumpărător', en: 'Buyer' },
  total: { ro: 'Total', en: 'Total' },
  state: { ro: 'Stare', en: 'State' },
  document: { ro: 'Document', en: 'Document' },
  shop: { ro: 'Magazin', en: 'Shop' },
  received: { ro: 'Primită', en: 'Received' },
  noOrders: { ro: 'Nicio comandă.', en: 'No orders.' },
  justArrived: { ro: 'abia sosită', en: 'just arrived' },
  notDue: { ro: 'fără document', en: 'no document' },
  search: { ro: 'Caută', en: 'Search' },
  allShops: { ro: 'Toate magazinele', en: 'All shops' },
  allStates: { ro: 'Toate stările', en: 'All states' },
  show: { ro: 'Arată', en: 'Show' },
  searchedSoFar: both(
    (n: number) => `S-au căutat ${counted(n, 'comandă', 'comenzi')}; continuați cu „Mai vechi”.`,
    (n) => `${countedEn(n, 'order was', 'orders were')} looked through; go on with "Older".`,
  ),
  nothingFound: both(
    (asked: string) => `Nu s-a găsit nimic pentru „${asked}”.`,
    (asked) => `Nothing found for "${asked}".`,
  ),
  filters: named({
    waiting: { ro: 'În lucru', en: 'Waiting' },
    uncertain: { ro: 'Neclare', en: 'Uncertain' },
    held: { ro: 'Oprite', en: 'Held' },
    dead: { ro: 'Eșuate', en: 'Dead letters' },
    issued: { ro: 'Emise', en: 'Issued' },
    none: { ro: 'Fără document', en: 'Without document' },
  }),
  states: named<DocumentState>({
    due: { ro: 'la rând', en: 'waiting' },
    attempting: { ro: 'se emite', en: 'being issued' },
    uncertain: { ro: 'neclar', en: 'uncertain' },
    held: { ro: 'oprit', en: 'held' },
    skipped: { ro: 'fără document', en: 'not needed' },
    dead: { ro: 'eșuat', en: 'failed' },
    issued: { ro: 'emis', en: 'issued' },
    reversing: { ro: 'se stornează', en: 'being reversed' },
    reversed: { ro: 'stornat', en: 'reversed' },
    cancelled: { ro: 'anulat', en: 'cancelled' },
  }),
  orderStatuses: open({
    draft: { ro: 'ciornă', en: 'draft' },
    awaiting_payment: { ro: 'așteaptă plata', en: 'awaiting payment' },
    authorized: { ro: 'plată autorizată', en: 'payment authorised' },
    paid: { ro: 'plătită', en: 'paid' },
    fulfilled: { ro: 'expediată', en: 'fulfilled' },
    completed: { ro: 'finalizată', en: 'completed' },
    cancelled: { ro: 'anulată', en: 'cancelled' },
    refunded: { ro: 'rambursată', en: 'refunded' },
    failed: { ro: 'eșuată', en: 'failed' },
  }),
  orderNotFound: both(
    (id: string) => `Nu există nicio comandă „${id}” în acest magazin.`,
    (id) => `There is no order "${id}" in this shop.`,
  ),

  // One order
  kinds: named(kinds),
  kindsTitle: named({
    invoice: { ro: 'Factură', en: 'Invoice' },
    estimate: { ro: 'Proformă', en: 'Proforma' },
  }),
  placedAt: both(
    (time: string) => `plasată ${time}`,
    (time) => `placed ${time}`,
  ),
  paymentBy: both(
    (method: string) => `plată: ${method}`,
    (method) => `payment: ${method}`,
  ),
  content: { ro: 'Conținut', en: 'Content' },
  timeline: { ro: 'Ce s-a întâmplat', en: 'What happened' },
  timelineEmpty: { ro: 'Nu s-a întâmplat încă nimic.', en: 'Nothing has happened yet.' },
  notLookedAt: {
    ro: 'Comanda a sosit și urmează să fie analizată.',
    en: 'The order has arrived and will be looked at.',
  },
  noDocument: { ro: 'De ce nu are document', en: 'Why there is no document' },
  issueNow: { ro: 'Emite acum', en: 'Issue now' },
  checkAgain: { ro: 'Verifică din nou și emite', en: 'Check again and issue' },
  replay: { ro: 'Reia', en: 'Replay' },
  dryRun: { ro: 'Probă fără efect', en: 'Dry run' },
  askOperator: {
    ro: 'Un operator sau un administrator poate continua de aici.',
    en: 'An operator or an administrator can go on from here.',
  },
  issueAsked: {
    ro: 'S-a trimis la lucru. Starea se actualizează aici în câteva secunde.',
    en: 'It is on its way. The state is updated here within seconds.',
  },
  issueAlready: both(
    (state: string) => `Documentul este deja: ${state}. Nu s-a trimis nimic a doua oară.`,
    (state) => `The document is already: ${state}. Nothing was sent a second time.`,
  ),
  nothingToReplay: {
    ro: 'Nu mai este nimic de reluat: altcineva a fost mai rapid sau totul a reușit.',
    en: 'There is nothing left to replay: somebody was faster, or everything has worked.',
  },
  preview: {
    ro: 'Previzualizare: documentul care s-ar emite acum',
    en: 'Preview: the document that would be issued now',
  },
  previewHint: { ro: 'Nu se trimite nimic la SmartBill.', en: 'Nothing is sent to SmartBill.' },
  whySo: { ro: 'De ce așa', en: 'Why so' },
  whatWasSent: { ro: 'Ce s-a trimis la SmartBill', en: 'What was sent to SmartBill' },
  seriesName: { ro: 'Seria', en: 'Series' },
  issueDate: { ro: 'Data → scadența', en: 'Date → due' },
  client: { ro: 'Client', en: 'Client' },
  mentionsName: { ro: 'Mențiuni', en: 'Mentions' },
  observationsName: { ro: 'Observații', en: 'Observations' },
  decide: { ro: 'Hotărăște', en: 'Decide' },
  decideLead: both(
    (order: string, series: string) =>
      `Căutați comanda ${order} în SmartBill, seria ${series}. Ce spuneți se verifică la SmartBill înainte să conteze.`,
    (order, series) =>
      `Look for order ${order} in SmartBill, series ${series}. What you say is checked with SmartBill before it counts.`,
  ),
  decision: { ro: 'Ce s-a întâmplat cu documentul', en: 'What became of the document' },
  itExists: both(
    (series: string) => `Există în seria ${series} cu numărul:`,
    (series) => `It exists in series ${series} with the number:`,
  ),
  numberAsPrinted: { ro: 'Numărul, ca pe document', en: 'Number as printed' },
  itDoesNotExist: {
    ro: 'Nu există: se caută încă o dată, apoi se trimite din nou',
    en: 'It does not exist: it is looked for once more, then sent again',
  },
  numberNeeded: {
    ro: 'Numărul are numai cifre, ca pe document.',
    en: 'The number has digits only, as printed.',
  },
  decidedIssued: both(
    (number: string) => `Documentul este ${number}.`,
    (number) => `The document is ${number}.`,
  ),
  decidedNot: {
    ro: 'Se caută încă o dată și se trimite din nou.',
    en: 'It is looked for once more and sent again.',
  },
  dataGone: {
    ro: 'Datele comenzii nu se mai păstrează; datele fiscale ale documentelor da.',
    en: "The order's own data is no longer kept; the fiscal facts of its documents are.",
  },
  whyDue: {
    ro: 'Așteaptă să-i vină rândul în limita de apeluri SmartBill.',
    en: "It waits for its turn within SmartBill's call limit.",
  },
  whyWaits: both(
    (state: string) => `Așteaptă: contul SmartBill – ${state}. Pornește singur.`,
    (state) => `It waits: the SmartBill account – ${state}. It goes on by itself.`,
  ),
  whyAttempting: {
    ro: 'Cererea este la SmartBill acum.',
    en: 'The request is with SmartBill now.',
  },
  whyUncertain: both(
    (time: string) =>
      `Cererea a plecat la ${time}, dar SmartBill nu a dat un răspuns clar: documentul poate exista sau nu.`,
    (time) =>
      `The request left at ${time}, but SmartBill gave no clear answer: the document may exist or not.`,
  ),
  uncertainUntil: both(
    (time: string) =>
      `Dacă nu apare până la ${time}, se consideră că nu a fost emis și se trimite din nou.`,
    (time) => `If it has not turned up by ${time}, it was not issued and is sent again.`,
  ),
  graceOver: {
    ro: 'Timpul de așteptare a trecut: la prima citire completă a seriei se decide.',
    en: 'The time of grace is over: the first complete look at the series decides.',
  },
  lookingAt: both(
    (series: string, floor: number) =>
      `Citim fiecare număr din seria ${series} de la ${floor + 1} în sus și căutăm marcajul acestui document. Nu trimitem nimic a doua oară.`,
    (series, floor) =>
      `We read every number of series ${series} from ${floor + 1} up and look for this document's marker. Nothing is sent a second time.`,
  ),
  whatHappened: { ro: 'Ce s-a întâmplat', en: 'What happened' },
  whatWeDo: { ro: 'Ce facem', en: 'What we do' },
  whatNext: { ro: 'Ce urmează', en: 'What comes next' },
  whyHeld: {
    ro: 'Nu se poate emite un document corect din aceste date:',
    en: 'No correct document can be made of these data:',
  },
  whySkipped: { ro: 'Nu este nevoie de un document.', en: 'No document is needed.' },
  smartbillSaid: { ro: 'SmartBill a spus:', en: 'SmartBill said:' },
  paidAmount: { ro: 'Încasat', en: 'Paid' },
  issuedAt: { ro: 'Emis la', en: 'Issued at' },
  attempts: { ro: 'Încercări', en: 'Attempts' },
  attemptsSoFar: both(
    (n: number, ago: string) => `${counted(n, 'încercare', 'încercări')}, ultima schimbare ${ago}`,
    (n, ago) => `${countedEn(n, 'attempt', 'attempts')}, last change ${ago}`,
  ),
  openDocument: { ro: 'Deschide documentul', en: 'Open the document' },
  product: { ro: 'Produs', en: 'Product' },
  code: { ro: 'Cod', en: 'Code' },
  quantity: { ro: 'Cantitate', en: 'Quantity' },
  price: { ro: 'Preț', en: 'Price' },
  vat: { ro: 'TVA', en: 'VAT' },
  discount: { ro: 'Reducere', en: 'Discount' },
  pricesWithVat: { ro: 'Prețurile includ TVA.', en: 'Prices include VAT.' },
  pricesWithoutVat: { ro: 'Prețurile nu includ TVA.', en: 'Prices do not include VAT.' },
  payments: { ro: 'Plăți', en: 'Payments' },
  refunds: { ro: 'Rambursări', en: 'Refunds' },
  name: { ro: 'Nume', en: 'Name' },
  company: { ro: 'Firmă', en: 'Company' },
  cif: { ro: 'CIF', en: 'CIF' },
  regCom: { ro: 'Nr. reg. com.', en: 'Trade register no.' },
  email: { ro: 'E-mail', en: 'E-mail' },
  phone: { ro: 'Telefon', en: 'Phone' },
  billing: { ro: 'Facturare', en: 'Billing' },
  shipping: { ro: 'Livrare', en: 'Shipping' },
  fixInSettings: { ro: 'Corectați în setările magazinului', en: 'Fix it in the shop settings' },
  fixInShop: {
    ro: 'Corectați comanda în magazin; noutatea ajunge aici singură',
    en: 'Fix the order in the shop; the news comes here by itself',
  },

  // Timeline
  byShop: { ro: 'magazinul', en: 'the shop' },
  byRules: { ro: 'regulile', en: 'the rules' },
  byRelay: { ro: 'Relay', en: 'Relay' },
  bySmartBill: { ro: 'SmartBill', en: 'SmartBill' },
  bySeriesWatch: { ro: 'verificarea seriei', en: 'the series watch' },
  byApi: { ro: 'operator (API)', en: 'operator (API)' },
  ruleStatus: both(
    (status: string) => `starea comenzii este „${status}”`,
    (status) => `the order's status is "${status}"`,
  ),
  ruleByHand: { ro: 'a cerut o persoană', en: 'a person asked for it' },
  ruleReplay: { ro: 'reluare', en: 'replay' },
  tlReceived: { ro: 'A sosit o noutate despre comandă', en: 'News of the order came in' },
  tlReceivedOlder: {
    ro: 'A sosit o noutate mai veche decât cea cunoscută; se păstrează doar aici',
    en: 'News older than what is known came in; it is kept here only',
  },
  tlReceivedMore: both(
    (status: string, total: string, topic: string) => `Stare ${status}, total ${total} (${topic})`,
    (status, total, topic) => `Status ${status}, total ${total} (${topic})`,
  ),
  tlFromTheFuture: both(
    (moment: string) =>
      `Magazinul o datează ${moment}, în viitor: se consideră de acum. Verificați ceasul și fusul orar al magazinului.`,
    (moment) =>
      `The shop dates it ${moment}, in the future: it counts as of now. Check the clock and time zone of the shop.`,
  ),
  tlRuledDue: both(
    (kind: string, rule: string) => `Regulile cer ${kind}: ${rule}`,
    (kind, rule) => `The rules ask for an ${kind}: ${rule}`.replace('an proforma', 'a proforma'),
  ),
  tlRuledNot: { ro: 'Regulile nu cer un document acum', en: 'The rules ask for no document now' },
  tlDue: both(
    (kind: string, rule: string) => `Urmează ${kind} (${rule})`,
    (kind, rule) => `The ${kind} is due (${rule})`,
  ),
  tlWithdrawn: {
    ro: 'Nu s-a întâmplat nimic la SmartBill; se încearcă din nou',
    en: 'Nothing happened at SmartBill; it is tried again',
  },
  tlDidNotHappen: {
    ro: 'S-a stabilit că documentul nu a fost emis; se trimite din nou',
    en: 'It was found that the document was not issued; it is sent again',
  },
  tlTries: both(
    (n: string) => `Niciun număr al seriei nu poartă marcajul (a ${n}-a oară)`,
    (n) => `No number of the series carries its marker (time ${n})`,
  ),
  tlSent: both(
    (kind: string, series: string, total: string) =>
      `S-a trimis ${kind} la SmartBill: seria ${series}, total ${total}`,
    (kind, series, total) => `The ${kind} was sent to SmartBill: series ${series}, total ${total}`,
  ),
  tlMarker: both(
    (marker: string) => `Marcaj ${marker}`,
    (marker) => `Marker ${marker}`,
  ),
  tlIssued: both(
    (number: string) => `Emis: ${number}`,
    (number) => `Issued: ${number}`,
  ),
  tlTotal: both(
    (amount: string) => `Total ${amount}.`,
    (amount) => `Total ${amount}.`,
  ),
  tlPaid: both(
    (amount: string) => `Încasat ${amount}.`,
    (amount) => `Paid ${amount}.`,
  ),
  tlUncertain: {
    ro: 'SmartBill nu a dat un răspuns clar; se caută documentul, nu se trimite din nou',
    en: 'SmartBill gave no clear answer; the document is looked for, not sent again',
  },
  tlHeld: {
    ro: 'Oprit: lipsesc sau nu se potrivesc date',
    en: 'Held: data are missing or do not fit',
  },
  tlSkipped: { ro: 'Nu este nevoie de document', en: 'No document is needed' },
  tlDismissed: { ro: 'Închis de o persoană', en: 'Dismissed by a person' },
  tlDead: { ro: 'A eșuat; așteaptă o persoană', en: 'It failed and waits for a person' },
  tlDouble: both(
    (a: string, b: string) => `Două documente pentru aceeași comandă: ${a} și ${b}`,
    (a, b) => `Two documents for one order: ${a} and ${b}`,
  ),
  tlTaken: both(
    (number: string, order: string) =>
      `Numărul ${number} era înregistrat la comanda ${order}; vedeți în SmartBill a cui este`,
    (number, order) =>
      `Number ${number} was recorded for order ${order}; see at SmartBill whose it is`,
  ),
  tlLate: both(
    (number: string) => `Un răspuns întârziat a adus numărul ${number}`,
    (number) => `A late answer brought number ${number}`,
  ),

  // Dead letters
  deadLead: {
    ro: 'Tot ce a fost refuzat sau a ajuns la capătul încercărilor: documente și ce trebuia să urmeze după ele. Reparați cauza, apoi reluați: o reluare nu poate dubla nimic.',
    en: 'All that was refused or ran out of attempts: documents, and what should have followed them. Fix the cause, then replay: a replay cannot double anything.',
  },
  noDead: { ro: 'Nimic nu a eșuat.', en: 'Nothing has failed.' },
  deadSummary: both(
    (n: number, causes: number) =>
      `${counted(n, 'eșec', 'eșecuri')}, ${counted(causes, 'cauză', 'cauze')}`,
    (n, causes) =>
      `${countedEn(n, 'dead letter', 'dead letters')}, ${countedEn(causes, 'cause', 'causes')}`,
  ),
  dryRunAll: { ro: 'Probă pentru toate', en: 'Dry run of all' },
  dryRunCause: both(
    (n: number) => (n === 1 ? 'Probă și reluare' : `Probă și reluare pentru toate ${n}`),
    (n) => (n === 1 ? 'Dry run, then replay' : `Dry run, then replay all ${n}`),
  ),
  dryRunSelected: { ro: 'Probă pentru cele alese', en: 'Dry run of the selected' },
  dryRunLead: {
    ro: 'Iată ce s-ar întâmpla acum. Încă nu s-a schimbat nimic.',
    en: 'This is what would happen now. Nothing has been changed yet.',
  },
  selectAll: { ro: 'Alege toate', en: 'Select all' },
  select: both(
    (name: string) => `Alege ${name}`,
    (name) => `Select ${name}`,
  ),
  nothingSelected: {
    ro: 'Nu ați ales nimic. Bifați ce doriți sau apăsați butonul unei cauze.',
    en: 'Nothing is selected. Tick some, or press the button of a cause.',
  },
  wouldHappen: { ro: 'Rezultat', en: 'Outcome' },
  details: { ro: 'Detalii', en: 'Details' },
  replayThese: both(
    (n: number) => (n === 1 ? 'Reia acum' : `Reia acum toate ${n}`),
    (n) => (n === 1 ? 'Replay now' : `Replay all ${n} now`),
  ),
  dismissInstead: { ro: 'Închide fără reluare', en: 'Dismiss instead' },
  dismissWhat: {
    ro: 'Pentru ele nu se va emite niciun document și nu se va face nicio operațiune. Motivul rămâne în istoric.',
    en: 'No document will be issued and no step done for them. The reason stays in the timeline.',
  },
  dismissThese: both(
    (n: number) => (n === 1 ? 'Închide' : `Închide toate ${n}`),
    (n) => (n === 1 ? 'Dismiss' : `Dismiss all ${n}`),
  ),
  dismissed: both(
    (n: number) => `${counted(n, 'eșec a fost închis', 'eșecuri au fost închise')}.`,
    (n) => `${countedEn(n, 'dead letter was', 'dead letters were')} dismissed.`,
  ),
  reason: { ro: 'Motivul', en: 'Reason' },
  reasonNeeded: {
    ro: 'Scrieți motivul, în cel puțin trei caractere.',
    en: 'Give the reason, in at least three characters.',
  },
  sinceWhen: { ro: 'De când', en: 'Since' },
  showAll: both(
    (n: number) => `Arată toate ${n}`,
    (n) => `Show all ${n}`,
  ),
  job: both(
    (queue: string) => `lucrare ${queue}`,
    (queue) => `job ${queue}`,
  ),
  event: { ro: 'eveniment', en: 'event' },
  outcomes: named({
    replayed: { ro: 'reluat', en: 'replayed' },
    'would-issue': { ro: 's-ar emite', en: 'would be issued' },
    'would-dismiss': { ro: 's-ar închide', en: 'would be dismissed' },
    'would-hold': { ro: 's-ar opri: lipsesc date', en: 'would be held' },
    'would-skip': { ro: 'nu ar fi nevoie de document', en: 'would need no document' },
    'would-drop': { ro: 'nu ar mai fi nevoie', en: 'would not be needed any more' },
    'would-run': { ro: 's-ar încerca din nou', en: 'would be tried again' },
    'not-dead': { ro: 'nu mai este eșuat', en: 'no longer failed' },
    dismissed: { ro: 'închis', en: 'dismissed' },
    'would-fail': { ro: 'ar eșua din nou', en: 'would fail again' },
    'still-broken': { ro: 'tot nu poate fi citit', en: 'still cannot be read' },
  }),
  causes: open({
    'unknown-series': {
      ro: 'Seria nu există în SmartBill',
      en: 'The series does not exist in SmartBill',
    },
    'unknown-vat-rate': {
      ro: 'Cota de TVA nu există în SmartBill',
      en: 'The VAT rate does not exist in SmartBill',
    },
    'missing-product-code': { ro: 'Produse fără cod', en: 'Products without a code' },
    'invalid-request': {
      ro: 'SmartBill nu a înțeles cererea',
      en: 'SmartBill did not understand the request',
    },
    'internal-error': { ro: 'Eroare a aplicației', en: 'A fault of this application' },
    'keeps-failing': {
      ro: 'SmartBill dă eroare de fiecare dată',
      en: 'SmartBill fails every time',
    },
    'closed-period': { ro: 'Luna este închisă', en: 'The period is closed' },
    'no-right': { ro: 'Utilizatorul nu are drepturi', en: 'The user lacks a right' },
    'too-many-lines': { ro: 'Prea multe linii', en: 'Too many lines' },
    'plan-limit': { ro: 'Abonament epuizat', en: 'Plan used up' },
    refused: { ro: 'Refuzat de SmartBill', en: 'Refused by SmartBill' },
    'client-data': { ro: 'Datele cumpărătorului', en: 'Data of the buyer' },
    'client-exists': {
      ro: 'În SmartBill există un client cu același nume',
      en: 'SmartBill has a client of the same name',
    },
    'unknown-unit': {
      ro: 'Unitatea de măsură nu există în SmartBill',
      en: 'The unit does not exist in SmartBill',
    },
    'out-of-stock': { ro: 'Stoc insuficient', en: 'Not enough stock' },
    'already-paid': { ro: 'Deja încasată', en: 'Already paid' },
    stock: { ro: 'Stoc sau gestiune', en: 'Stock or warehouse' },
    currency: { ro: 'Moneda', en: 'Currency' },
    discount: { ro: 'Reducere', en: 'Discount' },
    payment: { ro: 'Încasare', en: 'Payment' },
    email: { ro: 'E-mail', en: 'E-mail' },
  }),

  // Held and uncertain
  heldLead: {
    ro: 'Documente care nu se pot emite corect din datele primite. Fiecare motiv spune ce lipsește și unde se completează; după corectură pornesc singure sau cu „Verifică din nou”.',
    en: 'Documents that cannot be made correctly of what came in. Each reason says what is missing and where to fill it in; once fixed they go on by themselves or with "Check again".',
  },
  noHeld: { ro: 'Nimic nu este oprit.', en: 'Nothing is held.' },
  uncertainLead: {
    ro: 'SmartBill nu a răspuns clar. Nu trimitem nimic a doua oară până nu știm dacă documentul există.',
    en: 'SmartBill gave no clear answer. Nothing is sent a second time until we know whether the document exists.',
  },
  noUncertain: { ro: 'Totul este clar.', en: 'Everything is clear.' },

  ...merchantTexts,
  ...setupTexts,

  // Shops and accounts
  account: { ro: 'Cont SmartBill', en: 'SmartBill account' },
  accountsLead: {
    ro: 'Limita de apeluri aparține tokenului: conturile cu același e-mail o împart.',
    en: 'The call limit belongs to the token: accounts with the same e-mail share it.',
  },
  accountUnknown: { ro: 'Acest cont nu există.', en: 'There is no such account.' },
  accountSaved: {
    ro: 'Contul este salvat. Verificați acum conexiunea.',
    en: 'The account is saved. Test the connection now.',
  },
  accountPaused: {
    ro: 'Contul este pe pauză: documentele așteaptă.',
    en: 'The account is paused: documents wait.',
  },
  accountResumed: { ro: 'Contul merge din nou.', en: 'The account goes on.' },
  accountId: { ro: 'Nume scurt', en: 'Short name' },
  accountEmail: { ro: 'E-mailul contului SmartBill', en: 'E-mail of the SmartBill account' },
  accountEmailHint: {
    ro: 'Adresa cu care vă autentificați în SmartBill.',
    en: 'The address you sign in to SmartBill with.',
  },
  token: { ro: 'Token', en: 'Token' },
  tokenHint: {
    ro: 'Se păstrează criptat și nu se mai afișează.',
    en: 'It is stored encrypted and never shown again.',
  },
  tokenKeep: {
    ro: 'Lăsați gol ca să rămână cel salvat.',
    en: 'Leave it empty to keep the one that is stored.',
  },
  cifHint: {
    ro: 'CIF-ul firmei exact ca în SmartBill, de exemplu RO12345674 sau 12345674.',
    en: 'The CIF of the company exactly as in SmartBill, like RO12345674 or 12345674.',
  },
  whereToken: {
    ro: 'Tokenul este în SmartBill la Contul meu → Integrări → API. Se schimbă odată cu parola SmartBill.',
    en: 'The token is in SmartBill under Contul meu → Integrări → API. It changes with the SmartBill password.',
  },
  idHint: {
    ro: 'Litere mici, cifre, - și _; nu se mai poate schimba.',
    en: 'Lower-case letters, digits, - and _; it cannot be changed later.',
  },
  idTaken: both(
    (id: string) => `Numele „${id}” există deja.`,
    (id) => `"${id}" exists already.`,
  ),
  connection: { ro: 'Conexiunea', en: 'Connection' },
  testConnection: { ro: 'Verifică conexiunea', en: 'Test the connection' },
  testWhat: {
    ro: 'Citește seriile și cotele de TVA din SmartBill. Nu schimbă nimic.',
    en: 'Reads the series and the VAT rates from SmartBill. It changes nothing.',
  },
  testWorks: { ro: 'Conexiunea merge.', en: 'The connection works.' },
  testRefused: { ro: 'SmartBill a refuzat cererea.', en: 'SmartBill refused the request.' },
  testParked: {
    ro: 'Contul nu poate fi întrebat acum: este blocat, pe pauză sau autentificarea este refuzată. Vedeți starea alăturată.',
    en: 'The account cannot be asked now: it is blocked, paused or its login is refused. See the state beside.',
  },
  testUnreachable: {
    ro: 'SmartBill nu răspunde. Încercați din nou peste un minut.',
    en: 'SmartBill does not answer. Try again in a minute.',
  },
  series: { ro: 'Serii', en: 'Series' },
  noSeries: {
    ro: 'Nicio serie. Creați una în SmartBill.',
    en: 'No series. Create one in SmartBill.',
  },
  nextNumber: both(
    (n: number) => `următorul număr ${n}`,
    (n) => `next number ${n}`,
  ),
  seriesNotListed: {
    ro: 'SmartBill nu a răspuns cu lista seriilor; scrieți seria exact ca în SmartBill.',
    en: 'SmartBill did not answer with its list of series; type the series exactly as in SmartBill.',
  },
  vatRates: { ro: 'Cote de TVA', en: 'VAT rates' },
  notVatPayer: {
    ro: 'Firmă neplătitoare de TVA.',
    en: 'A company that is not registered for VAT.',
  },
  access: { ro: 'Datele de acces', en: 'Access' },
  notShown: { ro: 'salvat, nu se afișează', en: 'stored, not shown' },
  addShop: { ro: 'Adaugă un magazin', en: 'Add a shop' },
  noShops: { ro: 'Niciun magazin.', en: 'No shops.' },
  shopId: { ro: 'Nume scurt', en: 'Short name' },
  shopUnknown: { ro: 'Acest magazin nu există.', en: 'There is no such shop.' },
  shopSaved: {
    ro: 'Magazinul este salvat. Puneți adresa și secretul în platformă, apoi alegeți setările.',
    en: 'The shop is saved. Put the address and the secret into the platform, then choose the settings.',
  },
  platform: { ro: 'Platformă', en: 'Platform' },
  platforms: named({
    generic: { ro: 'Magazin propriu (API)', en: 'Own shop (API)' },
    woocommerce: { ro: 'WooCommerce', en: 'WooCommerce' },
    shopify: { ro: 'Shopify', en: 'Shopify' },
    cloudcart: { ro: 'CloudCart', en: 'CloudCart' },
  }),
  secret: { ro: 'Secret', en: 'Secret' },
  secretHint: {
    ro: 'Lăsați gol ca să generăm unul. Pentru Shopify puneți secretul din Settings → Notifications → Webhooks.',
    en: 'Leave it empty and one is made. For Shopify give the secret of Settings → Notifications → Webhooks.',
  },
  replaceSecret: { ro: 'Schimbă secretul', en: 'Replace the secret' },
  replaceSecretWhat: {
    ro: 'Cel vechi este acceptat în continuare, până îl schimbați încă o dată.',
    en: 'The old one is still accepted, until it is replaced once more.',
  },
  replace: { ro: 'Schimbă', en: 'Replace' },
  secretReplaced: { ro: 'Secretul este schimbat.', en: 'The secret is replaced.' },
  address: { ro: 'Adresa', en: 'Address' },
  connect: { ro: 'Conectarea magazinului', en: 'Connecting the shop' },
  issuing: { ro: 'Emitere', en: 'Issuing' },
  issuingOff: { ro: 'oprită', en: 'off' },
  issuingAutomatic: { ro: 'automată', en: 'automatic' },
  issuingManual: { ro: 'la cerere', en: 'on request' },
  settings: { ro: 'Setări', en: 'Settings' },
  settingsSaved: {
    ro: 'Setările sunt salvate și valabile de acum.',
    en: 'The settings are saved and hold from now on.',
  },
  otherStatuses: { ro: 'Alte stări', en: 'Other statuses' },
  otherStatusesHint: {
    ro: 'Separate prin virgulă, exact ca în magazin.',
    en: 'Separated by commas, exactly as the shop has them.',
  },
  fieldErrors: named({
    id: {
      ro: 'Numele scurt: litere mici, cifre, - și _, cel mult 63 de caractere.',
      en: 'Short name: lower-case letters, digits, - and _, at most 63 characters.',
    },
    email: {
      ro: 'E-mailul contului SmartBill lipsește.',
      en: 'The e-mail of the SmartBill account is missing.',
    },
    token: { ro: 'Tokenul lipsește sau este prea lung.', en: 'The token is missing or too long.' },
    cif: {
      ro: 'CIF-ul trebuie să fie ca în SmartBill, de exemplu RO12345674 sau 12345674.',
      en: 'The CIF must be as in SmartBill, like RO12345674 or 12345674.',
    },
    account: { ro: 'Alegeți un cont.', en: 'Choose an account.' },
    platform: { ro: 'Alegeți platforma.', en: 'Choose the platform.' },
    secret: {
      ro: 'Secretul are între 1 și 500 de caractere.',
      en: 'The secret has 1 to 500 characters.',
    },
    document: { ro: 'Alegeți factură sau proformă.', en: 'Choose invoice or proforma.' },
    series: {
      ro: 'Seria are cel mult 50 de caractere.',
      en: 'The series has at most 50 characters.',
    },
    language: {
      ro: 'Limba se scrie cu două litere mari, de exemplu RO.',
      en: 'The language is two capital letters, like RO.',
    },
    triggerStatuses: {
      ro: 'Fiecare stare are între 1 și 64 de caractere.',
      en: 'Each status has 1 to 64 characters.',
    },
    productCode: { ro: 'Alegeți codul produsului.', en: 'Choose the product code.' },
  }),

  // Audit and users
  auditLead: {
    ro: 'Tot ce au schimbat persoanele, cel mai nou primul.',
    en: 'Everything that people changed, newest first.',
  },
  auditEmpty: { ro: 'Nicio acțiune încă.', en: 'Nothing yet.' },
  time: { ro: 'Ora', en: 'Time' },
  user: { ro: 'Utilizator', en: 'User' },
  action: { ro: 'Acțiune', en: 'Action' },
  about: { ro: 'Despre', en: 'About' },
  change: { ro: 'Înainte → după', en: 'Before → after' },
  deeds: open({
    login: { ro: 'autentificare', en: 'signed in' },
    reconcile: { ro: 'a verificat o zi', en: 'checked a day' },
    'reconciliation-accept': { ro: 'a acceptat o diferență', en: 'accepted a difference' },
    'login-refused': { ro: 'autentificare refuzată', en: 'login refused' },
    'login-locked': { ro: 'autentificare blocată', en: 'login locked' },
    logout: { ro: 'ieșire', en: 'signed out' },
    'invite-accepted': { ro: 'a acceptat invitația', en: 'accepted the invitation' },
    'user-invite': { ro: 'a invitat un utilizator', en: 'invited a user' },
    'user-invite-again': { ro: 'a făcut o invitație nouă', en: 'made a new invitation' },
    'user-role': { ro: 'a schimbat rolul', en: 'changed a role' },
    'user-disable': { ro: 'a dezactivat un utilizator', en: 'disabled a user' },
    'user-enable': { ro: 'a activat un utilizator', en: 'enabled a user' },
    'issue-by-hand': { ro: 'a cerut emiterea', en: 'asked to issue' },
    replay: { ro: 'a reluat', en: 'replayed' },
    email: { ro: 'a trimis documentul prin e-mail', en: 'sent the document by e-mail' },
    decide: { ro: 'a hotărât un document neclar', en: 'decided an uncertain document' },
    'dead-letters-replay': { ro: 'a reluat eșuate', en: 'replayed dead letters' },
    'dead-letters-dismiss': { ro: 'a închis eșuate', en: 'dismissed dead letters' },
    'dead-letters-run-stop': { ro: 'a oprit o lucrare în masă', en: 'stopped bulk work' },
    'dead-letters-run-stopped': { ro: 'lucrare în masă oprită', en: 'bulk work was stopped' },
    'dead-letters-run-finished': { ro: 'lucrare în masă încheiată', en: 'bulk work finished' },
    'order-edit': { ro: 'a corectat o comandă', en: 'corrected an order' },
    'account-new': { ro: 'a adăugat un cont', en: 'added an account' },
    'account-edit': { ro: 'a schimbat un cont', en: 'changed an account' },
    'account-pause': { ro: 'a pus contul pe pauză', en: 'paused an account' },
    'account-resume': { ro: 'a reluat contul', en: 'resumed an account' },
    'shop-new': { ro: 'a adăugat un magazin', en: 'added a shop' },
    'shop-settings': { ro: 'a schimbat setările', en: 'changed settings' },
    import: {
      ro: 'a importat documente din alt program',
      en: 'imported documents of another program',
    },
    'import-revoked': { ro: 'a anulat importul unui document', en: 'revoked an imported document' },
    'shop-secret': { ro: 'a schimbat secretul', en: 'replaced a secret' },
    'shop-access': { ro: 'a schimbat accesul magazinului', en: 'changed an access of a shop' },
    'sample-order': { ro: 'a trimis o comandă de probă', en: 'sent a sample order' },
    'own-password': { ro: 'și-a schimbat parola', en: 'changed the own password' },
    queues: { ro: 'a umblat la cozi', en: 'changed a queue' },
    'alert-acknowledge': { ro: 'se ocupă de o alertă', en: 'took an alert on' },
    'alert-remind': { ro: 'a repornit reamintirile', en: 'turned reminders on' },
    'alert-close': { ro: 'a închis o alertă', en: 'closed an alert' },
    'alert-settings': { ro: 'a schimbat alertele', en: 'changed the alerts' },
    'alert-test': { ro: 'a trimis un mesaj de probă', en: 'sent a test message' },
  }),
  usersLead: {
    ro: 'Cine poate vedea și schimba ce. O persoană nouă primește un link de invitație, valabil o săptămână, o singură dată.',
    en: 'Who may see and change what. A new person gets an invitation link that works once, for a week.',
  },
  role: { ro: 'Rol', en: 'Role' },
  roleOf: both(
    (name: string) => `Rolul lui ${name}`,
    (name) => `Role of ${name}`,
  ),
  roles: named({
    viewer: { ro: 'cititor', en: 'viewer' },
    operator: { ro: 'operator', en: 'operator' },
    admin: { ro: 'administrator', en: 'admin' },
  }),
  roleHelp: named({
    viewer: { ro: 'vede tot, nu schimbă nimic', en: 'sees everything, changes nothing' },
    operator: {
      ro: 'emite, reia, închide, pune pe pauză',
      en: 'issues, replays, dismisses, pauses',
    },
    admin: {
      ro: 'în plus: conturi, magazine, utilizatori',
      en: 'accounts, shops and users as well',
    },
  }),
  you: { ro: 'dumneavoastră', en: 'you' },
  active: { ro: 'activ', en: 'active' },
  disabled: { ro: 'dezactivat', en: 'disabled' },
  disable: { ro: 'Dezactivează', en: 'Disable' },
  enable: { ro: 'Activează', en: 'Enable' },
  invitedUntil: both(
    (time: string) => `invitat până la ${time}`,
    (time) => `invited until ${time}`,
  ),
  newLink: { ro: 'Link nou', en: 'New link' },
  newUser: { ro: 'Utilizator nou', en: 'New user' },
  invite: { ro: 'Invită', en: 'Invite' },
  inviteLink: { ro: 'Link de invitație', en: 'Invitation link' },
  userInvited: both(
    (name: string) => `Trimiteți acest link lui ${name}.`,
    (name) => `Send this link to ${name}.`,
  ),
  userNameRule: {
    ro: 'Litere mici, cifre și . _ @ -, între 2 și 63 de caractere.',
    en: 'Lower-case letters, digits and . _ @ -, 2 to 63 characters.',
  },
  userTaken: both(
    (name: string) => `Utilizatorul „${name}” există deja.`,
    (name) => `The user "${name}" exists already.`,
  ),
  userUnknown: { ro: 'Acest utilizator nu există.', en: 'There is no such user.' },
  lastAdmin: {
    ro: 'Trebuie să rămână cel puțin un administrator activ.',
    en: 'At least one active administrator must remain.',
  },
} satisfies Record<string, Record<Lang, unknown>>

type Of<T> = { readonly [Name in keyof T]: T[Name] extends Record<Lang, infer Text> ? Text : never }

/** The sentences of one language, by their names. */
export type Texts = Of<typeof texts>

const inLang = (lang: Lang): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text[lang]]),
  ) as unknown as Texts

const ready: Record<Lang, Texts> = { ro: inLang('ro'), en: inLang('en') }

export const textsIn = (lang: Lang): Texts => ready[lang]
