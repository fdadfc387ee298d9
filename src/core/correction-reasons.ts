import type { Reason } from './causes.ts'
import type { CorrectionWish } from './corrections-wanted.ts'

export const otherCurrency = ({ amount, currency }: CorrectionWish, invoice: string): Reason => ({
  code: 'refund-currency',
  field: 'refunds',
  ro: `Restituirea de ${amount} ${currency} este în altă monedă decât factura (${invoice}). Trimiteți suma în ${invoice} sau faceți factura de corecție în SmartBill, apoi închideți cererea.`,
  en: `The refund of ${amount} ${currency} is in another currency than the invoice (${invoice}). Send the amount in ${invoice}, or make the corrective invoice in SmartBill, then dismiss this.`,
})

/** A corrective document needs one that is there. */
export const invoiceDeleted: Reason = {
  code: 'invoice-deleted',
  field: 'document',
  ro: 'Factura a fost ștearsă în SmartBill, iar numărul ei poate fi al altei facturi, deci nu are ce corecta. Anulați factura de aici (Stornare), apoi închideți cererea.',
  en: 'The invoice was deleted in SmartBill, and its number may be another invoice, so there is nothing to correct. Reverse it here, then dismiss this.',
}

export const nothingToCorrect: Reason = {
  code: 'refund-empty',
  field: 'refunds',
  ro: 'Restituirea este de zero, deci nu este nimic de corectat. Închideți cererea.',
  en: 'The refund is zero, so there is nothing to correct. Dismiss this.',
}

export const exceeds = (
  { amount, currency }: CorrectionWish,
  left: string,
  invoice: string,
): Reason => ({
  code: 'refund-exceeds-invoice',
  field: 'refunds',
  ro: `Restituirea de ${amount} ${currency} este mai mare decât cât a mai rămas din factura ${invoice} (${left} ${currency}). Corectați restituirea în magazin și retrimiteți comanda sau închideți cererea.`,
  en: `The refund of ${amount} ${currency} is larger than what is left of invoice ${invoice} (${left} ${currency}). Correct the refund in the shop and send the order again, or dismiss this.`,
})

export const tooMany = (name: string, wanted: string, left: string): Reason => ({
  code: 'refund-quantity',
  field: 'refunds',
  ro: `Se restituie ${wanted} × „${name}”, dar din factură au mai rămas ${left}. Corectați cantitatea sau închideți cererea.`,
  en: `${wanted} × "${name}" are given back, but only ${left} are left of the invoice. Correct the quantity, or dismiss this.`,
})

export const doesNotAddUp = (total: string, amount: string): Reason => ({
  code: 'correction-differs',
  field: 'refunds',
  ro: `Liniile facturii de corecție dau ${total}, nu -${amount}. Faceți corecția în SmartBill, apoi închideți cererea.`,
  en: `The lines of the corrective invoice come to ${total}, not -${amount}. Make the correction in SmartBill, then dismiss this.`,
})

export const contentGone = (invoice: string): Reason => ({
  code: 'invoice-content-gone',
  field: 'document',
  ro: `Conținutul facturii ${invoice} nu mai este păstrat aici, deci corecția nu se poate calcula. Faceți-o în SmartBill, apoi închideți cererea.`,
  en: `The content of invoice ${invoice} is no longer kept here, so its correction cannot be computed. Make it in SmartBill, then dismiss this.`,
})

export const correctedAlready: Reason = {
  code: 'corrected-already',
  field: 'document',
  ro: 'O parte din factură este deja corectată, deci nu mai poate fi stornată întreagă. Cereți corecția a ceea ce a rămas.',
  en: 'A part of the invoice is corrected already, so it can no longer be reversed as a whole. Ask for a correction of what is left.',
}
