import type { DecisionInput, DocumentLine } from './document.ts'

/** What SmartBill itself has of a product. */
export type KnownProduct = { unit: string }

/** The lines with the unit that each product has in SmartBill and, where stock is discharged, the warehouse by rule. */
export function withProductData(
  lines: readonly DocumentLine[],
  { settings, products }: Pick<DecisionInput, 'settings' | 'products'>,
): DocumentLine[] {
  let unit = ''
  return lines.map((line) => {
    // A discount has the unit of the line it belongs to.
    if (line.type === 'discount') return unit === '' ? line : { ...line, unit }
    const wanted =
      line.code !== '' && Object.hasOwn(settings.units, line.code) ? settings.units[line.code] : ''
    const known = line.code === '' ? '' : (products?.get(line.code)?.unit ?? '')
    unit = line.isService ? '' : wanted || known
    return {
      ...line,
      unit: unit || line.unit,
      warehouse: line.warehouse === '' ? '' : (warehouseOf(line.code, settings) ?? line.warehouse),
    }
  })
}

function warehouseOf(code: string, { warehouses }: DecisionInput['settings']): string | undefined {
  return warehouses.find(({ codes }) => fits(codes, code))?.warehouse
}

/** `CAFE-*` fits every code that begins so; without a star it is the code itself. */
const fits = (pattern: string, code: string): boolean =>
  pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern
