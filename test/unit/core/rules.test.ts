import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { rule } from '../../../src/core/rules.ts'
import { Settings } from '../../../src/core/settings.ts'
import { anOrder, someSettings } from '../../support/builders.ts'

const Case = z.strictObject({
  name: z.string(),
  order: z.looseObject({}).default({}),
  settings: z.looseObject({}).default({}),
  /** Settings that nobody has made yet. */
  without: z.array(z.enum(['document', 'series'])).default([]),
  byHand: z.boolean().default(false),
  /** The document that is due; absent: none is, by the rule named. */
  due: z.string().optional(),
  rule: z.string(),
  delayMs: z.number().optional(),
})

const cases = z
  .array(Case)
  .parse(JSON.parse(readFileSync(new URL('./cases/rules.json', import.meta.url), 'utf8')))

describe('rules', () => {
  test.each(cases)('$name', ({ order, settings, without, byHand, due, rule: name, delayMs }) => {
    const made = Object.entries(someSettings(settings)).filter(
      ([key]) => !without.some((missing) => missing === key),
    )
    const ruling = rule(anOrder(order), Settings.parse(Object.fromEntries(made)), byHand)
    if (due !== undefined) {
      expect(ruling).toEqual({ kind: 'due', document: due, rule: name, delayMs })
      return
    }
    expect(ruling).toMatchObject({ kind: 'not-due', rule: name })
    if (ruling.kind === 'not-due') {
      expect(ruling.ro).toMatch(/^\p{Lu}.+[.]$/u)
      expect(ruling.en).toMatch(/^\p{Lu}.+[.]$/u)
    }
  })
})
