/** Texts of the settings form, the connection of a shop and a person's own password; merged into `texts.ts`. */
export const merchantTexts = {
  notSaved: { ro: 'Nu s-a salvat nimic. De corectat:', en: 'Nothing was saved. To be corrected:' },
  usually: {
    ro: (value: string) => `Implicit: ${value}.`,
    en: (value: string) => `Default: ${value}.`,
  },
  on: { ro: 'pornit', en: 'on' },
  off: { ro: 'oprit', en: 'off' },
  default: { ro: 'implicit', en: 'default' },
  changedMeanwhile: {
    ro: (names: string) =>
      `Între timp altcineva a schimbat: ${names}. Mai jos este ce ați scris dumneavoastră; verificați și salvați din nou.`,
    en: (names: string) =>
      `Meanwhile somebody else changed: ${names}. Below is what you typed; check it and save again.`,
  },
  wholeNumber: {
    ro: (min: number, max: number) => `Un număr întreg între ${min} și ${max}.`,
    en: (min: number, max: number) => `A whole number from ${min} to ${max}.`,
  },
  atMost: {
    ro: (max: number) => `Între 1 și ${max} de caractere, în forma din explicație.`,
    en: (max: number) => `1 to ${max} characters, in the form that the explanation shows.`,
  },
  oneOfThese: { ro: 'Alegeți una dintre variante.', en: 'Choose one of these.' },
  wrongLine: {
    ro: 'Un rând nu are forma din explicație.',
    en: 'A line does not have the form that the explanation shows.',
  },
  notJson: {
    ro: 'Nu se poate citi ca JSON: verificați ghilimelele, virgulele și acoladele.',
    en: 'It cannot be read as JSON: check quotes, commas and braces.',
  },
  wrongShape: {
    ro: (why: string) => `Datele nu au forma cerută (${why}).`,
    en: (why: string) => `The data does not have the form it needs (${why}).`,
  },

  // Connection of a shop
  shopTabs: { ro: 'Paginile magazinului', en: 'Pages of the shop' },
  connectLead: {
    ro: 'Adresa și secretul cu care platforma trimite comenzile.',
    en: 'The address and the secret with which the platform sends orders.',
  },
  setUpAgain: { ro: 'Parcurge configurarea pas cu pas', en: 'Go through the setup step by step' },
  accessNames: {
    ro: {
      api: 'API-ul magazinului',
      stockWebhook: 'Webhook de stoc',
      mailbox: 'Server de e-mail',
    },
    en: { api: "The shop's API", stockWebhook: 'Stock webhook', mailbox: 'Mail server' },
  },
  accessWhat: {
    ro: {
      api: 'Opțional, dar recomandat: prin API se găsesc comenzile pentru care n-a venit niciun webhook și se scrie stocul în magazin.',
      stockWebhook:
        'Adresa programului dumneavoastră care vrea să afle stocul din SmartBill. Fiecare mesaj este semnat (Standard Webhooks).',
      mailbox:
        'Numai dacă documentele pleacă prin serverul dumneavoastră de e-mail, nu prin SmartBill.',
    },
    en: {
      api: 'Optional and recommended: through the API orders are found for which no webhook came, and stock is written to the shop.',
      stockWebhook:
        'The address of your own program that wants to hear of the stock in SmartBill. Every message is signed (Standard Webhooks).',
      mailbox: 'Only if documents are mailed by your own mail server and not by SmartBill.',
    },
  },
  accessFields: {
    ro: {
      url: 'Adresa',
      key: 'Cheia',
      secret: 'Secretul',
      token: 'Token de acces',
      version: 'Versiunea API (opțional)',
      smtp: 'Serverul',
      from: 'Expeditorul',
    },
    en: {
      url: 'Address',
      key: 'Key',
      secret: 'Secret',
      token: 'Access token',
      version: 'API version (optional)',
      smtp: 'Server',
      from: 'Sender',
    },
  },
  accessHints: {
    ro: {
      'api.url': 'Adresa magazinului, de exemplu https://magazin.ro',
      'api.key.woocommerce':
        'Consumer key din WooCommerce → Settings → Advanced → REST API (ck_…). Dreptul „Read”, sau „Read/Write” dacă se scrie stocul.',
      'api.secret.woocommerce': 'Consumer secret de pe aceeași pagină (cs_…).',
      'api.token.shopify':
        'Admin API access token al unei aplicații proprii (Settings → Apps → Develop apps), cu drepturile read_orders și, pentru stoc, write_inventory.',
      'api.version.shopify': 'De forma 2026-07; gol: cea obișnuită.',
      'api.key.cloudcart':
        'O cheie API făcută numai pentru această legătură: o cheie CloudCart are toate drepturile.',
      'stockWebhook.url': 'De exemplu https://magazin.ro/stoc',
      'stockWebhook.secret': 'Cel puțin 8 caractere; cu el verificați semnătura.',
      'mailbox.smtp': 'De forma smtps://utilizator:parola@mail.exemplu.ro',
      'mailbox.from': 'De forma Magazin <facturi@magazin.ro>',
    } as Record<string, string>,
    en: {
      'api.url': "The shop's address, like https://shop.ro",
      'api.key.woocommerce':
        'Consumer key of WooCommerce → Settings → Advanced → REST API (ck_…), with the right "Read", or "Read/Write" where stock is written.',
      'api.secret.woocommerce': 'Consumer secret of the same page (cs_…).',
      'api.token.shopify':
        'Admin API access token of an app of your own (Settings → Apps → Develop apps) with the rights read_orders and, for stock, write_inventory.',
      'api.version.shopify': 'Like 2026-07; empty: the usual one.',
      'api.key.cloudcart':
        'An API key made for this connection alone: a CloudCart key has every right.',
      'stockWebhook.url': 'Like https://shop.ro/stock',
      'stockWebhook.secret': 'At least 8 characters; you check the signature with it.',
      'mailbox.smtp': 'Like smtps://user:password@mail.example.ro',
      'mailbox.from': 'Like Shop <invoices@shop.ro>',
    } as Record<string, string>,
  },
  keepEmpty: {
    ro: 'Salvat; lăsați gol ca să rămână.',
    en: 'Stored; leave it empty to keep it.',
  },
  accessSet: { ro: 'salvat', en: 'stored' },
  accessNone: { ro: 'nu este setat', en: 'not set' },
  accessSaved: { ro: 'Datele sunt salvate.', en: 'Saved.' },
  accessRemoved: { ro: 'Datele au fost șterse.', en: 'Removed.' },
  accessMissing: {
    ro: 'Completați câmpul în forma din explicație.',
    en: 'Fill this in, in the form that the explanation shows.',
  },
  remove: { ro: 'Șterge', en: 'Remove' },
  test: { ro: 'Verifică', en: 'Test' },
  apiWorks: {
    ro: (n: number) =>
      n === 0
        ? 'API-ul răspunde. În ultimele 24 de ore nu s-a schimbat nicio comandă.'
        : `API-ul răspunde: pe prima pagină sunt ${n} comenzi schimbate în ultimele 24 de ore.`,
    en: (n: number) =>
      n === 0
        ? 'The API answers. No order changed within the last 24 hours.'
        : `The API answers: its first page has ${n} orders that changed within the last 24 hours.`,
  },
  webhookWorks: {
    ro: (status: number) => `Adresa a primit mesajul de probă (răspuns ${status}).`,
    en: (status: number) => `The address took the test message (answer ${status}).`,
  },
  webhookRefused: {
    ro: (status: number) =>
      `Adresa a răspuns cu ${status}. Trebuie să răspundă cu 2xx la un POST cu JSON.`,
    en: (status: number) => `The address answered ${status}. It must answer 2xx to a POST of JSON.`,
  },
  addressProblems: {
    ro: {
      'bad-url': 'Nu este o adresă web. Scrieți-o întreagă, de exemplu https://magazin.ro/stoc.',
      'not-https': 'Adresa trebuie să înceapă cu https://.',
      'private-address':
        'Adresa duce la o rețea internă. Se poate folosi numai o adresă accesibilă public.',
      redirect:
        'Adresa trimite mai departe la alta (redirecționare). Scrieți direct adresa finală.',
      unknownHost: 'Acest nume de site nu există. Verificați cum este scris.',
      timeout: 'Adresa nu răspunde la timp.',
      unreachable: 'Adresa nu poate fi contactată acum.',
    },
    en: {
      'bad-url': 'This is no web address. Write all of it, like https://shop.ro/stock.',
      'not-https': 'The address must begin with https://.',
      'private-address':
        'The address leads into a private network. Only an address that everybody can reach may be used.',
      redirect: 'The address leads on to another one (a redirect). Enter the final address.',
      unknownHost: 'There is no site of this name. Check the spelling.',
      timeout: 'The address does not answer in time.',
      unreachable: 'The address cannot be reached now.',
    },
  },

  notices: { ro: 'Ce s-a întâmplat cu comenzile', en: 'What became of the orders' },
  noticesWhat: {
    ro: 'Programul dumneavoastră poate afla când un document este emis, plătit sau stornat, ori când o comandă este oprită. Mesajele sunt semnate (Standard Webhooks).',
    en: 'Your own program can hear when a document is issued, paid or reversed, or when an order is held. Messages are signed (Standard Webhooks).',
  },
  noticeAddress: { ro: 'Adresa', en: 'Address' },
  noticeAddressHint: {
    ro: 'De exemplu https://magazin.ro/facturi. Secretul se face acum și se arată o singură dată; aceeași adresă adăugată din nou primește un secret nou.',
    en: 'Like https://shop.ro/invoices. The secret is made now and shown once; the same address added again gets a new one.',
  },
  noticeWhich: { ro: 'Despre ce (nimic bifat: despre toate)', en: 'About what (none: everything)' },
  everyEvent: { ro: 'despre toate', en: 'about everything' },
  noticeEvents: {
    ro: {
      'document.issued': 'document emis',
      'document.paid': 'document plătit',
      'document.reversed': 'document stornat',
      'order.held': 'comandă oprită',
      'order.dead': 'document eșuat',
    },
    en: {
      'document.issued': 'document issued',
      'document.paid': 'document paid',
      'document.reversed': 'document reversed',
      'order.held': 'order held',
      'order.dead': 'document failed',
    },
  },
  noticeAdd: { ro: 'Adaugă adresa', en: 'Add the address' },
  noticeAdded: {
    ro: 'Adresa este adăugată. Puneți secretul în programul dumneavoastră.',
    en: 'The address is added. Put the secret into your program.',
  },
  noticesFull: {
    ro: (most: number) => `Se pot adăuga cel mult ${most} adrese.`,
    en: (most: number) => `At most ${most} addresses can be added.`,
  },

  // Accounts
  pauseReason: { ro: 'Motivul (opțional)', en: 'Reason (optional)' },
  pauseReasonHint: {
    ro: 'Îl vede oricine se uită la cont, de exemplu „inventar”.',
    en: 'Everybody who looks at the account sees it, like "stocktaking".',
  },
  pauseTitle: { ro: 'Pauză', en: 'Pause' },
  pauseWhat: {
    ro: 'Documentele contului așteaptă, fără să se piardă nimic, până îl reluați.',
    en: 'The documents of the account wait, and nothing is lost, until you resume it.',
  },
  stockToken: { ro: 'Tokenul webhookului de stoc', en: 'Token of the stock webhook' },
  stockTokenHint: {
    ro: 'Cel puțin 8 caractere, același ca în SmartBill. Gol: rămâne cum este.',
    en: 'At least 8 characters, the same as in SmartBill. Empty: it stays as it is.',
  },
  stockFromSmartBill: { ro: 'Stocuri din SmartBill', en: 'Stock from SmartBill' },
  stockFromSmartBillWhat: {
    ro: 'Ca stocul schimbat să ajungă aici imediat: în SmartBill deschideți Contul meu → Integrări → Sincronizare stocuri, puneți adresa de mai jos și un token, apoi scrieți același token aici.',
    en: 'For changed stock to arrive here at once: in SmartBill open Contul meu → Integrări → Sincronizare stocuri, enter the address below and a token, then type the same token here.',
  },
  stockTokenError: {
    ro: 'Tokenul are între 8 și 500 de caractere.',
    en: 'The token has 8 to 500 characters.',
  },
  sandboxNote: {
    ro: 'Mod de probă: nimic nu este fiscal și tot ce faceți aici se uită la oprirea programului.',
    en: 'Sandbox: nothing is fiscal, and all that you do here is forgotten when the program stops.',
  },
  sandboxReal: {
    ro: 'Pentru lucrul adevărat porniți cu „npm start -- --real” și reluați acești pași.',
    en: 'For the real thing start with "npm start -- --real" and go through these steps again.',
  },
  pauseButton: { ro: 'Oprește cu acest motiv', en: 'Stop for this reason' },

  // Who hears of trouble
  alertSettings: { ro: 'Cine află și când', en: 'Who hears of it, and when' },
  alertByMail: { ro: 'Prin e-mail', en: 'By e-mail' },
  alertByMailWhat: {
    ro: 'Fără destinatari nu se trimite niciun e-mail.',
    en: 'Without receivers no e-mail is sent.',
  },
  alertTo: { ro: 'Destinatari', en: 'Receivers' },
  alertToHint: { ro: 'Câte o adresă pe rând.', en: 'One address a line.' },
  alertFromHint: {
    ro: 'De forma Relay <alerte@magazin.ro>',
    en: 'Like Relay <alerts@shop.ro>',
  },
  alertByWebhook: { ro: 'Prin webhook', en: 'By webhook' },
  alertByWebhookWhat: {
    ro: 'Fără adresă nu se trimite nimic. Mesajele sunt semnate (Standard Webhooks).',
    en: 'Without an address nothing is sent. Messages are signed (Standard Webhooks).',
  },
  alertUrlHint: {
    ro: 'De exemplu https://exemplu.ro/alerte',
    en: 'Like https://example.ro/alerts',
  },
  alertSecretHint: { ro: 'Cel puțin 8 caractere.', en: 'At least 8 characters.' },
  alertWhen: { ro: 'De când este ceva o alertă', en: 'When something is an alert' },
  alertRemind: {
    ro: 'Se reamintește după atâtea ore',
    en: 'Reminded after so many hours',
  },
  alertThresholds: {
    ro: {
      deadLetters: 'Atâtea documente eșuate',
      quarantined: 'Atâtea mesaje care nu se pot citi, la un cont',
      waitingMinutes: 'Minute fără document după ce trebuia emis',
      uncertainMinutes: 'Minute cu rezultat neclar',
      heldHours: 'Ore cu o comandă oprită',
      unreachableMinutes: 'Minute fără răspuns de la SmartBill',
      apiMinutes: 'Minute fără răspuns de la API-ul unui magazin',
      silenceHours: 'Ore fără nicio comandă de la un magazin activ (0: niciodată)',
    },
    en: {
      deadLetters: 'So many dead letters',
      quarantined: 'So many messages that cannot be read, in one account',
      waitingMinutes: 'Minutes without a document after it was due',
      uncertainMinutes: 'Minutes with an unknown outcome',
      heldHours: 'Hours with a held order',
      unreachableMinutes: 'Minutes without an answer of SmartBill',
      apiMinutes: "Minutes without an answer of a shop's API",
      silenceHours: 'Hours without any order from an active shop (0: never)',
    },
  },
  alertFieldWrong: {
    ro: 'Completați câmpul în forma din explicație.',
    en: 'Fill this in, in the form that the explanation shows.',
  },

  // A person's own password
  ownPassword: { ro: 'Parola mea', en: 'My password' },
  ownPasswordWhat: {
    ro: (min: number) =>
      `Cel puțin ${min} caractere. Celelalte autentificări ale dumneavoastră se închid.`,
    en: (min: number) => `At least ${min} characters. Your other sessions end.`,
  },
  presentPassword: { ro: 'Parola de acum', en: 'Present password' },
  newPassword: { ro: 'Parola nouă', en: 'New password' },
  changePassword: { ro: 'Schimbă parola', en: 'Change the password' },
  passwordChanged: { ro: 'Parola este schimbată.', en: 'The password is changed.' },
  passwordWrong: { ro: 'Parola de acum nu este corectă.', en: 'The present password is wrong.' },
  queuesAdmin: { ro: 'Cozi (administrare)', en: 'Queues (manage)' },
}
