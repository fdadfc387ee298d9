import type { FastifyRequest } from 'fastify'
import type { App } from '../../app.ts'
import type { Html } from './html.ts'
import type { Texts } from './texts.ts'
import type { Lang, Words } from './words.ts'

/** Mirrors the ledger's roles; `anyone` is not signed in. */
export type Role = 'viewer' | 'operator' | 'admin'
export type Access = Role | 'anyone'

export type Session = Parameters<App['ledger']['people']['takeNotice']>[0]

/** What was typed into a form or an address; a name may come several times. */
export type Fields = {
  one(name: string): string
  all(name: string): string[]
  entries: readonly (readonly [string, string])[]
}

/** One request of a person, ready to be answered. */
export type Visit = {
  app: App
  request: FastifyRequest
  lang: Lang
  t: Texts
  words: Words
  session: Session | undefined
  may: (role: Role) => boolean
  params: Record<string, string>
  query: Fields
  form: Fields
  /** Hidden fields that every form with `method="post"` carries. */
  guard: Html
  now: number
}

export type Notice = {
  tone: 'good' | 'bad'
  text: string
  /** Shown this once, to be copied. */
  secrets?: { label: string; value: string }[]
  /** What was typed into a form whose login had ended; not shown. */
  kept?: string
}

export type Did = { did: string; about: string; before?: object; after?: object }

export type Page = {
  kind: 'page'
  title: string
  /** The entry of the menu that is marked. */
  section: Section
  body: Html
  status?: number
  /** What only this page needs, by the names of `assets.ts`. */
  scripts?: readonly ('uplot.js' | 'charts.js' | 'live.js')[]
  styles?: readonly 'uplot.css'[]
}
/** A piece of a page that replaces itself. */
export type Part = { kind: 'part'; body: Html }
export type Go = { kind: 'go'; to: string; notice?: Notice; audit?: Did[]; cookie?: Cookie }
export type Cookie = { session?: Session | 'none'; lang?: Lang }

export type Section =
  | 'overview'
  | 'orders'
  | 'dead-letters'
  | 'held'
  | 'uncertain'
  | 'payments'
  | 'corrections'
  | 'reconciliation'
  | 'shops'
  | 'accounts'
  | 'queues'
  | 'alerts'
  | 'audit'
  | 'users'
  | 'api-keys'
  | 'none'

/** Something to keep: the browser saves it under its name. */
export type File = { kind: 'file'; name: string; type: string; body: string }

/** Shows something and changes nothing. */
export type Show = {
  method: 'GET'
  path: string
  access: Access
  show: (visit: Visit) => Promise<Page | Part | File | Go>
}
/** Changes something; what it changed is put on record. A page instead of `go` means that nothing was done. */
export type Act = {
  method: 'POST'
  path: string
  access: Access
  act: (visit: Visit) => Promise<Page | Go>
  /** How many characters its longest field may have, where that is more than a form usually brings. */
  longest?: number
}
export type Route = Show | Act

export const page = (
  section: Section,
  title: string,
  body: Html,
  more: Pick<Page, 'status' | 'scripts' | 'styles'> = {},
): Page => ({ kind: 'page', section, title, body, ...more })
export const part = (body: Html): Part => ({ kind: 'part', body })
export const file = (name: string, type: string, body: string): File => ({
  kind: 'file',
  name,
  type,
  body,
})
export const go = (to: string, more: Omit<Go, 'kind' | 'to'> = {}): Go => ({
  kind: 'go',
  to,
  ...more,
})

export const fieldsOf = (given: unknown): Fields => {
  const entries = Object.entries((given ?? {}) as Record<string, unknown>).flatMap(
    ([name, value]) =>
      (Array.isArray(value) ? value : [value])
        .filter((item): item is string => typeof item === 'string')
        .map((item) => [name, item] as const),
  )
  const all = (name: string) => entries.filter(([key]) => key === name).map(([, value]) => value)
  return { entries, all, one: (name) => all(name)[0] ?? '' }
}

/** A path with a query, both encoded. */
export function to(
  path: readonly string[],
  query: Record<string, string | undefined> = {},
): string {
  const params = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value] as [string, string]],
    ),
  ).toString()
  return `/${path.map(encodeURIComponent).join('/')}${params === '' ? '' : `?${params}`}`
}
