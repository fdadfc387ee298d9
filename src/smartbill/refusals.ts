import type { Cause } from '../core/causes.ts'

type Refusal = {
  code: string
  /** Against the folded text: lower case, no diacritics, single spaces. */
  pattern: RegExp
  ro: string
  en: string
}

/** SmartBill's refusals by the text it answers with, and what a person does about each. First match wins. */
const refusals: readonly Refusal[] = [
  {
    code: 'plan-limit',
    pattern: /numarul maxim de documente permis/,
    ro: 'Abonamentul SmartBill a ajuns la numărul maxim de documente. Prelungiți-l; facturile pornesc singure după aceea.',
    en: 'The SmartBill plan has reached its number of documents. Extend it; issuing then goes on by itself.',
  },
  {
    code: 'unknown-series',
    pattern: /seria nu a fost gasita|serie inexistenta|seria incasarii nu a fost gasita/,
    ro: 'Seria din setări nu există în SmartBill. Creați-o în SmartBill sau alegeți alta în setările magazinului, apoi reluați.',
    en: 'The series in the settings does not exist in SmartBill. Create it there or choose another in the shop settings, then replay.',
  },
  {
    code: 'unknown-vat-rate',
    pattern: /cota .*(nu a fost gasita|tva setata)|sa setezi o cota tva/,
    ro: 'Cota de TVA a unui produs nu există în SmartBill. Adăugați-o la Configurare → Cote TVA sau corectați comanda, apoi reluați.',
    en: 'A VAT rate does not exist in SmartBill. Add it under Configurare → Cote TVA or correct the order, then replay.',
  },
  {
    code: 'missing-product-code',
    pattern: /nu are codul specificat/,
    ro: 'Contul SmartBill cere cod la fiecare produs. Completați SKU-ul sau codul de bare în magazin, apoi reluați.',
    en: 'The SmartBill account wants a code on every product. Fill in the SKU or barcode in the shop, then replay.',
  },
  {
    code: 'currency',
    pattern: /moneda|valuta/,
    ro: 'Moneda comenzii nu este acceptată de contul SmartBill. Verificați moneda în setările magazinului, apoi reluați.',
    en: 'The SmartBill account does not accept the currency. Check it in the shop settings, then replay.',
  },
  {
    code: 'already-reversed',
    pattern: /este deja stornata/,
    ro: 'Factura este deja stornată în SmartBill. Verificați acolo factura storno; nu mai este nimic de făcut.',
    en: 'The invoice has been reversed in SmartBill already. Look at its storno there; nothing is left to do.',
  },
  {
    code: 'is-storno',
    pattern: /este de tip storno/,
    ro: 'Documentul este el însuși un storno și nu se poate storna. Corectați-l în SmartBill.',
    en: 'The document is a storno itself and cannot be reversed. Correct it in SmartBill.',
  },
  {
    code: 'cancelled-there',
    pattern: /^factura \S+ este anulata\.?$/,
    ro: 'Factura este anulată în SmartBill, deci nu se poate storna. Restaurați-o acolo dacă trebuie stornată; altfel închideți această cerere.',
    en: 'The invoice is cancelled in SmartBill, so it cannot be reversed. Restore it there if it must be; otherwise dismiss this.',
  },
  {
    code: 'storno-too-early',
    pattern: /storno nu poate fi anterioara/,
    ro: 'Storno nu poate avea o dată dinaintea facturii. Reluați începând cu ziua facturii.',
    en: 'A storno cannot be dated before its invoice. Replay on the day of the invoice or later.',
  },
  {
    code: 'not-last',
    pattern: /nu este ultimul din serie/,
    ro: 'Numai ultimul document al seriei poate fi șters. Alegeți stornarea, apoi reluați.',
    en: 'Only the last document of a series can be deleted. Choose the storno, then replay.',
  },
  {
    code: 'stornos-first',
    pattern: /exista deja stornari/,
    ro: 'Factura are deja un storno care a încărcat stocul. Anulați întâi storno în SmartBill sau lăsați factura așa.',
    en: 'The invoice already has a storno that took its stock back. Cancel that storno in SmartBill first, or leave the invoice as it is.',
  },
  {
    code: 'sent-to-spv',
    pattern: /\bspv\b/,
    ro: 'Factura a fost trimisă în SPV (e-Factura), deci nu se mai poate anula sau șterge. Alegeți stornarea, apoi reluați.',
    en: 'The invoice was sent to SPV (e-Factura), so it can no longer be cancelled or deleted. Choose the storno, then replay.',
  },
  {
    code: 'vat-profile',
    pattern: /emis ca (ne)?platitor tva/,
    ro: 'Firma și-a schimbat între timp calitatea de plătitor de TVA, iar SmartBill nu mai anulează documentul. Stornați-l în SmartBill cu contabilul.',
    en: 'The company became, or ceased to be, registered for VAT meanwhile, and SmartBill no longer cancels the document. Reverse it in SmartBill with the accountant.',
  },
  {
    code: 'estimate-missing',
    pattern: /proforma .*nu a fost gasita|proforma nu contine/,
    ro: 'Proforma nu mai există în SmartBill sau nu are linii, deci factura nu se poate face din ea. Verificați proforma în SmartBill, apoi reluați.',
    en: 'The proforma is no longer in SmartBill or has no lines, so no invoice can be made of it. Check the proforma in SmartBill, then replay.',
  },
  {
    code: 'document-missing',
    pattern: /factura cu seria si numarul .* nu a fost gasita/,
    ro: 'Factura nu mai există în SmartBill. Verificați acolo dacă a fost ștearsă, apoi închideți această cerere.',
    en: 'The invoice is no longer in SmartBill. Check there whether it was deleted, then dismiss this.',
  },
  {
    code: 'client-exists',
    pattern: /clientul exista deja/,
    ro: 'În SmartBill există un client cu același nume și alt CIF. Corectați clientul în SmartBill sau opriți salvarea clienților, apoi reluați.',
    en: 'SmartBill has a client of this name with another CIF. Correct the client there or turn saving of clients off, then replay.',
  },
  {
    code: 'client-data',
    pattern: /client invalid|tara trebuie specificata|client trebuie specificat/,
    ro: 'Datele cumpărătorului sunt incomplete (nume sau țară). Corectați comanda, apoi reluați.',
    en: 'The buyer data is incomplete (name or country). Correct the order, then replay.',
  },
  {
    code: 'unknown-unit',
    pattern: /unitatea de masura .* factor de conversie/,
    ro: 'Unitatea de măsură a unui produs nu există în SmartBill sau nu are factor de conversie. Corectați unitatea în magazin sau adăugați-o în SmartBill, apoi reluați.',
    en: 'The unit of a product does not exist in SmartBill, or has no conversion factor there. Correct the unit in the shop or add it in SmartBill, then replay.',
  },
  {
    code: 'out-of-stock',
    pattern: /cantitate stoc insuficienta|nicio achizitie pentru produsul/,
    ro: 'În gestiune nu este stoc destul pentru produsul din mesaj. Înregistrați intrarea în SmartBill, apoi reluați; sau opriți descărcarea stocului (useStock) și descărcați-l mai târziu în SmartBill.',
    en: 'The warehouse has not enough stock of the product named. Record the goods received in SmartBill, then replay; or turn the discharge of stock (useStock) off and discharge it in SmartBill later.',
  },
  {
    code: 'stock',
    pattern: /stoc|gestiun|achizitie|factor de conversie/,
    ro: 'Stocul sau gestiunea din SmartBill nu permit descărcarea. Corectați stocul sau setările de gestiune, apoi reluați.',
    en: 'SmartBill stock or warehouse does not allow it. Correct the stock or the warehouse settings, then replay.',
  },
  {
    code: 'closed-period',
    pattern: /perioada inchisa/,
    ro: 'Luna este închisă în SmartBill. Redeschideți perioada sau schimbați data documentului, apoi reluați.',
    en: 'The period is closed in SmartBill. Reopen it or change the document date, then replay.',
  },
  {
    code: 'no-right',
    pattern: /nu aveti dreptul|nu puteti vizualiza/,
    ro: 'Utilizatorul tokenului nu are drepturi pe această serie sau acțiune. Dați-i drepturi în SmartBill, apoi reluați.',
    en: 'The user of the token lacks the right for this series or action. Grant it in SmartBill, then replay.',
  },
  {
    code: 'too-many-lines',
    pattern: /numarul maxim acceptat de \d+ intrari/,
    ro: 'Comanda are prea multe linii pentru un singur document SmartBill (maximum 400). Împărțiți comanda.',
    en: 'The order has too many lines for one SmartBill document (400 at most). Split the order.',
  },
  {
    code: 'mail-server',
    pattern: /server-?ul de email/,
    ro: 'În contul SmartBill nu este configurat serverul de e-mail. Configurați-l în SmartBill (Configurare → Email) sau alegeți trimiterea prin serverul propriu (email.via: smtp), apoi reluați.',
    en: 'The SmartBill account has no mail server. Set it up in SmartBill (Configurare → Email), or have e-mail sent by your own server (email.via: smtp), then replay.',
  },
  {
    code: 'email',
    pattern: /email|addresses|missing domain|missing local name|domain contains illegal/,
    ro: 'O adresă de e-mail (a cumpărătorului, cc sau bcc) nu este bună. Corectați-o, apoi reluați.',
    en: 'An e-mail address (of the buyer, in cc or in bcc) is not right. Correct it, then replay.',
  },
  {
    code: 'discount',
    pattern: /discount|procentului/,
    ro: 'SmartBill a refuzat o reducere din document. Verificați reducerile comenzii, apoi reluați.',
    en: 'SmartBill refused a discount on the document. Check the discounts of the order, then replay.',
  },
  {
    code: 'already-paid',
    pattern: /este incasata sau stornata in totalitate/,
    ro: 'Factura este deja încasată sau stornată în întregime în SmartBill; nu mai este nimic de încasat.',
    en: 'The invoice is already paid or reversed in full in SmartBill; nothing is left to collect.',
  },
  {
    code: 'payment',
    pattern: /incasar|incasata/,
    ro: 'SmartBill a refuzat încasarea. Verificați tipul de plată în setările magazinului, apoi reluați.',
    en: 'SmartBill refused the payment. Check the payment type in the shop settings, then replay.',
  },
]

