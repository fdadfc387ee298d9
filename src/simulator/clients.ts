import { Refusal } from './answers.ts'
import type { Client, Company } from './model.ts'
import type { ClientBody } from './schema.ts'

/** The client as printed: only what the request carries, nothing from the account's own list. */
export function readClient(body: ClientBody | null | undefined): Client {
  if (!body?.country) throw new Refusal('tara trebuie specificata')
  if (!body.name) throw new Refusal('Client invalid!')
  return {
    name: body.name,
    vatCode: body.vatCode ?? '',
    isTaxPayer: Boolean(body.isTaxPayer),
    regCom: body.regCom ?? '',
    address: body.address ?? '',
    city: body.city ?? '',
    county: body.county ?? '',
    country: body.country,
    email: body.email ?? '',
    phone: body.phone ?? '',
    contact: body.contact ?? '',
    iban: body.iban ?? '',
    bank: body.bank ?? '',
    code: body.code ?? '',
  }
}

/** A run of zeros or a dash stands for a person without a code, and is no key. */
const isKey = (vatCode: string): boolean => !/^[-0\s]*$/.test(vatCode)

export function checkSavable(company: Company, client: Client): void {
  const sameName = company.clients.find((known) => known.name === client.name)
  if (sameName === undefined || !isKey(client.vatCode) || !isKey(sameName.vatCode)) return
  if (sameName.vatCode !== client.vatCode) throw new Refusal('Clientul exista deja pe server')
}

/** Stores or updates by CIF, else by name; fields left empty blank the stored ones. */
export function saveClient(company: Company, client: Client): void {
  const at = company.clients.findIndex((known) =>
    isKey(client.vatCode) ? known.vatCode === client.vatCode : known.name === client.name,
  )
  if (at === -1) company.clients.push(client)
  else company.clients[at] = client
}
