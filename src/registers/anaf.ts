import { z } from 'zod'
import { type CompanyFacts, registeredOffice } from '../core/company.ts'
import { TransientError } from '../core/errors.ts'
import { clean } from '../core/text.ts'
import type { CivilDate } from '../core/time.ts'
import type { Fetch } from './fetch.ts'
import type { Line } from './line.ts'

// The public company register, version 9: POST a list of { cui, data }, at most 100 in one call, one call a second.
const PATH = '/api/PlatitorTvaRest/v9/tva'
const MOST_CIFS = 100

const words = z
  .union([z.string(), z.number(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
  .default('')
const flag = z.union([z.boolean(), z.null()]).transform(Boolean).default(false)
const section = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => value ?? {}, z.looseObject(shape))
const cif = z.union([z.number(), z.string()]).transform((value) => String(value).trim())

const Office = section({
  sdenumire_Strada: words,
  snumar_Strada: words,
  sdenumire_Localitate: words,
  sdenumire_Judet: words,
  sdetalii_Adresa: words,
})
const Entry = z.looseObject({
  date_generale: z.looseObject({
    cui: cif,
    denumire: words,
    nrRegCom: words,
    stare_inregistrare: words,
  }),
  inregistrare_scop_Tva: z.looseObject({ scpTVA: z.boolean() }),
  stare_inactiv: section({ statusInactivi: flag, dataRadiere: words }),
  adresa_sediu_social: Office,
})
const Missing = z.union([cif, z.looseObject({ cui: cif }).transform(({ cui }) => cui)])
const List = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => value ?? [], z.array(item)).default([])
const Answer = z
  .looseObject({
    found: List(z.unknown()),
    notFound: List(Missing),
    notfound: List(Missing),
  })
  .refine(({ found, notFound, notfound }) => found.length + notFound.length + notfound.length > 0)

const factsOf = (entry: z.infer<typeof Entry>): CompanyFacts => {
  const { date_generale: general, stare_inactiv: state, adresa_sediu_social: office } = entry
  const struckOff = state.dataRadiere !== '' || /^radiat|^radiere/i.test(general.stare_inregistrare)
  return {
    cif: general.cui,
    name: clean(general.denumire),
    regCom: clean(general.nrRegCom, 50),
    address: registeredOffice({
      street: office.sdenumire_Strada,
      number: office.snumar_Strada,
      details: office.sdetalii_Adresa,
      city: office.sdenumire_Localitate,
      county: office.sdenumire_Judet,
    }),
    vatPayer: entry.inregistrare_scop_Tva.scpTVA,
    active: !state.statusInactivi && !struckOff,
  }
}

/** The company register of ANAF. */
export function createAnaf(line: Line, fetch: Fetch, baseUrl: string) {
  return {
    /** The most CIFs that one call takes. */
    most: MOST_CIFS,
    turn: () => line.turn(),
    health: () => line.health(),
    /**
     * What the register says of these CIFs (digits, at most 100) on this day. The caller has a turn for it. A CIF that the answer leaves out is absent. TransientError when there is no answer that can be read.
     */
    async lookUp(
      cifs: readonly string[],
      day: CivilDate,
    ): Promise<Map<string, CompanyFacts | 'unknown'>> {
      try {
        const answer = await ask(cifs, day)
        await line.ended('ok')
        return answer
      } catch (error) {
        await line.ended('failed')
        throw error
      }
    },
  }

  async function ask(cifs: readonly string[], day: CivilDate) {
    const body = cifs.map((cui) => ({ cui: Number(cui), data: day }))
    const { status, text } = await fetch.text('ANAF', baseUrl + PATH, body)
    // A list in which nobody is found may come with status 404.
    if (status !== 200 && status !== 404)
      throw new TransientError(`ANAF answered with status ${status}`)
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch (cause) {
      throw new TransientError('ANAF answered with something other than JSON', { cause })
    }
    const answer = Answer.safeParse(json)
    if (!answer.success)
      throw new TransientError('ANAF answered in an unknown form', { cause: answer.error })
    const { notFound, notfound } = answer.data
    // One entry that cannot be read does not take the others with it.
    const found = answer.data.found.flatMap((entry) => Entry.safeParse(entry).data ?? [])
    return new Map<string, CompanyFacts | 'unknown'>([
      ...[...notFound, ...notfound].map((missing) => [missing, 'unknown'] as const),
      // Older answers list an unknown company with an empty name.
      ...found.map(
        (entry) =>
          [
            entry.date_generale.cui,
            entry.date_generale.denumire === '' ? 'unknown' : factsOf(entry),
          ] as const,
      ),
    ])
  }
}
