import { describe, expect, test } from 'vitest'
import { html, outsideLink, ownPath } from '../../../src/http/dashboard/html.ts'
import { startOfDay } from '../../../src/http/dashboard/picture.ts'
import { textsIn } from '../../../src/http/dashboard/texts.ts'
import { counted, langOf, wordsIn } from '../../../src/http/dashboard/words.ts'

describe('markup', () => {
  test('escapes whatever is put into it, lists included, and nothing twice', () => {
    const inner = html`<b title="${`"'\``}">${'<&>'}</b>`
    expect(html`${[inner, undefined, null, false, 0]}`.toString()).toBe(
      '<b title="&quot;&#39;&#96;">&lt;&amp;&gt;</b>0',
    )
  })
  test('shows characters that would hide or turn text', () => {
    expect(html`${'a\u0000b\u202Ec\uD800\n'}`.toString()).toBe('a\uFFFDb\uFFFDc\uFFFD\n')
  })
  test.each(['javascript:alert(1)', ' java\nscript:x', 'data:text/html,x', 'x', ''])(
    'never links to %j',
    (address) => expect(outsideLink(address)).toBeUndefined(),
  )
  test.each(['//x', '/\\x', 'https://x', '', '/a\nb', 'a', '/a\u2028b', '/ț'])(
    'never goes to %j',
    (path) => expect(ownPath(path)).toBe('/'),
  )
  test('goes to a path of its own', () =>
    expect(ownPath('/orders?q=a%20b')).toBe('/orders?q=a%20b'))
})

describe('the language', () => {
  test.each([
    [undefined, undefined, 'ro'],
    [undefined, 'en-US,en;q=0.9', 'en'],
    [undefined, 'en;q=0.5,ro-RO', 'ro'],
    [undefined, 'de-DE,en;q=0.3', 'en'],
    [undefined, 'de', 'ro'],
    [undefined, 'en;q=0', 'ro'],
    ['ro', 'en', 'ro'],
    ['xx', 'en', 'en'],
  ] as const)('cookie %s, Accept-Language %s: %s', (cookie, header, lang) => {
    expect(langOf(cookie, header)).toBe(lang)
  })
  test.each([
    [1, '1 comandă'],
    [2, '2 comenzi'],
    [0, '0 comenzi'],
    [20, '20 de comenzi'],
    [101, '101 comenzi'],
    [120, '120 de comenzi'],
  ])('counts %i', (n, text) => expect(counted(n, 'comandă', 'comenzi')).toBe(text))
  test('every text says something in both languages, and not the same thing', () => {
    // Short words and abbreviations may be the same in both.
    const ro = flat(textsIn('ro'))
    const en = flat(textsIn('en'))
    expect(Object.keys(ro)).toEqual(Object.keys(en))
    const alike = Object.entries(ro).filter(
      ([name, text]) => text === en[name] && text !== '' && text.length > 14,
    )
    expect(alike).toEqual([])
  })
})

describe('numbers and times', () => {
  test('amounts keep every digit', () => {
    expect(wordsIn('ro').amount('1234567.10')).toBe('1.234.567,10')
    expect(wordsIn('en').amount('0.12345')).toBe('0.12345')
    expect(wordsIn('ro').amount('123456789012.01')).toBe('123.456.789.012,01')
    expect(wordsIn('ro').amount('<x>')).toBe('<x>')
  })
  test('times are Romanian times, and a day begins at Romanian midnight', () => {
    expect(wordsIn('en').clock(Date.parse('2026-11-24T22:30:00Z'))).toBe('00:30:00')
    const start = startOfDay(Date.parse('2026-11-24T22:30:00Z'))
    expect(new Date(start).toISOString()).toBe('2026-11-24T22:00:00.000Z')
    const summer = startOfDay(Date.parse('2026-07-01T12:00:00Z'))
    expect(new Date(summer).toISOString()).toBe('2026-06-30T21:00:00.000Z')
  })
  test('spans are short', () => {
    expect(wordsIn('en').span(3_723_000)).toBe('1 h 2 min')
    expect(wordsIn('en').span(400)).toBe('0 s')
    expect(wordsIn('ro').span(90_000_000)).toBe('1 z 1 h')
  })
})

const flat = (texts: object, path = ''): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]: [string, unknown]) =>
      typeof text === 'string'
        ? [[path + name, text]]
        : typeof text === 'object' && text !== null
          ? Object.entries(flat(text, `${path}${name}.`))
          : [],
    ),
  )
