import { z } from 'zod'
import { html, json, type Answer } from './answers.ts'

/** A company as the register of ANAF has it. */
const Company = z.strictObject({
  cif: z.string().regex(/^\d{2,10}$/),
  name: z.string().default(''),
  regCom: z.string().default('J08/100/2020'),
  street: z.string().default('Str. Lungă'),
  number: z.string().default('1'),
  details: z.string().default(''),
  city: z.string().default('Mun. Braşov'),
  county: z.string().default('BRAŞOV'),
  vatPayer: z.boolean().default(true),
  inactive: z.boolean().default(false),
  struckOff: z.boolean().default(false),
})
type Company = z.infer<typeof Company>

/** What may be set; what is left out stays as it is. */
export const AnafPatch = z.strictObject({
  companies: z.array(Company).optional(),
  /** CIFs that the register does not know. */
  unknown: z.array(z.string()).optional(),
  mode: z.enum(['ok', 'down', 'html', 'silence', 'refused', 'half']).optional(),
  /** Every answer takes so long. */
  delayMs: z.number().int().min(0).optional(),
})
export type AnafPatch = z.input<typeof AnafPatch>

const Asked = z.array(z.strictObject({ cui: z.number().int(), data: z.iso.date() })).min(1)

/** A stand-in for the company register: any CIF with the right control digit is a company, unless told otherwise. */
export class Anaf {
  readonly #companies = new Map<string, Company>()
  #unknown = new Set<string>()
  #mode: NonNullable<z.infer<typeof AnafPatch>['mode']> = 'ok'
  #calls: { at: number; cifs: string[]; status: number | 'silence' }[] = []
  delayMs = 0

  configure(patch: AnafPatch): void {
    const { companies = [], unknown, mode, delayMs } = AnafPatch.parse(patch)
    for (const company of companies) this.#companies.set(company.cif, company)
    if (unknown !== undefined) this.#unknown = new Set(unknown)
    this.#mode = mode ?? this.#mode
    this.delayMs = delayMs ?? this.delayMs
  }

  reset(): void {
    this.#companies.clear()
    this.#unknown.clear()
    this.#calls = []
    this.#mode = 'ok'
    this.delayMs = 0
  }

  /** Every call that came, oldest first. */
  calls() {
    return [...this.#calls]
  }

  answer(method: string, path: string, body: string, at: number): Answer | 'silence' {
    if (path !== '/api/PlatitorTvaRest/v9/tva' || method !== 'POST')
      return json(404, { error: 'POST /api/PlatitorTvaRest/v9/tva is all there is' })
    const asked = Asked.safeParse(readJson(body))
    const cifs = asked.success ? asked.data.map(({ cui }) => String(cui)) : []
    const answer = asked.success ? this.#say(asked.data) : json(400, { cod: 400, message: 'BAD' })
    this.#calls.push({ at, cifs, status: answer === 'silence' ? answer : answer.status })
    return answer
  }

  #say(asked: z.infer<typeof Asked>): Answer | 'silence' {
    switch (this.#mode) {
      case 'silence':
        return 'silence'
      case 'down':
        return html(503)
      case 'html':
        return { ...html(500), status: 200 }
      case 'refused':
        return json(429, { cod: 429, message: 'TOO MANY REQUESTS' })
      case 'ok':
      case 'half':
        break
    }
    if (asked.length > 100) return json(400, { cod: 400, message: 'BAD REQUEST' })
    const known = asked.filter(({ cui }) => this.#knows(String(cui)))
    const found = this.#mode === 'half' ? known.slice(0, known.length / 2) : known
    const notFound = asked.filter(({ cui }) => !this.#knows(String(cui))).map(({ cui }) => cui)
    return json(found.length === 0 && this.#mode === 'ok' ? 404 : 200, {
      cod: 200,
      message: 'SUCCESS',
      found: found.map(({ cui, data }) => this.#entry(String(cui), data)),
      notFound,
    })
  }

  #knows(cif: string): boolean {
    return !this.#unknown.has(cif) && (this.#companies.has(cif) || hasControlDigit(cif))
  }

  #entry(cif: string, data: string) {
    const company = this.#companies.get(cif) ?? Company.parse({ cif })
    const address = (letter: 's' | 'd') => ({
      [`${letter}denumire_Strada`]: company.street,
      [`${letter}numar_Strada`]: company.number,
      [`${letter}denumire_Localitate`]: company.city,
      [`${letter}cod_Localitate`]: '',
      [`${letter}denumire_Judet`]: company.county,
      [`${letter}cod_Judet`]: '',
      [`${letter}tara`]: '',
      [`${letter}detalii_Adresa`]: company.details,
      [`${letter}cod_Postal`]: '',
    })
    return {
      date_generale: {
        cui: Number(cif),
        data,
        denumire: company.name || `FIRMA ${cif} S.R.L.`,
        adresa: `JUD. ${company.county}, ${company.city}, ${company.street}, NR.${company.number}`,
        nrRegCom: company.regCom,
        telefon: '',
        stare_inregistrare: company.struckOff
          ? 'RADIERE din data 05.03.2025'
          : 'INREGISTRAT din data 03.02.2020',
        statusRO_e_Factura: true,
      },
      inregistrare_scop_Tva: { scpTVA: company.vatPayer, perioade_TVA: [] },
      inregistrare_RTVAI: { statusTvaIncasare: false },
      stare_inactiv: {
        dataInactivare: company.inactive ? '2025-03-05' : ' ',
        dataReactivare: '',
        dataPublicare: '',
        dataRadiere: company.struckOff ? '2025-03-05' : '',
        statusInactivi: company.inactive,
      },
      inregistrare_SplitTVA: { statusSplitTVA: false },
      adresa_sediu_social: address('s'),
      adresa_domiciliu_fiscal: address('d'),
    }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The check that every Romanian fiscal code passes: digits weighted 7 5 3 2 1 7 5 3 2, times ten, modulo eleven. */
function hasControlDigit(cif: string): boolean {
  const weights = [7, 5, 3, 2, 1, 7, 5, 3, 2]
  const digits = Array.from(cif.padStart(10, '0'), Number)
  const sum = weights.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0)
  return ((sum * 10) % 11) % 10 === digits[9]
}
