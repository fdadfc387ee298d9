// npm run bench [-- --quick] [-- --json] [-- --only name] [-- --keep folder]: what the relay costs, as ratios measured in one run.
import { parseArgs } from 'node:util'
import { comeback } from './comeback.ts'
import { cost } from './cost.ts'
import { drain } from './drain.ts'
import { fairness } from './fairness.ts'
import { asLine, passes, type Figure } from './figures.ts'
import { ingest } from './ingest.ts'
import { memory } from './memory.ts'
import { pace } from './pace.ts'
import { pages } from './pages.ts'

const benches: Record<string, (quick: boolean, keep?: string) => Promise<Figure[]>> = {
  ingest,
  drain,
  pace,
  cost,
  fairness,
  comeback,
  memory,
  pages,
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    keep: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
})
const names = values.only ?? Object.keys(benches)
const say = (text: string) => process.stdout.write(`${text}\n`)
const hint = (text: string) => process.stderr.isTTY && process.stderr.write(text)

let missed = 0
for (const name of names) {
  const bench = benches[name]
  if (bench === undefined) {
    process.stderr.write(
      `There is no benchmark "${name}"; there are ${Object.keys(benches).join(', ')}.\n`,
    )
    process.exit(2)
  }
  hint(`… ${name}\r`)
  for (const figure of await bench(values.quick, values.keep)) {
    const pass = passes(figure)
    if (pass === false) missed++
    say(values.json ? JSON.stringify({ ...figure, pass }) : asLine(figure))
  }
}
if (!values.json) say(missed === 0 ? '\nevery target is met' : `\n${missed} missed`)
