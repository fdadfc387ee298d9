import { counted, countedEn } from './words.ts'

/** What the desk of failed and held documents says: bulk work on the server, and the form that corrects an order. */
export const deskTexts = {
  // Causes
  firstSeen: {
    ro: (first: string, last: string) => `prima dată ${first}, ultima dată ${last}`,
    en: (first: string, last: string) => `first seen ${first}, last seen ${last}`,
  },
  dryRunWording: {
    ro: (n: number) => (n === 1 ? 'Probă pentru acesta' : `Probă pentru aceste ${n}`),
    en: (n: number) => (n === 1 ? 'Dry run of this one' : `Dry run of these ${n}`),
  },
  theOrders: {
    ro: (n: number) => counted(n, 'comandă', 'comenzi'),
    en: (n: number) => countedEn(n, 'order', 'orders'),
  },
  correct: { ro: 'Corectează', en: 'Correct' },
  orInShop: {
    ro: 'Sau corectați comanda în magazin: noutatea ajunge aici singură.',
    en: 'Or correct the order in the shop: the news arrives here by itself.',
  },
  correctData: { ro: 'Corectează datele', en: 'Correct the data' },

  // Bulk work
  runs: { ro: 'Lucrări în masă', en: 'Bulk work' },
  runsLead: {
    ro: 'Reluări, închideri și probe ale multor documente, din ultima lună. Merg singure pe server, chiar dacă închideți pagina.',
    en: 'Replays, dismissals and dry runs of many documents, of the last month. They go on by themselves on the server, even if you close the page.',
  },
  noRuns: { ro: 'Nicio lucrare în masă în ultima lună.', en: 'No bulk work in the last month.' },
  runActs: {
    ro: { replay: 'Reluare', dismiss: 'Închidere', rehearsal: 'Probă fără efect' },
    en: { replay: 'Replay', dismiss: 'Dismissal', rehearsal: 'Dry run' },
  },
  runStates: {
    ro: { running: 'în lucru', stopped: 'oprită', finished: 'încheiată' },
    en: { running: 'running', stopped: 'stopped', finished: 'finished' },
  },
  runDone: {
    ro: (done: string, total: string) => `${done} din ${total}`,
    en: (done: string, total: string) => `${done} of ${total}`,
  },
  runProgress: { ro: 'Progres', en: 'Progress' },
  runBy: {
    ro: (who: string, when: string) => `pornită de ${who}, ${when}`,
    en: (who: string, when: string) => `started by ${who}, ${when}`,
  },
  runStoppedBy: {
    ro: (who: string) => `Oprită de ${who}. Ce nu începuse a rămas neschimbat.`,
    en: (who: string) => `Stopped by ${who}. What it had not begun is as it was.`,
  },
  runGoesOn: {
    ro: 'Merge singură pe server: puteți închide pagina.',
    en: 'It goes on by itself on the server: you may close this page.',
  },
  runIdle: {
    ro: 'Niciun proces „worker” nu a preluat-o încă. Verificați dacă rulează.',
    en: 'No worker process has taken it yet. See that one is running.',
  },
  stopRun: { ro: 'Oprește', en: 'Stop' },
  runStopped: {
    ro: 'Lucrarea se oprește. Ce nu începuse rămâne neschimbat.',
    en: 'It stops. What it had not begun stays as it is.',
  },
  runAlreadyOver: { ro: 'Lucrarea se încheiase deja.', en: 'It had already ended.' },
  runAlready: {
    ro: (who: string) => `Aceeași lucrare este deja pornită de ${who}; o vedeți mai jos.`,
    en: (who: string) => `The same was already started by ${who}; here it is.`,
  },
  runNotFound: { ro: 'Lucrarea nu mai este păstrată.', en: 'This run is no longer kept.' },
  refresh: { ro: 'Actualizează', en: 'Refresh' },
  afterwards: { ro: 'Ce s-a ales de ele', en: 'What became of them' },
  onTheirWay: { ro: 'pe drum', en: 'on their way' },
  triedAgain: { ro: 'se mai încearcă', en: 'tried again by themselves' },
  failedAgain: { ro: 'eșuate din nou', en: 'failed again' },
  why: { ro: 'De ce', en: 'Why' },
  seeRun: { ro: 'Vezi', en: 'See' },
  runStarted: { ro: 'Pornită', en: 'Started' },
  what: { ro: 'Ce', en: 'What' },
  dismissalDryRun: { ro: 'Probă de închidere', en: 'Dry run of a dismissal' },

  // Correcting an order
  correctTitle: {
    ro: (order: string) => `Corectează comanda ${order}`,
    en: (order: string) => `Correct order ${order}`,
  },
  correctLead: {
    ro: 'Datele corectate se verifică la fel ca o comandă trimisă de magazin, apoi documentul pornește singur. Dacă magazinul trimite mai târziu o versiune nouă, aceea o înlocuiește pe aceasta.',
    en: 'The corrected data is checked as if the shop had sent it, then the document goes on by itself. A later word from the shop replaces it.',
  },
  mustBeRight: { ro: 'De pus în ordine', en: 'What must be put right' },
  nothingNamed: {
    ro: 'Motivul nu numește un câmp anume. Toate datele comenzii sunt mai jos.',
    en: 'The reason names no field. All data of the order is below.',
  },
  saveAndGo: { ro: 'Salvează și continuă', en: 'Save and go on' },
  allData: { ro: 'Toate datele comenzii', en: 'All data of the order' },
  oneMore: {
    ro: (what: string) => `Adaugă: ${what}`,
    en: (what: string) => `Add: ${what}`,
  },
  takeAway: {
    ro: (what: string) => `Scoate din comandă: ${what}`,
    en: (what: string) => `Take out of the order: ${what}`,
  },
  whyCorrected: { ro: 'Cum știți (rămâne în istoric)', en: 'How you know (stays in the timeline)' },
  filledIn: { ro: 'completat ce lipsea', en: 'filled in what was missing' },
  correctedAndSent: {
    ro: 'Comanda este corectată și documentul a pornit. Starea se actualizează aici.',
    en: 'The order is corrected and its document is on its way. The state is updated here.',
  },
  nothingChanged: {
    ro: 'Nu ați schimbat nimic. Corectați cel puțin un câmp; dacă ați reparat altceva, folosiți „Reia”.',
    en: 'Nothing has been changed. Correct at least one field; if you fixed something else, use "Replay".',
  },
  someWrong: {
    ro: (n: number) =>
      n === 1
        ? 'Un câmp nu este bun; explicația este lângă el.'
        : `${counted(n, 'câmp', 'câmpuri')} nu sunt bune; explicațiile sunt lângă ele.`,
    en: (n: number) =>
      n === 1
        ? 'One field is not right; the explanation is beside it.'
        : `${n} fields are not right; the explanations are beside them.`,
  },
  newerCame: {
    ro: 'Între timp magazinul a trimis o versiune mai nouă. Mai jos este ce ați scris, cu valoarea nouă lângă fiecare câmp care diferă. Verificați și salvați din nou.',
    en: 'Meanwhile the shop has sent a newer version. Below is what you typed, with the new value beside each field that differs. Check it and save again.',
  },
  nowIs: {
    ro: (value: string) => `Acum: ${value === '' ? 'gol' : `„${value}”`}`,
    en: (value: string) => `Now: ${value === '' ? 'empty' : `"${value}"`}`,
  },
  linesCut: {
    ro: (n: number) =>
      `Comanda are multe linii; ${counted(n, 'câmp nu este arătat', 'câmpuri nu sunt arătate')} aici. Folosiți „relay order edit” pentru ele.`,
    en: (n: number) =>
      `The order has many lines; ${countedEn(n, 'field is', 'fields are')} not shown here. Use "relay order edit" for them.`,
  },
  notCorrectable: {
    ro: 'Documentul nu mai așteaptă o corectură: a pornit, s-a emis sau a fost închis.',
    en: 'The document does not wait for a correction any more: it went on, was issued or was dismissed.',
  },
  yes: { ro: 'da', en: 'yes' },
  no: { ro: 'nu', en: 'no' },
  notKnown: { ro: 'nu se știe', en: 'not known' },
  optionNames: {
    ro: {
      person: 'persoană fizică',
      company: 'firmă',
      unknown: 'se vede din date',
      product: 'produs',
      service: 'serviciu',
      giftcard: 'card cadou',
      unpaid: 'neplătită',
      authorized: 'autorizată',
      partially_paid: 'plătită parțial',
      paid: 'plătită',
      partially_refunded: 'rambursată parțial',
      refunded: 'rambursată',
      voided: 'anulată',
    },
    en: {
      person: 'person',
      company: 'company',
      unknown: 'as the data says',
      product: 'product',
      service: 'service',
      giftcard: 'gift card',
      unpaid: 'unpaid',
      authorized: 'authorized',
      partially_paid: 'partly paid',
      paid: 'paid',
      partially_refunded: 'partly refunded',
      refunded: 'refunded',
      voided: 'voided',
    },
  },
  fieldGroups: {
    ro: {
      customer: 'Cumpărătorul',
      billing: 'Adresa de facturare',
      shipping: 'Adresa de livrare',
      lines: 'Produsul',
      shippingLines: 'Transportul',
      fees: 'Taxa',
      discounts: 'Reducerea',
      payments: 'Plata',
      refunds: 'Rambursarea',
      order: 'Comanda',
    },
    en: {
      customer: 'Buyer',
      billing: 'Billing address',
      shipping: 'Delivery address',
      lines: 'Product',
      shippingLines: 'Shipping',
      fees: 'Fee',
      discounts: 'Discount',
      payments: 'Payment',
      refunds: 'Refund',
      order: 'Order',
    },
  },
  tlEdited: {
    ro: (kind: string) => `Comanda a fost corectată de o persoană: ${kind} a pornit din nou`,
    en: (kind: string) => `The order was corrected by a person: the ${kind} went back to work`,
  },
}

