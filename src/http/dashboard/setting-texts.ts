import {
  reconciliationSection,
  reconciliationSettingTexts,
} from './reconciliation-setting-texts.ts'
import type { SectionName } from './setting-fields.ts'
import type { Lang } from './words.ts'

type Both = Record<Lang, string>
/** What a person reads about a setting: its name, what it does, its choices, and what to type when it was refused. */
export type SettingText = {
  name: Both
  hint?: Both
  options?: Record<string, Both>
  error?: Both
}

export const sectionTexts: Record<SectionName, { title: Both; lead: Both }> = {
  basics: {
    title: { ro: 'Ce se emite și când', en: 'What is issued and when' },
    lead: {
      ro: 'Documentul, seria lui și momentul în care o comandă îl primește.',
      en: 'The document, its series, and the moment at which an order gets it.',
    },
  },
  rules: {
    title: { ro: 'Reguli proprii', en: 'Rules of your own' },
    lead: {
      ro: 'Pentru comenzi care trebuie tratate altfel. Prima regulă care se potrivește schimbă setările pentru acea comandă.',
      en: 'For orders that need something else. The first rule that fits changes the settings for that order.',
    },
  },
  corrections: {
    title: { ro: 'Corecții și proforme', en: 'Corrections and proformas' },
    lead: {
      ro: 'Ce se face când comanda se schimbă după ce are document.',
      en: 'What happens when the order changes after it has its document.',
    },
  },
  reconciliation: reconciliationSection,
  after: {
    title: { ro: 'După emitere', en: 'Once it is issued' },
    lead: {
      ro: 'Trimiterea documentului la cumpărător și scrierea lui pe comandă.',
      en: 'Sending the document to the buyer and writing it on the order.',
    },
  },
  products: {
    title: { ro: 'Clienți și produse', en: 'Clients and products' },
    lead: {
      ro: 'Ce se scrie în nomenclatoarele SmartBill și cum arată o linie a documentului.',
      en: 'What is written to the lists of SmartBill, and how a line of the document looks.',
    },
  },
  buyer: {
    title: { ro: 'Cumpărătorul', en: 'The buyer' },
    lead: {
      ro: 'De unde se află datele firmei și ce se face când ceva lipsește.',
      en: 'Where the company data comes from, and what happens when something is missing.',
    },
  },
  vat: {
    title: { ro: 'TVA', en: 'VAT' },
    lead: {
      ro: 'Numele cotelor se scriu exact ca în SmartBill, la Configurare → Cote TVA.',
      en: 'Names of rates are written exactly as in SmartBill, under Configurare → Cote TVA.',
    },
  },
  money: {
    title: { ro: 'Date, monedă, încasări', en: 'Dates, currency, payments' },
    lead: {
      ro: 'Data și scadența documentului, cursul valutar și înregistrarea banilor primiți.',
      en: 'Issue and due date, the exchange rate, and the record of money received.',
    },
  },
  stock: {
    title: { ro: 'Stocuri', en: 'Stock' },
    lead: {
      ro: 'Gestiunile din care se descarcă marfa și stocul pe care îl află magazinul.',
      en: 'The warehouses that goods leave, and the stock that the shop hears of.',
    },
  },
  texts: {
    title: { ro: 'Texte și limbi', en: 'Texts and languages' },
    lead: {
      ro: 'Ce se tipărește pe document. Între acolade se pun datele comenzii.',
      en: 'What is printed on the document. Data of the order goes between braces.',
    },
  },
  more: {
    title: { ro: 'Altele', en: 'More' },
    lead: {
      ro: 'Setări care se folosesc mai rar.',
      en: 'Settings that are needed less often.',
    },
  },
}