const folded = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/\s+/g, ' ').trim()

/** The cause of a refusal, from SmartBill's own words. */
export function causeOf(said: string): Cause {
  const text = folded(said)
  const known = refusals.find(({ pattern }) => pattern.test(text))
  if (known !== undefined) return { code: known.code, said, ro: known.ro, en: known.en }
  return {
    code: 'refused',
    said,
    ro: `SmartBill a refuzat cererea: „${said}”. Corectați ce cere mesajul, apoi reluați.`,
    en: `SmartBill refused the request: "${said}". Correct what the message asks for, then replay.`,
  }
}

/** Texts by which a 403 is known as a refusal of one action and not as the block for too many calls. */
export const isBusinessRefusal = (said: string): boolean =>
  /nu poti sterge documentul|nu este ultimul din serie|nu aveti dreptul|nu puteti vizualiza/.test(
    folded(said),
  )

/** GET /tax of a company that is not registered for VAT: information, not a failure. */
export const saysNotVatPayer = (said: string): boolean =>
  folded(said).startsWith('firma este neplatitoare de tva')
/** GET /estimate/invoices of a proforma that no invoice was made of: information, too. */
export const saysNotInvoiced = (said: string): boolean => /nu a fost facturata/.test(folded(said))
/** A read of a document that does not exist. */
export const saysNotFound = (said: string): boolean => /nu a fost gasit/.test(folded(said))
