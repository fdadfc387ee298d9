const plain = (name: string): string => name.replaceAll(/[\s\-_/.]+/g, '').toLowerCase()

/** Whether two ways of writing an invoice's series and number mean the same: `FCT 0001`, `fct0001`. */
export const sameInvoice = (one: string, other: string): boolean =>
  plain(one) !== '' && plain(one) === plain(other)

/**
 * The invoice that the shop says was issued elsewhere, or '' when it is one of ours: what we write on an order comes back
 * with the order's next news.
 */
export const foreignInvoice = (
  said: string,
  ours: readonly { series: string; number: string }[],
): string =>
  ours.some(({ series, number }) => number !== '' && sameInvoice(said, `${series}${number}`))
    ? ''
    : said
