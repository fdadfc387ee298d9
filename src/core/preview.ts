import { z } from 'zod'
import { buyerOf } from './buyer.ts'
import { Reason } from './causes.ts'
import { withCompany } from './company.ts'
import {
  type DecisionInput,
  decide,
  type DocumentDraft,
  DocumentLine,
  type VatTable,
} from './document.ts'
import type { Imported } from './imported.ts'
import { itemsOf } from './lines.ts'
import { ZERO, exact } from './money.ts'
import { pricedLines } from './priced-lines.ts'
import { type Ruling, rule } from './rules.ts'
import { effectiveSettings } from './shop-rules.ts'
import { type Supply, supplyOf, taxPointOf } from './supply.ts'
import { explain } from './totals.ts'

const Totals = z.object({ net: z.string(), vat: z.string(), gross: z.string() })
const TotalsByRate = Totals.extend({
  rates: z.array(Totals.extend({ name: z.string(), percentage: z.string() })),
})
/** Why something on the document is as it is. */
const Note = z.object({ code: z.string(), ro: z.string(), en: z.string() })
type Note = z.infer<typeof Note>

/** What would be issued for an order now, and why; or why nothing would. */
export const Preview = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('issue'),
    document: z.looseObject({
      lines: z.array(DocumentLine),
      total: z.string(),
      currency: z.string(),
    }),
    /** By both ways in which a SmartBill account may add up; the total is the same. */
    totals: z.object({ columns: TotalsByRate, cashRegister: TotalsByRate }),
    why: z.array(Note),
  }),
  z.object({
    status: z.literal('hold'),
    reasons: z.array(Reason),
    /** What the lines come to as far as they can be computed. */
    totals: TotalsByRate.nullable(),
  }),
  z.object({ status: z.literal('skip'), rule: z.string(), ro: z.string(), en: z.string() }),
  /** The account's VAT rates were never read: nothing can be said without asking SmartBill. */
  z.object({ status: z.literal('vat-unknown'), ro: z.string(), en: z.string() }),
])
export type Preview =
  | {
      status: 'issue'
      document: DocumentDraft
      totals: { columns: ReturnType<typeof explain>; cashRegister: ReturnType<typeof explain> }
      why: Note[]
    }
  | { status: 'hold'; reasons: Reason[]; totals: ReturnType<typeof explain> | null }
  | { status: 'skip'; rule: string; ro: string; en: string }
  | { status: 'vat-unknown'; ro: string; en: string }

export type PreviewInput = Omit<DecisionInput, 'vat'> & {
  vat: { table: VatTable; ageMs: number } | undefined
  imported?: Imported | undefined
}

/** The very document that `decide` would issue, with its totals; SmartBill is not asked. */
export function previewOf(input: PreviewInput): Preview {
  const { vat, imported, ...given } = input
  const { order, kind } = input
  const { settings, by } = effectiveSettings(order, input.settings, { kind })
  const rest = { ...given, settings }
  const hard = rule(order, input.settings, true, { imported })
  if (hard.kind === 'not-due' && hard.rule !== 'no-document-setting')
    return { status: 'skip', rule: hard.rule, ro: hard.ro, en: hard.en }
  if (vat === undefined)
    return {
      status: 'vat-unknown',
      ro: 'Cotele de TVA ale contului SmartBill nu au fost citite încă. Se citesc la primul document emis; până atunci previzualizarea nu poate fi făcută.',
      en: "The SmartBill account's VAT rates have not been read yet. They are read with the first document; until then there is no preview.",
    }
  const decision = decide({ ...rest, vat: vat.table })
  switch (decision.kind) {
    case 'skip':
      return { status: 'skip', rule: decision.rule, ro: decision.ro, en: decision.en }
    case 'hold':
      return {
        status: 'hold',
        reasons: decision.reasons,
        totals: totalsOf({ ...rest, vat: vat.table }),
      }
    case 'issue': {
      const { document } = decision
      return {
        status: 'issue',
        document,
        totals: { columns: explain(document), cashRegister: explain(document, 'cash-register') },
        why: notesOn(
          document,
          { ...rest, vat: vat.table },
          { ruling: rule(order, input.settings, false, { imported }), by },
        ),
      }
    }
  }
}