const reactions = {
  reverse: { ro: 'se corectează singur', en: 'corrected by itself' },
  propose: { ro: 'se propune, hotărăște o persoană', en: 'proposed, a person decides' },
  ignore: { ro: 'nu se face nimic', en: 'nothing is done' },
}
const yesHold = {
  hold: { ro: 'oprește comanda până o completați', en: 'hold the order until it is completed' },
}
const templateHint = {
  ro: 'Puteți folosi {order.number}, {order.id}, {order.date}, {order.total}, {order.currency}, {order.paymentMethod}, {customer.name}, {customer.email}, {customer.phone}.',
  en: 'You may use {order.number}, {order.id}, {order.date}, {order.total}, {order.currency}, {order.paymentMethod}, {customer.name}, {customer.email}, {customer.phone}.',
}

/** The texts of every setting; a test holds them against the schema. Parts have a dot: `zeroVat.export`. */
export const settingTexts: Record<string, SettingText> = {
  enabled: {
    name: { ro: 'Emiterea este pornită', en: 'Issuing is on' },
    hint: {
      ro: 'Cât timp este oprită, comenzile se primesc și se păstrează, dar nu se emite nimic.',
      en: 'While it is off, orders are taken in and kept, and nothing is issued.',
    },
  },
  document: {
    name: { ro: 'Document', en: 'Document' },
    options: {
      '': { ro: '– alegeți –', en: '– choose –' },
      invoice: { ro: 'factură', en: 'invoice' },
      estimate: { ro: 'proformă', en: 'proforma' },
    },
    error: { ro: 'Alegeți factură sau proformă.', en: 'Choose invoice or proforma.' },
  },
  series: {
    name: { ro: 'Seria', en: 'Series' },
    error: {
      ro: 'Seria are cel mult 50 de caractere, exact ca în SmartBill.',
      en: 'The series has at most 50 characters, exactly as in SmartBill.',
    },
  },
  language: {
    name: { ro: 'Limba documentului', en: 'Language of the document' },
    hint: { ro: 'Două litere: RO, EN, FR …', en: 'Two letters: RO, EN, FR …' },
    error: {
      ro: 'Limba se scrie cu două litere mari, de exemplu RO.',
      en: 'The language is two capital letters, like RO.',
    },
  },
  automatic: {
    name: { ro: 'Cum se emite', en: 'How it is issued' },
    options: {
      true: {
        ro: 'automat, când comanda ajunge într-una din stările alese',
        en: 'by itself, when the order reaches one of the chosen statuses',
      },
      false: { ro: 'numai la cerere', en: 'on request only' },
    },
  },
  triggerStatuses: {
    name: { ro: 'Stările comenzii', en: 'Order statuses' },
    hint: {
      ro: 'Documentul se emite când comanda ajunge într-una din aceste stări.',
      en: 'The document is issued when the order reaches one of these.',
    },
    options: {
      paid: { ro: 'plătită', en: 'paid' },
      completed: { ro: 'finalizată', en: 'completed' },
      fulfilled: { ro: 'expediată', en: 'fulfilled' },
      authorized: { ro: 'plată autorizată', en: 'payment authorised' },
      awaiting_payment: { ro: 'așteaptă plata', en: 'awaiting payment' },
    },
    error: {
      ro: 'Fiecare stare are între 1 și 64 de caractere.',
      en: 'Each status has 1 to 64 characters.',
    },
  },
  onlyWithBillingDetails: {
    name: {
      ro: 'Numai dacă s-au cerut date de facturare',
      en: 'Only if the buyer gave invoicing details',
    },
    hint: {
      ro: 'Altfel se emite pentru fiecare comandă.',
      en: 'Otherwise every order gets a document.',
    },
  },
  delayMinutes: {
    name: { ro: 'Întârziere, în minute', en: 'Delay, in minutes' },
    hint: {
      ro: 'Cât se așteaptă după ce comanda ajunge în starea aleasă, de exemplu ca să mai poată fi corectată.',
      en: 'How long to wait after the order reaches its status, for example so that it can still be corrected.',
    },
  },
  monthEnd: {
    name: { ro: 'La sfârșit de lună', en: 'At the end of the month' },
    hint: {
      ro: 'Documentele cerute manual nu așteaptă niciodată.',
      en: 'Documents asked for by hand never wait.',
    },
    options: {
      ignore: { ro: 'întârzierea obișnuită', en: 'the usual delay' },
      'before-end': {
        ro: 'se emite cel târziu în ultima zi, ca să nu treacă în luna următoare',
        en: 'issued on the last day at the latest, so that it stays within the month',
      },
      freeze: {
        ro: 'ce ar pleca în ultima zi așteaptă ziua de 1',
        en: 'what would go on the last day waits for the first of the next month',
      },
    },
  },
  issueOrdersFrom: {
    name: { ro: 'Numai comenzile plasate începând cu', en: 'Only orders placed from' },
    hint: {
      ro: 'O zi, de exemplu 2026-12-01. Comenzile mai vechi nu primesc document de la sine: le-a facturat alt program.',
      en: 'A day like 2026-12-01. Older orders get no document by themselves: another program invoiced them.',
    },
    error: { ro: 'O zi de forma 2026-12-01.', en: 'A day like 2026-12-01.' },
  },
  shadow: {
    name: { ro: 'Mod umbră', en: 'Shadow mode' },
    hint: {
      ro: 'Totul se pregătește și nimic nu se emite: raportul arată ce s-ar fi trimis.',
      en: 'Everything is prepared and nothing is issued: the report shows what would have been sent.',
    },
  },
  rules: {
    name: { ro: 'Reguli', en: 'Rules' },
    hint: {
      ro: 'Listă JSON. De exemplu: [{"name": "Ramburs", "when": {"methods": ["cod"]}, "set": {"document": "estimate", "series": "PRF"}}]. Condiții: statuses, methods, countries, channels, tags, buyer, currencies, totalFrom, totalTo. Efecte: document, series, language, warehouse, email, draft, delayMinutes.',
      en: 'A JSON list. For example: [{"name": "Cash on delivery", "when": {"methods": ["cod"]}, "set": {"document": "estimate", "series": "PRF"}}]. Conditions: statuses, methods, countries, channels, tags, buyer, currencies, totalFrom, totalTo. Effects: document, series, language, warehouse, email, draft, delayMinutes.',
    },
  },
  onRefund: {
    name: { ro: 'Bani înapoi după factură', en: 'Money given back after the invoice' },
    options: reactions,
  },
  onCancel: {
    name: { ro: 'Comandă anulată după document', en: 'Order cancelled after its document' },
    options: reactions,
  },
  onEdit: {
    name: { ro: 'Comandă modificată după factură', en: 'Order changed after its invoice' },
    hint: {
      ro: 'Corecția este un storno urmat de o factură nouă.',
      en: 'The correction is a storno and a new invoice.',
    },
    options: reactions,
  },
  reverseBy: {
    name: { ro: 'Cum se desface o factură întreagă', en: 'How a whole invoice is undone' },
    options: {
      storno: { ro: 'storno', en: 'storno' },
      cancel: { ro: 'anulare', en: 'cancelled' },
      'delete-if-last': {
        ro: 'ștergere dacă este ultima din serie, altfel storno',
        en: 'deleted if it is the last of its series, else storno',
      },
    },
  },
  invoiceFromEstimate: {
    name: { ro: 'Factură după proformă', en: 'Invoice after the proforma' },
    options: {
      'when-paid': {
        ro: 'când comanda este plătită integral',
        en: 'once the order is paid in full',
      },
      never: { ro: 'niciodată', en: 'never' },
    },
  },
  invoiceSeries: {
    name: { ro: 'Seria facturilor după proformă', en: 'Series of invoices after a proforma' },
    hint: { ro: 'Exact ca în SmartBill.', en: 'Exactly as in SmartBill.' },
  },
  cancelEstimatesAfterDays: {
    name: {
      ro: 'Zile după care se anulează proformele neplătite',
      en: 'Days after which unpaid proformas are cancelled',
    },
    hint: { ro: 'Gol: niciodată.', en: 'Empty: never.' },
  },
  skipZeroTotal: {
    name: { ro: 'Fără document la total zero', en: 'No document for a zero total' },
  },
  draft: {
    name: { ro: 'Emite numai ciorne', en: 'Issue drafts only' },
    hint: {
      ro: 'O ciornă nu are număr și nu este un document fiscal: o finalizați în SmartBill.',
      en: 'A draft has no number and is not fiscal: you complete it in SmartBill.',
    },
  },

  saveClients: { name: { ro: 'Salvează clienții în SmartBill', en: 'Save clients in SmartBill' } },
  saveProducts: {
    name: { ro: 'Salvează produsele în SmartBill', en: 'Save products in SmartBill' },
  },
  productCode: {
    name: { ro: 'Codul produsului', en: 'Product code' },
    hint: {
      ro: 'Care cod din magazin este codul din SmartBill.',
      en: 'Which code of the shop is the code in SmartBill.',
    },
    options: {
      'sku,barcode': { ro: 'SKU, altfel codul de bare', en: 'SKU, else barcode' },
      'barcode,sku': { ro: 'codul de bare, altfel SKU', en: 'barcode, else SKU' },
      sku: { ro: 'numai SKU', en: 'SKU only' },
      barcode: { ro: 'numai codul de bare', en: 'barcode only' },
    },
  },
  allowLinesWithoutCode: {
    name: { ro: 'Acceptă produse fără cod', en: 'Allow products without a code' },
    hint: {
      ro: 'Altfel o comandă cu un produs fără cod este oprită până îl completați.',
      en: 'Otherwise an order with a product without a code is held until you complete it.',
    },
  },
  unit: {
    name: { ro: 'Unitate de măsură', en: 'Unit of measure' },
    hint: {
      ro: 'Pentru produsele la care nici magazinul, nici lista de mai jos nu spun alta.',
      en: 'For products for which neither the shop nor the list below says another.',
    },
  },
  units: {
    name: { ro: 'Unități pe produs', en: 'Units by product' },
    hint: {
      ro: 'Câte un rând: cod = unitate. De exemplu: CAFEA-1KG = kg',
      en: 'One line each: code = unit. For example: CAFEA-1KG = kg',
    },
  },
  precision: {
    name: { ro: 'Zecimale la preț', en: 'Decimals of prices' },
    options: {
      '2': { ro: '2', en: '2' },
      '3': { ro: '3', en: '3' },
      '4': { ro: '4', en: '4' },
    },
  },

  companyWithoutCif: {
    name: { ro: 'Firmă fără CIF', en: 'A company without CIF' },
    options: {
      ...yesHold,
      person: { ro: 'facturează ca persoană fizică', en: 'invoice a person' },
    },
  },
  companyLookup: {
    name: { ro: 'Datele firmelor de la ANAF', en: 'Company data from ANAF' },
    hint: {
      ro: 'Numele, adresa și calitatea de plătitor de TVA se iau de la ANAF după CIF.',
      en: 'Name, address and VAT status are taken from ANAF by the CIF.',
    },
    options: {
      off: { ro: 'nu se caută', en: 'not looked up' },
      'issue-anyway': {
        ro: 'se caută; dacă ANAF nu răspunde, se emite cu datele din comandă',
        en: "looked up; while ANAF does not answer, issued with the order's data",
      },
      hold: {
        ro: 'se caută; dacă ANAF nu răspunde, comanda așteaptă',
        en: 'looked up; while ANAF does not answer, the order waits',
      },
    },
  },
  inactiveCompany: {
    name: { ro: 'Firmă inactivă sau radiată', en: 'A company that is inactive or struck off' },
    options: {
      flag: { ro: 'se emite și se notează în istoric', en: 'issue and note it in the timeline' },
      ...yesHold,
    },
  },
  extraction: {
    name: { ro: 'Unde stau datele firmei', en: 'Where company data stands' },
    hint: {
      ro: 'Câte un rând: câmp = loc în comandă = tipar (opțional). Câmpuri: cif, regCom, cnp, company, name, bank, iban. De exemplu: cif = meta_data._billing_cui. Prima regulă care găsește ceva câștigă.',
      en: 'One line each: field = place in the order = pattern (optional). Fields: cif, regCom, cnp, company, name, bank, iban. For example: cif = meta_data._billing_cui. The first rule that finds something wins.',
    },
  },

  chargesVatRate: {
    name: { ro: 'TVA la transport și taxe, în %', en: 'VAT of shipping and fees, in %' },
    hint: {
      ro: 'Pentru transport și taxe la care magazinul nu spune cota. Un procent, de exemplu 21, sau „highest” pentru cota cea mai mare a produselor. Gol: comanda este oprită.',
      en: 'For shipping and fees for which the shop names no rate. A percentage like 21, or "highest" for the highest rate of the products. Empty: the order is held.',
    },
    error: {
      ro: 'Un procent, de exemplu 21, sau highest.',
      en: 'A percentage like 21, or highest.',
    },
  },
  taxPoint: {
    name: { ro: 'Ziua care hotărăște cota', en: 'The day that decides the rate' },
    hint: {
      ro: 'Contează când se schimbă cotele; dacă se știe ziua livrării, aceea hotărăște.',
      en: 'It matters when rates change; where the day of delivery is known, that one decides.',
    },
    options: {
      order: { ro: 'ziua comenzii', en: 'the day of the order' },
      payment: { ro: 'ziua plății', en: 'the day of the payment' },
      issue: { ro: 'ziua emiterii', en: 'the day of issuing' },
    },
  },
  zeroVat: {
    name: { ro: 'Cotele cu 0 %', en: 'Rates of 0 %' },
    hint: {
      ro: 'Numele din SmartBill al cotei pentru fiecare motiv. Gol: se alege singură acolo unde legea lasă o singură variantă.',
      en: 'The name in SmartBill of the rate for each reason. Empty: chosen by itself where the law leaves one choice.',
    },
  },
  'zeroVat.export': { name: { ro: 'Export în afara UE', en: 'Export outside the EU' } },
  'zeroVat.intraCommunity': {
    name: { ro: 'Livrare intracomunitară', en: 'Intra-community supply' },
  },
  'zeroVat.reverseCharge': { name: { ro: 'Taxare inversă', en: 'Reverse charge' } },
  'zeroVat.exempt': { name: { ro: 'Scutit', en: 'Exempt' } },
  oss: {
    name: { ro: 'OSS: cote pentru alte țări din UE', en: 'OSS: rates for other EU countries' },
    hint: {
      ro: 'Câte un rând: țara = numele cotei în SmartBill = procentul. De exemplu: DE = Germania 19 = 19. O țară poate avea mai multe rânduri. Gol: TVA românesc.',
      en: 'One line each: country = name of the rate in SmartBill = percentage. For example: DE = Germania 19 = 19. A country may have several lines. Empty: Romanian VAT.',
    },
  },
  useIntraCif: {
    name: { ro: 'Codul intracomunitar pe document', en: 'Intra-community code on the document' },
    hint: {
      ro: 'Pentru firmele cu cod special de TVA: documentele intracomunitare și OSS îl poartă.',
      en: 'For companies with a special VAT code: intra-community and OSS documents carry it.',
    },
  },
  vatOnCollection: {
    name: { ro: 'TVA la încasare', en: 'VAT on collection' },
    hint: {
      ro: 'Numai dacă firma aplică sistemul: mențiunea apare pe factură.',
      en: 'Only if the company applies the scheme: the invoice says so.',
    },
  },
  housingRate: {
    name: { ro: 'Locuințe cu cota de 9 %', en: 'Homes at 9 %' },
    hint: {
      ro: 'Numai pentru vânzătorii de locuințe aflate în regimul tranzitoriu.',
      en: 'Only for sellers of homes under the transitional rule.',
    },
  },

  issueDate: {
    name: { ro: 'Data documentului', en: 'Issue date' },
    options: {
      today: { ro: 'ziua emiterii', en: 'the day of issuing' },
      order: { ro: 'ziua comenzii', en: 'the day of the order' },
    },
  },
  dueDays: {
    name: { ro: 'Zile până la scadență', en: 'Days until due' },
    hint: { ro: 'Gol: fără scadență.', en: 'Empty: no due date.' },
  },
  currency: {
    name: { ro: 'Moneda', en: 'Currency' },
    hint: {
      ro: 'Cu o monedă anume, comenzile în alta sunt oprite.',
      en: 'With one currency, orders in another are held.',
    },
    options: { order: { ro: 'moneda comenzii', en: "the order's own" } },
  },
  exchangeRateSource: {
    name: { ro: 'De unde vine cursul', en: 'Where the exchange rate comes from' },
    options: {
      '': {
        ro: 'cursul fix de mai jos, dacă există, altfel SmartBill',
        en: 'the fixed rate below if there is one, else SmartBill',
      },
      smartbill: { ro: 'cursul din SmartBill', en: "SmartBill's own" },
      setting: { ro: 'cursul fix de mai jos', en: 'the fixed rate below' },
      order: { ro: 'cursul din comandă', en: 'the rate of the order' },
      bnr: { ro: 'cursul BNR', en: "the National Bank's rate" },
    },
  },
  exchangeRate: {
    name: { ro: 'Curs fix, în lei pentru o unitate', en: 'Fixed rate, RON for one unit' },
    error: { ro: 'Un număr cu punct, de exemplu 4.97.', en: 'A number with a point, like 4.97.' },
  },
  recordPayment: {
    name: { ro: 'Înregistrează încasarea', en: 'Record the payment' },
    options: {
      captured: {
        ro: 'da, pentru banii primiți',
        en: 'yes, for money that was received',
      },
      never: { ro: 'niciodată', en: 'never' },
    },
  },
  paymentTypes: {
    name: { ro: 'Tipuri de plată', en: 'Kinds of payment' },
    hint: {
      ro: 'Câte un rând: metoda din magazin = tipul din SmartBill (Chitanta, Bon, Card, Card online, CEC, Bilet ordin, Ordin plata, Mandat postal, Extras de cont, Ramburs, Alta incasare). Metodele obișnuite se recunosc singure.',
      en: 'One line each: method of the shop = kind in SmartBill (Chitanta, Bon, Card, Card online, CEC, Bilet ordin, Ordin plata, Mandat postal, Extras de cont, Ramburs, Alta incasare). Usual methods are recognised without it.',
    },
  },
  receiptSeries: {
    name: { ro: 'Seria chitanțelor', en: 'Series of receipts' },
    hint: {
      ro: 'Seria de chitanțe din SmartBill, pentru plățile înregistrate ca „Chitanta”.',
      en: 'The series of receipts in SmartBill, for payments recorded as "Chitanta".',
    },
  },

  useStock: {
    name: { ro: 'Descarcă stocul la facturare', en: 'Take stock out when invoicing' },
  },
  warehouse: {
    name: { ro: 'Gestiunea', en: 'Warehouse' },
    hint: { ro: 'Numele exact din SmartBill.', en: 'Its exact name in SmartBill.' },
  },
  warehouses: {
    name: { ro: 'Gestiuni pe produs', en: 'Warehouses by product' },
    hint: {
      ro: 'Câte un rând: coduri = gestiune. De exemplu: CAFE-* = Depozit Cluj. Primul rând care se potrivește câștigă.',
      en: 'One line each: codes = warehouse. For example: CAFE-* = Depozit Cluj. The first line that fits wins.',
    },
  },
  pushStock: {
    name: {
      ro: 'Trimite stocul din SmartBill în magazin',
      en: 'Tell the shop the stock of SmartBill',
    },
    hint: {
      ro: 'Prin API-ul magazinului sau prin webhookul de stoc, de pe pagina „Conexiunea”.',
      en: 'Through the shop\'s API or the stock webhook, both on the page "Connection".',
    },
  },
  stockWarehouses: {
    name: { ro: 'Gestiunile magazinului', en: 'Warehouses of the shop' },
    hint: {
      ro: 'Din ce gestiuni vinde magazinul, câte una pe rând. Gol: gestiunea de mai sus, altfel toate.',
      en: 'Which warehouses the shop sells from, one a line. Empty: the warehouse above, else all.',
    },
  },

  mentions: { name: { ro: 'Mențiuni', en: 'Mentions' }, hint: templateHint },
  observations: {
    name: { ro: 'Observații', en: 'Observations' },
    hint: {
      ro: 'Apar în rapoartele SmartBill și pot ajunge la cumpărător: nimic confidențial. Aceleași câmpuri între acolade.',
      en: 'They show in the reports of SmartBill and may reach the buyer: nothing confidential. The same fields between braces.',
    },
  },
  languageByCountry: {
    name: { ro: 'Limba după țara cumpărătorului', en: "Language by the buyer's country" },
    hint: {
      ro: 'Limba de mai sus este atunci pentru cumpărătorii din România.',
      en: 'The language above is then for buyers in Romania.',
    },
  },
  languages: {
    name: { ro: 'Limbi pe țară', en: 'Languages by country' },
    hint: {
      ro: 'Câte un rând: țara = limba. De exemplu: CH = FR',
      en: 'One line each: country = language. For example: CH = FR',
    },
  },

  email: {
    name: { ro: 'Documentul prin e-mail', en: 'The document by e-mail' },
    hint: {
      ro: 'Se trimite cumpărătorului o singură dată. Subiectul și textul pot conține {order.number}, {document.number}.',
      en: 'Sent to the buyer once. Subject and text may contain {order.number}, {document.number}.',
    },
  },
  'email.when': {
    name: { ro: 'Când', en: 'When' },
    options: {
      never: { ro: 'niciodată', en: 'never' },
      issued: { ro: 'după emitere', en: 'once it is issued' },
      paid: { ro: 'după plata integrală', en: 'once it is paid in full' },
    },
  },
  'email.via': {
    name: { ro: 'Prin', en: 'Through' },
    options: {
      smartbill: { ro: 'SmartBill', en: 'SmartBill' },
      smtp: {
        ro: 'serverul propriu de e-mail, cu PDF atașat',
        en: 'your own mail server, with the PDF attached',
      },
    },
  },
  'email.cc': {
    name: { ro: 'Copie (CC)', en: 'Copy (CC)' },
    hint: { ro: 'Câte o adresă pe rând.', en: 'One address a line.' },
  },
  'email.bcc': {
    name: { ro: 'Copie ascunsă (BCC)', en: 'Hidden copy (BCC)' },
    hint: { ro: 'Câte o adresă pe rând.', en: 'One address a line.' },
  },
  'email.subject': {
    name: { ro: 'Subiect', en: 'Subject' },
    hint: { ro: 'Gol: textul obișnuit.', en: 'Empty: the usual text.' },
  },
  'email.body': {
    name: { ro: 'Text', en: 'Text' },
    hint: { ro: 'Gol: textul obișnuit.', en: 'Empty: the usual text.' },
  },
  writeBack: {
    name: {
      ro: 'Scrie documentul pe comandă, în magazin',
      en: 'Write the document on the order in the shop',
    },
    hint: {
      ro: 'Prin API-ul magazinului: numărul și linkul apar la comandă. CloudCart nu mai lasă apoi comanda să fie modificată.',
      en: "Through the shop's API: number and link appear on the order. CloudCart then lets nobody change the order.",
    },
  },
  documentLink: {
    name: { ro: 'Linkul documentului', en: 'The link to the document' },
    options: {
      smartbill: { ro: 'cel al SmartBill', en: "SmartBill's own" },
      relay: {
        ro: 'unul al nostru, care merge și când SmartBill este oprit',
        en: 'one of ours, which works even when SmartBill is down',
      },
    },
  },
  ...reconciliationSettingTexts,
}

/** The texts of a setting in a language; one that nobody has described yet is called by its name in the schema. */
export function textOf(lang: Lang, name: string) {
  const text = settingTexts[name]
  return {
    name: text?.name[lang] ?? name,
    hint: text?.hint?.[lang],
    error: text?.error?.[lang],
    option: (value: string): string => text?.options?.[value]?.[lang] ?? value,
  }
}