/** Names of an order's fields, by the last part of their path. */
export const fieldNames: Readonly<Record<string, { ro: string; en: string }>> = {
  kind: { ro: 'Persoană sau firmă', en: 'Person or company' },
  name: { ro: 'Nume', en: 'Name' },
  company: { ro: 'Firmă', en: 'Company' },
  email: { ro: 'E-mail', en: 'E-mail' },
  phone: { ro: 'Telefon', en: 'Phone' },
  cif: { ro: 'CIF', en: 'Tax id (CIF)' },
  regCom: { ro: 'Nr. Reg. Com.', en: 'Register number' },
  cnp: { ro: 'CNP', en: 'Personal number (CNP)' },
  bank: { ro: 'Banca', en: 'Bank' },
  iban: { ro: 'IBAN', en: 'IBAN' },
  line1: { ro: 'Stradă și număr', en: 'Street and number' },
  line2: { ro: 'Adresă (continuare)', en: 'Address (continued)' },
  city: { ro: 'Localitate', en: 'City' },
  county: { ro: 'Județ', en: 'County' },
  postcode: { ro: 'Cod poștal', en: 'Postcode' },
  country: { ro: 'Țară', en: 'Country' },
  sku: { ro: 'Cod (SKU)', en: 'Code (SKU)' },
  barcode: { ro: 'Cod de bare', en: 'Barcode' },
  quantity: { ro: 'Cantitate', en: 'Quantity' },
  unit: { ro: 'Unitate', en: 'Unit' },
  unitPrice: { ro: 'Preț unitar', en: 'Unit price' },
  vatRate: { ro: 'Cota TVA (%)', en: 'VAT rate (%)' },
  discount: { ro: 'Reducere', en: 'Discount' },
  total: { ro: 'Total plătit', en: 'Total paid' },
  type: { ro: 'Fel', en: 'Type' },
  price: { ro: 'Preț', en: 'Price' },
  code: { ro: 'Cod', en: 'Code' },
  amount: { ro: 'Sumă', en: 'Amount' },
  method: { ro: 'Metodă', en: 'Method' },
  at: { ro: 'Moment', en: 'Time' },
  number: { ro: 'Număr', en: 'Number' },
  status: { ro: 'Stare', en: 'Status' },
  platformStatus: { ro: 'Stare în magazin', en: 'Status in the shop' },
  paymentStatus: { ro: 'Starea plății', en: 'Payment status' },
  paymentMethod: { ro: 'Metoda de plată', en: 'Payment method' },
  currency: { ro: 'Moneda', en: 'Currency' },
  exchangeRate: { ro: 'Curs (RON pentru o unitate)', en: 'Exchange rate (RON for one unit)' },
  createdAt: { ro: 'Plasată la', en: 'Placed at' },
  deliveredAt: { ro: 'Livrată la', en: 'Delivered at' },
  pricesIncludeVat: { ro: 'Prețurile includ TVA', en: 'Prices include VAT' },
  channel: { ro: 'Canalul de vânzare', en: 'Sales channel' },
  test: { ro: 'Comandă de test', en: 'Test order' },
  externalInvoice: { ro: 'Facturată în altă parte', en: 'Invoiced elsewhere' },
  invoiceRequested: { ro: 'A cerut factură', en: 'Asked for an invoice' },
}
