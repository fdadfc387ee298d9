export type Words = { code: string; ro: string; en: string }

export const noDocument: Words = {
  code: 'no-document',
  ro: 'Comanda nu are niciun document emis, deci nu este nimic de stornat.',
  en: 'The order has no document, so there is nothing to reverse.',
}
export const draft: Words = {
  code: 'draft',
  ro: 'Documentul este o ciornă, iar SmartBill nu poate fi cerut să o modifice. Ștergeți-o în SmartBill.',
  en: 'The document is a draft, which SmartBill lets nobody change from outside. Delete it in SmartBill.',
}
export const alreadyUndone = (name: string): Words => ({
  code: 'already-reversed',
  ro: `Documentul ${name} este deja stornat sau anulat.`,
  en: `Document ${name} has been reversed or cancelled already.`,
})
export const notIssued = (state: string): Words => ({
  code: 'not-issued',
  ro: `Documentul comenzii nu este emis (starea lui: ${state}), deci nu este nimic de stornat. Dacă este pe drum, reveniți după ce se emite.`,
  en: `The order's document is not issued (it is ${state}), so there is nothing to reverse. If it is on its way, ask again once it is issued.`,
})
export const wholeOnly: Words = {
  code: 'estimate-whole-only',
  ro: 'O proformă se anulează numai întreagă.',
  en: 'A proforma is only cancelled as a whole.',
}
export const nothingLeft: Words = {
  code: 'nothing-left',
  ro: 'Din factură nu a mai rămas nimic de corectat.',
  en: 'Nothing is left of the invoice that could be corrected.',
}
export const tooMuch = (left: string, currency: string): Words => ({
  code: 'refund-exceeds-invoice',
  ro: `Suma este mai mare decât cât a mai rămas din factură (${left} ${currency}).`,
  en: `The amount is larger than what is left of the invoice (${left} ${currency}).`,
})
export const contentGone = (name: string): Words => ({
  code: 'invoice-content-gone',
  ro: `Conținutul facturii ${name} nu mai este păstrat aici. Dați suma (amount) sau faceți corecția în SmartBill.`,
  en: `The content of invoice ${name} is no longer kept here. Give the amount, or make the correction in SmartBill.`,
})
