const known: readonly (readonly [string, RegExp])[] = [
  ['gift_card', /gift[ _-]?card|card cadou|voucher/],
  ['cod', /^cod$|cash[ _-]?on[ _-]?delivery|ramburs|(la|on) livrare/],
  [
    'bank_transfer',
    /^(bacs|op)$|bank[ _-]?(transfer|deposit)|(transfer|virament) bancar|ordin de plat/,
  ],
  [
    'card',
    /\bcard\b|credit[ _-]?card|shopify[ _-]payments|visa|mastercard|stripe|netopia|mobilpay|euplatesc|payu|plationline|librapay|twispay|bt[ _-]?(pay|ipay)|braintree/,
  ],
]

const plain = (gateway: string): string =>
  gateway.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()

/** `card`, `cod`, `bank_transfer`, `gift_card`, or the gateway's own name. */
export function paymentMethodOf(gateway: string): string {
  const name = plain(gateway)
  return known.find(([, pattern]) => pattern.test(name))?.[0] ?? gateway.trim()
}
