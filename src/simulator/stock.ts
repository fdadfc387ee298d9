import { Refusal } from './answers.ts'
import { unknownUnit } from './lines.ts'
import type { Company, Document, Line, StockItem } from './model.ts'
import { amount } from './money.ts'
import { romanianDate } from './texts.ts'

type Move = { item: StockItem; line: Line }

/** Refuses the whole document when one line cannot leave its warehouse; changes nothing. */
export function plannedMoves(
  company: Company,
  lines: readonly Line[],
  label: string,
  date: string,
) {
  if (!company.stockModule) throw new Refusal('Modulul stoc nu este activ!')
  const moves: Move[] = []
  const taken = new Map<StockItem, ReturnType<typeof amount>>()
  for (const [index, line] of lines.entries()) {
    if (line.type === 'discount' || line.isService) continue
    const item = itemFor(company, line)
    if (item.unit !== line.unit) throw unknownUnit(line.unit, line.name)
    const left = (taken.get(item) ?? item.quantity).minus(line.quantity)
    if (left.lt(0)) {
      throw new Refusal(
        `Cantitate stoc insuficienta la <b>${label}</b> din data <b>${romanianDate(date)}</b> pentru produsul <b>${line.name}</b> de la pozitia ${index + 1}`,
      )
    }
    taken.set(item, left)
    moves.push({ item, line })
  }
  return moves
}

function itemFor(company: Company, line: Line): StockItem {
  if (line.warehouse === '') {
    throw new Refusal(`Gestiunea predatoare nu este setata pentru produsul ${line.name}.`)
  }
  if (!company.warehouses.some(({ name }) => name === line.warehouse)) {
    throw new Refusal(
      `Gestiunea predatoare ${line.warehouse} a produsului ${line.name} nu a fost gasita.`,
    )
  }
  const item = findItem(company, line)
  if (item === undefined) {
    throw new Refusal(
      `Nu ai facut nicio achizitie pentru produsul ${line.name}. <br/>Adauga o intrare in stoc.<div id="moreErrorDetails" style="display:none;">Produsul trebuie sa existe pe gestiunea ${line.warehouse}.</div>`,
    )
  }
  return item
}

/** By code where the account uses codes, otherwise by name, and then the code counts for nothing. */
const findItem = (company: Company, line: Line): StockItem | undefined =>
  company.stock.find(
    (item) =>
      item.warehouse === line.warehouse &&
      (company.usesProductCodes
        ? item.code === line.code
        : item.name.toLowerCase() === line.name.toLowerCase()),
  )

export function discharge(moves: readonly Move[]): void {
  for (const { item, line } of moves) {
    item.quantity = item.quantity.minus(line.quantity)
    // The name sent replaces the stored one, whatever saveToDb says.
    item.name = line.name
  }
}

/** Gives back what a document took (`sign` 1), or takes it again (-1). */
export function moveBack(company: Company, document: Document, sign: 1 | -1): void {
  if (!document.stockMoved) return
  for (const line of document.lines) {
    const item = line.type === 'product' && !line.isService ? findItem(company, line) : undefined
    if (item !== undefined) item.quantity = item.quantity.plus(amount(line.quantity).times(sign))
  }
}
