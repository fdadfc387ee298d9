/**
 * JSON as exact text: a number that a double would change (decimals, exponents, more than 2^53) comes back as the
 * text that was sent, everything else as usual. Shopify order ids and amounts survive. Throws SyntaxError.
 */
export function parseJson(source: string): unknown {
  return JSON.parse(source, function exactNumbers(
    this: unknown,
    _key: string,
    value: unknown,
    context?: { source?: string },
  ): unknown {
    if (typeof value !== 'number' || context?.source === undefined) return value
    return Number.isSafeInteger(value) && /^-?\d+$/.test(context.source) ? value : context.source
  } as (this: unknown, key: string, value: unknown) => unknown)
}
