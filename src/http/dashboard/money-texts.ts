import { counted, countedEn } from './words.ts'

/** Texts of the payments and corrections pages; merged into `texts.ts`. */
export const moneyTexts = {
  groupMoney: { ro: 'Bani', en: 'Money' },
  payments: { ro: 'Încasări', en: 'Payments' },
  paymentsLead: {
    ro: 'Banii care vin după factură se înregistrează singuri. Aici sunt cei care așteaptă o persoană și deconturile de la curier.',
    en: 'Money that comes after the invoice is recorded by itself. Here is what waits for a person, and the settlements of couriers.',
  },
  noPaymentsWait: {
    ro: 'Nicio încasare nu așteaptă o persoană.',
    en: 'No payment waits for a person.',
  },
  paymentRefused: { ro: 'Refuzată de SmartBill', en: 'Refused by SmartBill' },
  paymentHeld: { ro: 'Reținută', en: 'Held' },
  paymentUnsure: { ro: 'Nu se știe', en: 'Not known' },
  replayAct: { ro: 'Reia', en: 'Replay' },
  dismissAct: { ro: 'Închide fără a face', en: 'Dismiss' },
  actIsDone: { ro: 'Este făcută deja', en: 'It is done already' },
  actReplayed: { ro: 'Se reia acum.', en: 'It is being done again.' },
  actDismissed: { ro: 'Închisă; nu se mai face.', en: 'Dismissed; it will not be done.' },
  actMarked: { ro: 'Marcată ca făcută.', en: 'Marked as done.' },
  actMoved: {
    ro: 'Starea s-a schimbat între timp; uitați-vă din nou.',
    en: 'Its state has changed meanwhile; look again.',
  },
  paymentOf: {
    ro: (amount: string, currency: string, method: string) => `${amount} ${currency}, ${method}`,
    en: (amount: string, currency: string, method: string) => `${amount} ${currency}, ${method}`,
  },
  recordTitle: { ro: 'Înregistrează o plată', en: 'Record a payment' },
  recordLead: {
    ro: 'Se încasează pe factura comenzii, cel mult cât a rămas neîncasat. Aceeași sumă în aceeași zi se înregistrează o dată.',
    en: "Is collected on the order's invoice, at most what is unpaid. The same amount on the same day is recorded once.",
  },
  recordButton: { ro: 'Înregistrează', en: 'Record' },
  recordAsked: {
    ro: 'Plata se înregistrează acum în SmartBill.',
    en: 'The payment is being recorded in SmartBill.',
  },
  recordKnown: {
    ro: 'Această plată era cerută deja; nu se înregistrează a doua oară.',
    en: 'This payment was asked for before; it is not recorded twice.',
  },
  recordBad: {
    ro: 'Suma trebuie scrisă cu punct, ca 136.00, și să fie mai mare decât zero.',
    en: 'The amount must be written with a point, like 136.00, and be more than zero.',
  },
  amountField: { ro: 'Suma', en: 'Amount' },
  methodField: { ro: 'Metoda de plată din magazin', en: "The shop's payment method" },
  dayField: { ro: 'Ziua în care au venit banii', en: 'The day the money came' },
  settleTitle: { ro: 'Decont de la curier', en: "Courier's settlement" },
  settleLead: {
    ro: 'Lipiți fișierul CSV al decontului. Coloanele se găsesc după nume uzuale (comanda, ramburs, data, AWB); dacă au alte nume, scrieți-le. Citit de două ori, nu dublează nimic.',
    en: 'Paste the CSV file of the settlement. Columns are found by usual names (comanda, ramburs, data, AWB); if they have others, write them. Read twice, it doubles nothing.',
  },
  settleFile: { ro: 'Decontul (CSV)', en: 'The settlement (CSV)' },
  settleOrder: { ro: 'Coloana cu numărul comenzii', en: 'Column of the order number' },
  settleAmount: { ro: 'Coloana cu suma', en: 'Column of the amount' },
  settleDate: { ro: 'Coloana cu data', en: 'Column of the date' },
  settleReference: { ro: 'Coloana cu AWB', en: 'Column of the AWB' },
  settleCheck: { ro: 'Verifică, fără a înregistra', en: 'Check, record nothing' },
  settleDo: { ro: 'Înregistrează încasările', en: 'Record the payments' },
  settleEmpty: {
    ro: 'Lipiți întâi conținutul fișierului.',
    en: 'Paste the content of the file first.',
  },
  settleWould: {
    ro: (n: number, amount: string) =>
      `S-ar înregistra ${counted(n, 'plată', 'plăți')}, în total ${amount}.`,
    en: (n: number, amount: string) =>
      `${countedEn(n, 'payment', 'payments')} would be recorded, ${amount} in all.`,
  },
  settleDid: {
    ro: (n: number, amount: string) =>
      `Se înregistrează ${counted(n, 'plată', 'plăți')}, în total ${amount}.`,
    en: (n: number, amount: string) =>
      `${countedEn(n, 'payment', 'payments')} are being recorded, ${amount} in all.`,
  },
  settleNot: {
    ro: (n: number) => `${counted(n, 'linie', 'linii')} nu se pot lua; fiecare cu motivul ei:`,
    en: (n: number) => `${countedEn(n, 'line', 'lines')} cannot be taken, each with its reason:`,
  },
  settleKnown: {
    ro: (n: number) => `${counted(n, 'linie era cunoscută', 'linii erau cunoscute')} deja.`,
    en: (n: number) => `${countedEn(n, 'line was', 'lines were')} known already.`,
  },
  corrections: { ro: 'Corecții', en: 'Corrections' },
  correctionsLead: {
    ro: 'Stornări și facturi de corecție: ce așteaptă aprobarea dvs. și ce nu s-a putut face. Setările magazinului spun ce se face singur.',
    en: "Reversals and corrective invoices: what waits for your yes, and what could not be done. The shop's settings say what happens by itself.",
  },
  noProposed: { ro: 'Nimic de aprobat.', en: 'Nothing to approve.' },
  toApprove: { ro: 'De aprobat', en: 'To approve' },
  correctionsStuck: { ro: 'Oprite', en: 'Stopped' },
  givesBack: {
    ro: (amount: string, currency: string) =>
      `O factură de corecție de −${amount} ${currency}, pe cotele facturii inițiale.`,
    en: (amount: string, currency: string) =>
      `A corrective invoice of −${amount} ${currency}, at the rates of the original.`,
  },
  undoes: {
    ro: (amount: string, currency: string) =>
      `Factura de ${amount} ${currency} se anulează în întregime.`,
    en: (amount: string, currency: string) =>
      `The invoice of ${amount} ${currency} is undone as a whole.`,
  },
  replaces: {
    ro: (before: string, now: string, currency: string) =>
      `Factura de ${before} ${currency} se stornează și se emite alta, de ${now} ${currency}.`,
    en: (before: string, now: string, currency: string) =>
      `The invoice of ${before} ${currency} is reversed, and another one of ${now} ${currency} is issued.`,
  },
  reversalCauses: {
    ro: {
      cancelled: 'Comanda a fost anulată.',
      refunded: 'Toți banii au fost restituiți.',
      edited: 'Comanda s-a schimbat după emitere.',
      'by-hand': 'Cerută de o persoană.',
      expired: 'Proforma a expirat.',
    },
    en: {
      cancelled: 'The order was cancelled.',
      refunded: 'All the money was given back.',
      edited: 'The order changed after it was issued.',
      'by-hand': 'Asked for by a person.',
      expired: 'The proforma has expired.',
    },
  },
  changedLine: { ro: 'Linia', en: 'Line' },
  wasInvoiced: { ro: 'Facturat', en: 'Invoiced' },
  isNow: { ro: 'Acum în comandă', en: 'In the order now' },
  approve: { ro: 'Aprobă', en: 'Approve' },
  leaveIt: { ro: 'Lasă așa', en: 'Leave it' },
  lineNumber: { ro: 'Linia', en: 'Line' },
  problemColumn: { ro: 'Ce este', en: 'What it is' },
  whatFollowed: { ro: 'Ce a urmat', en: 'What followed' },
  actKinds: {
    ro: {
      payment: 'Încasare',
      reversal: 'Stornare',
      correction: 'Corecție',
      email: 'E-mail',
      'write-back': 'Scris în magazin',
      notice: 'Anunț (webhook)',
      archive: 'PDF arhivat',
    },
    en: {
      payment: 'Payment',
      reversal: 'Reversal',
      correction: 'Correction',
      email: 'E-mail',
      'write-back': 'Written to the shop',
      notice: 'Notice (webhook)',
      archive: 'PDF archived',
    },
  },
  actStates: {
    ro: {
      proposed: 'de aprobat',
      due: 'urmează',
      attempting: 'se face acum',
      uncertain: 'nu se știe',
      held: 'reținută',
      dead: 'refuzată',
      done: 'făcută',
      dismissed: 'închisă',
    },
    en: {
      proposed: 'to approve',
      due: 'due',
      attempting: 'being done',
      uncertain: 'not known',
      held: 'held',
      dead: 'refused',
      done: 'done',
      dismissed: 'dismissed',
    },
  },
}