/** Of an order that is held for something else than its amounts. */
function totalsOf(input: DecisionInput): ReturnType<typeof explain> | null {
  const { client } = withCompany(
    buyerOf(input.order, input.settings),
    input.company,
    input.settings,
  )
  const { lines } = pricedLines(itemsOf(input, client), input)
  return lines.length === 0 ? null : explain({ lines, precision: input.settings.precision })
}

/** The choices that a reader of the document would ask about. */
function notesOn(
  document: DocumentDraft,
  input: DecisionInput,
  { ruling, by }: { ruling: Ruling; by: string | undefined },
): Note[] {
  const { order, settings } = input
  const supply = supplyOf(order, document.client)
  const notes: (Note | null)[] = [
    ruling.kind === 'due'
      ? note(
          ruling.rule,
          `Documentul este de emis după regula „${ruling.rule}”.`,
          `The document is due by the rule "${ruling.rule}".`,
        )
      : note(
          ruling.rule,
          `Acum nu se emite singur: ${ruling.ro}`,
          `Not issued by itself now: ${ruling.en}`,
        ),
    by === undefined
      ? null
      : note(
          'shop-rule',
          `Regula magazinului care se potrivește: „${by}”.`,
          `The shop's rule that fits: "${by}".`,
        ),
    note(
      'tax-point',
      `Cotele de TVA sunt cele de la ${taxPointOf(order, settings, input.today)}.`,
      `VAT rates are those of ${taxPointOf(order, settings, input.today)}.`,
    ),
    aboutSupply(supply, document),
    !order.pricesIncludeVat &&
    document.lines.some((line) => line.vat !== null && line.isTaxIncluded)
      ? note(
          'shown-with-vat',
          'Magazinul are prețuri fără TVA; pe document unele apar cu TVA inclus, ca totalul să fie exact al comenzii oricum ar fi setat calculul în SmartBill.',
          "The shop's prices are without VAT; on the document some are shown with VAT included, so that the total is exactly the order's however the SmartBill account calculates.",
        )
      : null,
    document.vatOnCollection
      ? note(
          'vat-on-collection',
          'Documentul are mențiunea „TVA la încasare”.',
          'The document says that VAT is due on collection.',
        )
      : null,
    document.payment === null
      ? note('no-payment', 'Nu se înregistrează nicio încasare.', 'No payment is recorded.')
      : note(
          'payment',
          `Se înregistrează încasarea de ${document.payment.value} ${document.currency}, ${document.payment.type}.`,
          `A payment of ${document.payment.value} ${document.currency} is recorded, ${document.payment.type}.`,
        ),
  ]
  return notes.flatMap((one) => one ?? [])
}

const note = (code: string, ro: string, en: string): Note => ({ code, ro, en })

function aboutSupply(supply: Supply, document: DocumentDraft): Note | null {
  const exempt = document.lines.some(({ vat }) => vat !== null && exact(vat.percentage).eq(ZERO))
  switch (supply.kind) {
    case 'export':
      return exempt
        ? note(
            'export',
            `Bunurile pleacă în ${supply.country}, în afara UE: scutit cu drept de deducere (Codul fiscal art. 294).`,
            `The goods go to ${supply.country}, outside the EU: exempt with the right of deduction (Codul fiscal art. 294).`,
          )
        : null
    case 'intra-community':
      return exempt
        ? note(
            'intra-community',
            `Livrare intracomunitară în ${supply.country} către un cumpărător cu cod de TVA din UE (Codul fiscal art. 294 alin. (2)). Codul nu este verificat în VIES.`,
            `Intra-community supply to ${supply.country}, to a buyer with an EU VAT number (Codul fiscal art. 294 (2)). The number is not checked in VIES.`,
          )
        : null
    case 'distance':
      return note(
        'distance-sale',
        `Vânzare la distanță către un consumator din ${supply.country}: cota OSS din setări, iar fără ea TVA din România.`,
        `Distance sale to a consumer in ${supply.country}: the one-stop-shop rate of the settings, or Romanian VAT without one.`,
      )
    case 'domestic':
    case 'unknown':
      return null
  }
}
