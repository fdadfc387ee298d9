import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pages } from '../../scripts/docs.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`)

test.each(['docs/runbook.md', 'docs/runbook.ro.md'])('%s has a part for each alert', (file) => {
  const rules = [...read('src/core/alerts.ts').matchAll(/alert\(\s*'([a-z-]+)'/g)].map(
    ([, rule]) => rule,
  )
  expect(rules.length).toBeGreaterThan(10)
  const parts = [...read(file).matchAll(/^## (.+)$/gm)].map(([, title]) => title)
  expect(parts).toEqual(expect.arrayContaining(rules))
})

test('files that the docs name exist', () => {
  const missing = [...docs, 'README.md', 'ARCHITECTURE.md'].flatMap((file) => {
    const text = read(file)
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) =>
      join(file, '..', to),
    )
    const named = [...text.matchAll(/`((?:src|workers|test|docs|scripts)\/[\w./-]+\.\w+)`/g)].map(
      ([, path = '']) => path,
    )
    return [...links, ...named].flatMap((path) => {
      try {
        read(path)
        return []
      } catch {
        return [`${file}: ${path}`]
      }
    })
  })
  expect(missing).toEqual([])
})

test.each(Object.entries(pages()))('docs/%s is what the program says of itself', (file, text) => {
  // The formatter pads tables.
  const plain = (page: string) => page.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').trim()
  expect(plain(read(`docs/${file}`)), 'run: node scripts/docs.ts && oxfmt docs').toBe(plain(text))
})

test('what users read is there in both languages', () => {
  const users = ['at-most-once', 'fiscal', 'operate', 'runbook', 'start', 'connect', 'settings']
  const wanted = users.flatMap((name) => [`docs/${name}.md`, `docs/${name}.ro.md`])
  expect(docs).toEqual(expect.arrayContaining(wanted))
})
