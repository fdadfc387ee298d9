import { counted, countedEn, type Lang } from './words.ts'

/** What the pages for operations say: charts, search, alerts, audit, the groups of the menu. */
export const opsTexts = {
  // Menu
  groupWork: { ro: 'Lucru', en: 'Work' },
  groupWatch: { ro: 'Supraveghere', en: 'Watching' },
  groupSettings: { ro: 'Setări', en: 'Settings' },
  alerts: { ro: 'Alerte', en: 'Alerts' },

  // Charts
  flowTitle: { ro: 'Câte și cât de repede', en: 'How many and how fast' },
  last3h: { ro: 'Ultimele 3 ore', en: 'Last 3 hours' },
  last8d: { ro: 'Ultimele 8 zile', en: 'Last 8 days' },
  perMinute: { ro: 'Documente pe minut', en: 'Documents per minute' },
  perHour: { ro: 'Documente pe oră', en: 'Documents per hour' },
  howLong: { ro: 'De la comandă la document (secunde)', en: 'From order to document (seconds)' },
  moment: { ro: 'Ora', en: 'Time' },
  documentsShort: { ro: 'documente', en: 'documents' },
  half: { ro: 'jumătate sub', en: 'half within' },
  most: { ro: '95 % sub', en: '95 % within' },
  flowSummary: {
    ro: (n: number, half: string, most: string) =>
      `${counted(n, 'document', 'documente')}: jumătate în cel mult ${half} de la comandă, 95 % în cel mult ${most}.`,
    en: (n: number, half: string, most: string) =>
      `${countedEn(n, 'document', 'documents')}: half within ${half} of the order, 95 % within ${most}.`,
  },
  flowEmpty: {
    ro: 'Niciun document în acest timp.',
    en: 'No documents in this time.',
  },
  asTable: { ro: 'Ca tabel', en: 'As a table' },
  from: { ro: 'De la', en: 'From' },
  documentsWord: { ro: 'Documente', en: 'Documents' },

  // Search
  searchPlaceholder: {
    ro: 'comandă, document, nume, e-mail, telefon, CIF, cod produs',
    en: 'order, document, name, e-mail, phone, CIF, product code',
  },
  fromDay: { ro: 'De la', en: 'From' },
  toDay: { ro: 'Până la', en: 'To' },
  clear: { ro: 'Golește', en: 'Clear' },
  foundFor: {
    ro: (n: number, asked: string) =>
      `${counted(n, 'comandă găsită', 'comenzi găsite')} pentru „${asked}”.`,
    en: (n: number, asked: string) => `${countedEn(n, 'order', 'orders')} found for "${asked}".`,
  },
  foundTooMany: {
    ro: (asked: string) =>
      `Multe comenzi au „${asked}”; s-au căutat cele mai noi. Adăugați un cuvânt (nume, telefon) sau alegeți zile.`,
    en: (asked: string) =>
      `Many orders have "${asked}"; the newest were searched. Add a word (name, phone) or choose days.`,
  },
  askedTooLong: {
    ro: (max: number) =>
      `Textul căutat are peste ${max} de caractere. Căutați după un număr, un nume, un e-mail, un telefon, un CIF sau un cod de produs.`,
    en: (max: number) =>
      `The search text has more than ${max} characters. Search for a number, a name, an e-mail, a phone, a CIF or a product code.`,
  },
  nothingFoundMore: {
    ro: 'Se caută numărul comenzii (1001), al documentului (FCT 0042), numele, e-mailul, telefonul sau CIF-ul cumpărătorului și codul produsului. Ajunge începutul cuvântului.',
    en: 'Order number (1001), document number (FCT 0042), name, e-mail, phone or CIF of the buyer, and product code are searched. The beginning of a word is enough.',
  },

  // Alerts
  alertsLead: {
    ro: 'Ce are nevoie de o persoană. Fiecare se închide singură când motivul dispare; mesajele pleacă pe canalele din configurare.',
    en: 'What needs a person. Each ends by itself once its cause is gone; messages leave by the channels of the configuration.',
  },
  alertsNone: { ro: 'Nicio alertă deschisă.', en: 'No alert is open.' },
  alertsRecent: { ro: 'Încheiate de curând', en: 'Over since lately' },
  alertsNoneRecent: { ro: 'Nicio alertă încheiată.', en: 'No alert has ended.' },
  alertSince: {
    ro: (ago: string, told: number) =>
      `deschisă ${ago}, anunțată ${told === 1 ? 'o dată' : `de ${counted(told, '', 'ori')}`}`,
    en: (ago: string, told: number) => `opened ${ago}, told ${countedEn(told, 'time', 'times')}`,
  },
  alertLasted: {
    ro: (span: string) => `a durat ${span}`,
    en: (span: string) => `lasted ${span}`,
  },
  alertSeen: {
    ro: (who: string, ago: string) => `${who} s-a ocupat de ea ${ago}; nu se mai amintește.`,
    en: (who: string, ago: string) => `${who} has taken it on ${ago}; no more reminders.`,
  },
  acknowledge: { ro: 'Mă ocup eu', en: 'I am on it' },
  remindAgain: { ro: 'Amintește din nou', en: 'Remind again' },
  closeAlert: { ro: 'Închide', en: 'Close' },
  closeReason: { ro: 'Ce ați făcut', en: 'What you did' },
  alertAcknowledged: {
    ro: 'Nu se mai trimit reamintiri pentru această alertă.',
    en: 'No more reminders are sent for this alert.',
  },
  alertReminds: { ro: 'Reamintirile pornesc din nou.', en: 'Reminders go out again.' },
  alertGone: { ro: 'Alerta nu mai este deschisă.', en: 'The alert is not open any more.' },
  alertClosed: {
    ro: 'Alerta se închide în cel mult câteva minute.',
    en: 'The alert ends within minutes.',
  },
  alertReasonMissing: {
    ro: 'Scrieți ce ați făcut, ca să se știe.',
    en: 'Write what you did, so that it is known.',
  },
  openIt: { ro: 'Deschide', en: 'Open' },
  channels: { ro: 'Canale', en: 'Channels' },
  channelsNone: {
    ro: 'Nu este setat niciun canal: alertele se văd doar aici. Adăugați „alerting” în fișierul din RELAY_CONFIG.',
    en: 'No channel is set: alerts are seen here only. Add "alerting" to the file in RELAY_CONFIG.',
  },
  channelWebhook: {
    ro: (url: string) => `webhook către ${url}`,
    en: (url: string) => `webhook to ${url}`,
  },
  channelEmail: { ro: (to: string) => `e-mail către ${to}`, en: (to: string) => `e-mail to ${to}` },
  sendTest: { ro: 'Trimite un mesaj de probă', en: 'Send a test message' },
  testSent: {
    ro: (name: string) => `Mesajul de probă a fost primit (${name}).`,
    en: (name: string) => `The test message was taken (${name}).`,
  },
  testFailed: {
    ro: (name: string, why: string) =>
      `Mesajul de probă nu a ajuns (${name}): ${why}. Verificați adresa și datele de acces în configurare.`,
    en: (name: string, why: string) =>
      `The test message did not arrive (${name}): ${why}. Check the address and the login in the configuration.`,
  },

  // Audit
  auditWho: { ro: 'Cine', en: 'Who' },
  auditWhat: { ro: 'Ce', en: 'What' },
  everybody: { ro: 'oricine', en: 'anybody' },
  everything: { ro: 'orice', en: 'anything' },
  auditNothing: {
    ro: 'Nicio înregistrare care să se potrivească.',
    en: 'No entry fits.',
  },
  auditSearched: {
    ro: (n: number) =>
      `S-au căutat ${counted(n, 'înregistrare', 'înregistrări')}; continuați cu „Mai vechi”.`,
    en: (n: number) =>
      `${countedEn(n, 'entry was', 'entries were')} looked through; go on with "Older".`,
  },
} satisfies Record<string, Record<Lang, unknown>>
