// Writes the parts of docs/ that are made of the program's own tables: node scripts/docs.ts. A test compares.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Settings, type PlatformName } from '../src/core/settings.ts'
import { platformGuide } from '../src/http/dashboard/platform-guide.ts'
import { settingFields, type Editor } from '../src/http/dashboard/setting-fields.ts'
import { sectionTexts, textOf } from '../src/http/dashboard/setting-texts.ts'

type Lang = 'ro' | 'en'

const words = {
  title: { en: 'Settings of a shop', ro: 'Setările unui magazin' },
  lead: {
    en: 'Every setting, by the sections of the form on the dashboard. In the config file they stand under `settings` of a shop, by the names in the first column. Where no default is given, nothing is set.',
    ro: 'Toate setările, pe secțiunile formularului din panou. În fișierul de configurare stau la `settings` al unui magazin, cu numele din prima coloană. Unde nu este dată o valoare implicită, nu este nimic setat.',
  },
  made: {
    en: 'This page is made from the program by `node scripts/docs.ts`.',
    ro: 'Pagina aceasta este făcută din program de `node scripts/docs.ts`.',
  },
  columns: {
    en: ['setting', 'what it is', 'values', 'default'],
    ro: ['setarea', 'ce este', 'valori', 'implicit'],
  },
  other: {
    en: 'În română: [settings.ro.md](settings.ro.md)',
    ro: 'In English: [settings.md](settings.md)',
  },
  yesNo: { en: '`true` / `false`', ro: '`true` / `false`' },
  list: { en: 'a list', ro: 'o listă' },
  text: { en: 'text', ro: 'text' },
  table: { en: 'a table', ro: 'un tabel' },
  structure: { en: 'JSON, see the form', ro: 'JSON, vezi formularul' },
  connect: { en: 'Connecting a shop', ro: 'Conectarea unui magazin' },
  connectLead: {
    en: 'The step-by-step setup on the dashboard does all of this with you and shows address and secret ready to paste. `‹relay›` stands for the address at which the relay is reached from outside, `‹shop›` for the shop’s id.',
    ro: 'Configurarea pas cu pas din panou face toate acestea cu dvs. și arată adresa și secretul gata de lipit. `‹relay›` este adresa la care se ajunge la program din afară, `‹magazin›` este id-ul magazinului.',
  },
  connectOther: {
    en: 'În română: [connect.ro.md](connect.ro.md)',
    ro: 'In English: [connect.md](connect.md)',
  },
  address: { en: 'Address', ro: 'Adresa' },
  shop: { en: '‹shop›', ro: '‹magazin›' },
  noteworthy: { en: 'Worth knowing', ro: 'De știut' },
} as const

const platforms: [PlatformName, string][] = [
  ['cloudcart', 'CloudCart'],
  ['woocommerce', 'WooCommerce'],
  ['shopify', 'Shopify'],
  ['generic', ''],
]
const own = { en: 'Your own shop', ro: 'Magazinul propriu' }

const addressOf = (platform: PlatformName, lang: Lang): string =>
  platform === 'generic'
    ? `POST https://‹relay›/v1/shops/${words.shop[lang]}/orders`
    : `https://‹relay›/webhooks/${platform}/${words.shop[lang]}`

/** docs/connect.md: the same steps as on the dashboard. */
function connect(lang: Lang): string {
  const parts = platforms.flatMap(([platform, name]) => {
    const { steps, note } = platformGuide[platform][lang]
    return [
      `## ${name || own[lang]}`,
      '',
      `${words.address[lang]}: \`${addressOf(platform, lang)}\``,
      '',
      ...steps.map((step, i) => `${i + 1}. ${step}`),
      '',
      `**${words.noteworthy[lang]}.** ${note}`,
      '',
    ]
  })
  return [
    `# ${words.connect[lang]}`,
    '',
    `_${words.connectOther[lang]}_`,
    '',
    words.connectLead[lang],
    '',
    ...parts,
  ].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()

function valuesOf(editor: Editor, name: string, lang: Lang): string {
  const { option } = textOf(lang, name)
  switch (editor.kind) {
    case 'switch':
      return words.yesNo[lang]
    case 'choice':
      return editor.options
        .filter((value) => value !== '')
        .map((value) =>
          option(value) === value ? `\`${value}\`` : `\`${value}\` (${option(value)})`,
        )
        .join(', ')
    case 'whole':
      return `${editor.min}–${editor.max}`
    case 'text':
      return words.text[lang]
    case 'words':
    case 'statuses':
      return words.list[lang]
    case 'lines':
      return `${words.table[lang]}: ${editor.parts.join(', ')}`
    case 'parts':
      return editor.parts
        .map(({ name: part }) => `\`${part.slice(part.indexOf('.') + 1)}\``)
        .join(', ')
    case 'json':
      return words.structure[lang]
  }
}

/** docs/settings.md: every setting of the schema. */
function settings(lang: Lang): string {
  const defaults: Record<string, unknown> = Settings.parse({})
  const sections = [...new Set(settingFields.map(({ section }) => section))]
  const parts = sections.flatMap((section) => [
    `## ${sectionTexts[section].title[lang]}`,
    '',
    sectionTexts[section].lead[lang],
    '',
    `| ${words.columns[lang].join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...settingFields
      .filter((field) => field.section === section)
      .map(({ name, editor }) => {
        const { name: title, hint } = textOf(lang, name)
        const value = defaults[name]
        return `| ${[
          `\`${name}\``,
          cell(hint === undefined ? title : `${title}. ${hint}`),
          cell(valuesOf(editor, name, lang)),
          value === undefined ? '' : `\`${cell(JSON.stringify(value))}\``,
        ].join(' | ')} |`
      }),
    '',
  ])
  return [
    `# ${words.title[lang]}`,
    '',
    `_${words.other[lang]}_`,
    '',
    words.lead[lang],
    '',
    ...parts,
    words.made[lang],
    '',
  ].join('\n')
}

/** Every page that is made, by its file name. */
export const pages = (): Record<string, string> => ({
  'connect.md': connect('en'),
  'connect.ro.md': connect('ro'),
  'settings.md': settings('en'),
  'settings.ro.md': settings('ro'),
})

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, text] of Object.entries(pages()))
    writeFileSync(join(import.meta.dirname, '../docs', name), text)
}
