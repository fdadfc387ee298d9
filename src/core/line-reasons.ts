import type { Reason } from './causes.ts'
import type { Settings } from './settings.ts'
import { fold } from './text.ts'

// Why a line cannot be invoiced as it is.

export const giftCardSold = (name: string, field: string): Reason => ({
  code: 'gift-card-sold',
  field,
  ro: `„${name}” este un voucher (card cadou); TVA-ul lui depinde de felul voucherului. Emiteți documentul împreună cu contabilul, direct în SmartBill.`,
  en: `"${name}" is a gift card; its VAT depends on the kind of voucher. Issue the document with your accountant, directly in SmartBill.`,
})

export const giftCardTakenOff = (name: string, field: string): Reason => ({
  code: 'gift-card-taken-off',
  field,
  ro: `Magazinul scade „${name}” din total, ca pe o reducere, dar un card cadou sau un credit este de obicei o plată: TVA se datorează la prețul întreg. Trimiteți-l ca plată, cu totalul dinaintea lui, sau emiteți documentul împreună cu contabilul, direct în SmartBill.`,
  en: `The shop takes "${name}" off the total like a discount, but a gift card or credit is usually a payment: VAT is due on the whole price. Send it as a payment, with the total before it, or issue the document with your accountant, directly in SmartBill.`,
})

/** What names such a card or credit; a plain "voucher" is a coupon in most shops. */
export const namesGiftCard = (name: string): boolean =>
  /gift[ _-]?card|card(ul)?[ _-]?cadou|voucher[ _-]?cadou|store[ _-]?credit|credit (de )?magazin/.test(
    fold(name),
  )

export const withoutCode = (name: string, field: string, settings: Settings): Reason => ({
  code: 'line-without-code',
  field: `${field}.sku`,
  ro: `Produsul „${name}” nu are cod (${settings.productCode.join(' sau ')}). Completați codul în magazin sau permiteți în setări linii fără cod.`,
  en: `The product "${name}" has no code (${settings.productCode.join(' or ')}). Fill in the code in the shop, or allow lines without code in the settings.`,
})

export const badQuantity = (name: string, field: string, quantity: string): Reason => ({
  code: 'quantity-not-positive',
  field: `${field}.quantity`,
  ro: `Cantitatea produsului „${name}” este ${quantity}; trebuie să fie mai mare decât zero. Corectați cantitatea sau scoateți linia.`,
  en: `The quantity of "${name}" is ${quantity}; it must be above zero. Correct the quantity or remove the line.`,
})

export const lineBelowZero = (name: string, field: string): Reason => ({
  code: 'discount-exceeds-line',
  field: `${field}.discount`,
  ro: `Reducerea produsului „${name}” este mai mare decât prețul lui. Corectați reducerea sau prețul.`,
  en: `The discount of "${name}" is larger than its price. Correct the discount or the price.`,
})

export const chargeWithoutRate = (
  subject: { name: string; field: string },
  productsHaveRates: boolean,
): Reason => ({
  code: 'charge-vat-unknown',
  field: subject.field,
  ro: `Magazinul nu spune cota de TVA pentru „${subject.name}”, iar produsele ${productsHaveRates ? 'au cote diferite' : 'nu au nici ele cotă'}. Alegeți în setări cota pentru transport și taxe sau completați-o în comandă.`,
  en: `The shop does not say the VAT rate of "${subject.name}", and the products have ${productsHaveRates ? 'different rates' : 'none either'}. Choose the rate for shipping and fees in the settings, or fill it in on the order.`,
})

export const chargedByNonPayer = (name: string, field: string, rate: string): Reason => ({
  code: 'vat-charged-by-non-payer',
  field,
  ro: `„${name}” are în magazin TVA ${rate}%, dar firma este neplătitoare de TVA în SmartBill. Opriți TVA-ul în magazin sau corectați profilul firmei în SmartBill; până atunci documentul nu se emite.`,
  en: `"${name}" has ${rate}% VAT in the shop, but in SmartBill the company is not registered for VAT. Switch VAT off in the shop, or correct the company's profile in SmartBill; until then no document is issued.`,
})
