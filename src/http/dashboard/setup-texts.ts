/** Texts of the step-by-step setup; merged into `texts.ts`. */
export const setupTexts = {
  setup: { ro: 'Configurare pas cu pas', en: 'Step-by-step setup' },
  setupLead: {
    ro: 'De la contul SmartBill până la prima factură: câțiva pași scurți. Puteți opri oricând și continua mai târziu; nimic nu se emite până la ultimul pas.',
    en: 'From the SmartBill account to the first invoice: a few short steps. You may stop at any time and go on later; nothing is issued before the last step.',
  },
  setupNeeds: { ro: 'Pregătiți:', en: 'Have at hand:' },
  setupNeedList: {
    ro: [
      'e-mailul și tokenul SmartBill (Contul meu → Integrări → API) și CIF-ul firmei',
      'acces de administrator la magazinul online',
      'dacă alt modul emite deja facturi pentru acest magazin, opriți-l: altfel comenzile ar primi două facturi',
    ],
    en: [
      'e-mail and token of SmartBill (Contul meu → Integrări → API) and the CIF of the company',
      'access to the online shop as its administrator',
      'if another module issues invoices for this shop already, switch it off: orders would get two invoices',
    ],
  },
  setupSandbox: {
    ro: 'Sunteți în modul de probă: orice e-mail, token și CIF merg, de exemplu proba@exemplu.test, 003|proba și RO12345674.',
    en: 'You are in the sandbox: any e-mail, token and CIF will do, for example try@example.test, 003|try and RO12345674.',
  },
  setupNewAccount: { ro: 'Cu un cont SmartBill nou', en: 'With a new SmartBill account' },
  setupKnownAccount: {
    ro: 'Cu un cont care există deja',
    en: 'With an account that is here already',
  },
  setupUnfinished: { ro: 'Configurări neterminate', en: 'Unfinished setups' },
  setupContinue: { ro: 'Continuă', en: 'Continue' },
  setupBack: { ro: 'Înapoi', en: 'Back' },
  setupNext: { ro: 'Mai departe', en: 'Next' },
  setupStep: {
    ro: (n: number, of: number) => `Pasul ${n} din ${of}`,
    en: (n: number, of: number) => `Step ${n} of ${of}`,
  },
  setupSteps: {
    ro: {
      account: 'Contul SmartBill',
      shop: 'Magazinul',
      document: 'Documentul',
      when: 'Când se emite',
      lists: 'Clienți și produse',
      connect: 'Conectarea',
      first: 'Prima comandă',
    },
    en: {
      account: 'SmartBill account',
      shop: 'The shop',
      document: 'The document',
      when: 'When to issue',
      lists: 'Clients and products',
      connect: 'Connecting',
      first: 'The first order',
    },
  },

  setupAccountLead: {
    ro: 'Întrebăm SmartBill chiar acum dacă datele sunt bune. Se citesc numai seriile și cotele de TVA.',
    en: 'SmartBill is asked right now whether the data is right. Only series and VAT rates are read.',
  },
  setupTestNext: { ro: 'Verifică și mergi mai departe', en: 'Test and go on' },
  setupLoginRefused: {
    ro: 'SmartBill nu acceptă acest e-mail cu acest token, sau contul nu are acces la acest CIF. Copiați din nou tokenul din Contul meu → Integrări → API: se schimbă odată cu parola.',
    en: 'SmartBill does not accept this e-mail with this token, or the account has no access to this CIF. Copy the token again from Contul meu → Integrări → API: it changes with the password.',
  },
  setupSmartBillSays: { ro: 'SmartBill spune:', en: 'SmartBill says:' },
  setupConnected: {
    ro: (cif: string) => `SmartBill acceptă datele pentru firma ${cif}.`,
    en: (cif: string) => `SmartBill accepts the data for the company ${cif}.`,
  },
  setupNoSeries: {
    ro: 'Contul nu are nicio serie. Creați una în SmartBill la Configurare → Serii, apoi reîncărcați pagina.',
    en: 'The account has no series. Create one in SmartBill under Configurare → Serii, then reload this page.',
  },
  setupShopName: { ro: 'Un nume scurt pentru magazin', en: 'A short name for the shop' },
  setupShopTaken: {
    ro: (id: string) => `Magazinul „${id}” este deja în funcțiune. Alegeți alt nume.`,
    en: (id: string) => `The shop "${id}" is already at work. Choose another name.`,
  },
  setupSeries: { ro: 'Documentul și seria', en: 'Document and series' },
  setupSeriesLead: {
    ro: 'Seriile din SmartBill, așa cum sunt acum. Documentele continuă numerotarea lor.',
    en: 'The series in SmartBill as they are now. Documents go on with their numbers.',
  },
  setupSeriesMissing: { ro: 'Alegeți o serie.', en: 'Choose a series.' },
  setupConnectLead: {
    ro: 'Mai rămâne ca platforma să trimită comenzile aici.',
    en: 'What is left is that the platform sends its orders here.',
  },
  setupSecretHere: {
    ro: {
      shopify: 'Secretul de semnare din Shopify',
      cloudcart: 'Cheia API din CloudCart',
    } as Record<string, string>,
    en: {
      shopify: 'The signing secret of Shopify',
      cloudcart: 'The API key of CloudCart',
    } as Record<string, string>,
  },
  setupSecretHereHint: {
    ro: 'Se păstrează criptat și nu se mai afișează. Gol: rămâne cel salvat.',
    en: 'It is stored encrypted and never shown again. Empty: the stored one stays.',
  },
  setupSecretNeeded: {
    ro: 'Fără secretul platformei nu putem ști că o comandă vine de la magazinul dumneavoastră.',
    en: "Without the platform's secret nobody can know that an order comes from your shop.",
  },
  setupSecretShown: {
    ro: 'Secretul se poate vedea numai în această sesiune. Îl puteți schimba oricând.',
    en: 'The secret can be seen in this session only. You may replace it at any time.',
  },
  setupSecretHidden: {
    ro: 'Secretul este salvat și nu se mai afișează. Dacă nu l-ați copiat, faceți unul nou.',
    en: 'The secret is stored and not shown any more. If you did not copy it, make a new one.',
  },
  setupNewSecret: { ro: 'Fă un secret nou', en: 'Make a new secret' },
  setupTurnOn: { ro: 'Pornește emiterea', en: 'Start issuing' },
  setupTurnOnWhat: {
    ro: 'De acum comenzile potrivite primesc document. Comenzile mai vechi nu sunt atinse.',
    en: 'From now on the orders that qualify get a document. Older orders are not touched.',
  },
  setupCurl: { ro: 'Trimiteți o comandă de probă', en: 'Send a sample order' },
  setupCurlReal: {
    ro: (document: string) =>
      `Atenție: comanda de probă emite un document adevărat (${document}) în SmartBill.`,
    en: (document: string) =>
      `Mind: the sample order issues a real document (${document}) in SmartBill.`,
  },
  setupCurlSecret: { ro: '‹secretul›', en: '‹secret›' },
  setupTry: { ro: 'Trimite o comandă de probă de aici', en: 'Send a sample order from here' },
  setupTryWhat: {
    ro: 'Numai în modul de probă: face exact ce face comanda de mai sus.',
    en: 'In the sandbox only: it does just what the command above does.',
  },
  setupWaiting: { ro: 'Aștept prima comandă …', en: 'Waiting for the first order …' },
  setupWaitingWhat: {
    ro: 'Pagina se schimbă singură când sosește o comandă. Faceți una în magazin sau salvați din nou una existentă.',
    en: 'This page changes by itself when an order arrives. Make one in the shop, or save an existing one again.',
  },
  setupWaitingLong: {
    ro: 'Nimic? Verificați adresa și secretul din platformă; un secret greșit este refuzat și apare în jurnalul platformei ca 401.',
    en: 'Nothing? Check address and secret in the platform; a wrong secret is refused and shows in its log as 401.',
  },
  setupLookAgain: { ro: 'Uită-te din nou', en: 'Look again' },
  setupUnreadable: {
    ro: 'A sosit un mesaj care nu se poate citi ca o comandă.',
    en: 'A message arrived that cannot be read as an order.',
  },
  setupReceived: {
    ro: (order: string) => `Primită: comanda ${order}.`,
    en: (order: string) => `Received: order ${order}.`,
  },
  setupReceivedIssued: {
    ro: (order: string, document: string) => `Primită: comanda ${order}, ${document}.`,
    en: (order: string, document: string) => `Received: order ${order}, ${document}.`,
  },
  setupIssuedWhat: {
    ro: 'Totul este legat. De aici încolo merge singur.',
    en: 'Everything is connected. From here on it goes by itself.',
  },
  setupInHand: { ro: 'Documentul se emite …', en: 'The document is being issued …' },
  setupNotDue: {
    ro: 'Comanda nu are încă dreptul la document: starea ei nu este printre cele alese.',
    en: 'The order is not due for a document yet: its status is not among the chosen ones.',
  },
  setupNotIssued: {
    ro: 'Documentul nu s-a emis. Pagina comenzii spune de ce și ce e de făcut.',
    en: 'The document was not issued. The page of the order says why and what to do.',
  },
  setupOpenOrder: { ro: 'Deschide comanda', en: 'Open the order' },
  setupAllSettings: { ro: 'Toate setările magazinului', en: 'All settings of the shop' },
  setupDone: { ro: 'Am terminat', en: 'Done' },
}
