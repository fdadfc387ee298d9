import { counted, countedEn } from './words.ts'

/** What the pages of the reconciliation say. */
export const reconciliationTexts = {
  reconciliation: { ro: 'Reconciliere', en: 'Reconciliation' },
  reconciliationLead: {
    ro: 'În fiecare noapte ziua trecută este verificată: comenzi, documente, încasări, restituiri și, dacă așa spun setările, ce are SmartBill acum.',
    en: 'Every night the day before is checked: orders, documents, collections, refunds and, where the settings say so, what SmartBill has now.',
  },
  reconciliationOff: {
    ro: 'Oprită în setările magazinului; se poate porni de mână.',
    en: "Off in the shop's settings; it can be run by hand.",
  },
  reconciliationNone: {
    ro: 'Nicio zi verificată încă.',
    en: 'No day was checked yet.',
  },
  dayClean: { ro: 'totul corespunde', en: 'all agrees' },
  dayOpen: {
    ro: (n: number) => counted(n, 'nepotrivire', 'nepotriviri'),
    en: (n: number) => countedEn(n, 'finding', 'findings'),
  },
  dayAccepted: {
    ro: (n: number) => counted(n, 'acceptată', 'acceptate'),
    en: (n: number) => `${n} accepted`,
  },
  dayField: { ro: 'Ziua', en: 'Day' },
  checkedForm: { ro: 'Verificat', en: 'Checked' },
  checkedLedger: { ro: 'ce știe programul', en: 'what the program knows' },
  checkedSmartBill: { ro: 'și în SmartBill', en: 'at SmartBill too' },
  checkNow: { ro: 'Verifică acum', en: 'Check now' },
  checkDeep: { ro: 'Verifică și în SmartBill', en: 'Check at SmartBill too' },
  checkGoesOn: {
    ro: 'Verificarea durează mai mult și continuă; reîncărcați pagina peste câteva minute.',
    en: 'The check takes longer and goes on; load the page again in a few minutes.',
  },
  checkBadDay: {
    ro: 'Alegeți o zi care a început deja.',
    en: 'Choose a day that has begun.',
  },
  checkDone: {
    ro: (open: number) =>
      open === 0
        ? 'Verificat: totul corespunde.'
        : `Verificat: ${counted(open, 'nepotrivire', 'nepotriviri')}.`,
    en: (open: number) =>
      open === 0 ? 'Checked: all agrees.' : `Checked: ${countedEn(open, 'finding', 'findings')}.`,
  },
  dayNotChecked: { ro: 'Ziua nu a fost verificată.', en: 'The day was not checked.' },
  dayFacts: {
    ro: (orders: number, documents: number) =>
      `${counted(orders, 'comandă', 'comenzi')}, ${counted(documents, 'document', 'documente')}`,
    en: (orders: number, documents: number) =>
      `${countedEn(orders, 'order', 'orders')}, ${countedEn(documents, 'document', 'documents')}`,
  },
  sumOrders: { ro: 'Comenzi', en: 'Orders' },
  sumRefunds: { ro: 'Restituiri', en: 'Refunds' },
  sumDocuments: { ro: 'Documente', en: 'Documents' },
  sumCorrections: { ro: 'Corecții', en: 'Corrections' },
  sumCaptured: { ro: 'Bani veniți', en: 'Money that came' },
  sumPaid: { ro: 'Încasat pe facturi', en: 'Collected' },
  currencyWord: { ro: 'Moneda', en: 'Currency' },
  finding: { ro: 'Nepotrivire', en: 'Finding' },
  acceptFinding: { ro: 'Acceptă diferența', en: 'Accept the difference' },
  acceptReason: { ro: 'De ce este bine așa', en: 'Why it is right' },
  findingAccepted: { ro: 'Acceptată.', en: 'Accepted.' },
  acceptedBy: {
    ro: (who: string, reason: string) => `acceptată de ${who}${reason === '' ? '' : `: ${reason}`}`,
    en: (who: string, reason: string) => `accepted by ${who}${reason === '' ? '' : `: ${reason}`}`,
  },
  downloadCsv: { ro: 'Descarcă CSV', en: 'Download CSV' },
}
