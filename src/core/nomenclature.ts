import { createHash } from 'node:crypto'
import type { DocumentClient, DocumentDraft, DocumentLine } from './document.ts'
import { fold } from './text.ts'

/** A client or product that a document would write to SmartBill's lists: which one, and everything that is written. */
export type Entry = { list: 'clients' | 'products'; id: string; print: string }

type ProductLine = Extract<DocumentLine, { type: 'product' }>

const short = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('base64url').slice(0, 12)

/** A company is its CIF, whatever its VAT status; a person a name and a way to reach them. */
function clientEntry(client: DocumentClient): Entry {
  const { saveToDb: _saveToDb, ...data } = client
  const code = client.vatCode.replace(/^RO/, '')
  const id = /^[-0\s]*$/.test(code)
    ? short('person', fold(client.name), fold(client.email || client.phone || client.address))
    : short('code', code)
  return { list: 'clients', id, print: short(...Object.values(data).map(String)) }
}

const productEntry = ({ code, name, unit, vat, isService }: ProductLine): Entry => ({
  list: 'products',
  id: short(code === '' ? fold(name) : `code ${code}`),
  print: short(name, unit, vat?.name ?? '', vat?.percentage ?? '', String(isService)),
})

/** What the document would save, each once. */
export function entriesOf(draft: DocumentDraft): Entry[] {
  const found = new Map<string, Entry>()
  const add = (entry: Entry) => {
    const key = `${entry.list} ${entry.id}`
    if (!found.has(key)) found.set(key, entry)
  }
  if (draft.client.saveToDb) add(clientEntry(draft.client))
  for (const line of draft.lines)
    if (line.type === 'product' && line.saveToDb) add(productEntry(line))
  return [...found.values()]
}

/** The document that saves only these; a product that stands on several lines is saved by the first. */
export function savingOnly(draft: DocumentDraft, entries: readonly Entry[]): DocumentDraft {
  const left = new Set(entries.map(({ list, id, print }) => `${list} ${id} ${print}`))
  const take = ({ list, id, print }: Entry) => left.delete(`${list} ${id} ${print}`)
  return {
    ...draft,
    client: {
      ...draft.client,
      saveToDb: draft.client.saveToDb && take(clientEntry(draft.client)),
    },
    lines: draft.lines.map((line) =>
      line.type === 'product'
        ? { ...line, saveToDb: line.saveToDb && take(productEntry(line)) }
        : line,
    ),
  }
}
