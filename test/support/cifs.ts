import { validCif } from '../../src/core/fiscal-codes.ts'

/** So many different Romanian fiscal codes with the right control digit, digits only. */
export function someCifs(count: number, from = 1_200_000): string[] {
  const found: string[] = []
  for (let stem = from; found.length < count; stem++) {
    const cif = Array.from({ length: 10 }, (_, digit) => `${stem}${digit}`).find(validCif)
    if (cif !== undefined) found.push(cif)
  }
  return found
}
