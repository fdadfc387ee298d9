// Everything that must hold, cheapest first: node scripts/test.ts [stage …]; without names, all stages.
// Ends with what failed and why, a table, and the line "N passed, N failed".
// A stage that is not a test suite counts as one failure if it fails.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

type Counts = { passed: number; failed: number; skipped: number; failures: string[] }
type Outcome = Counts & { stage: string; seconds: number }

const LINES_OF_A_REASON = 30

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

const stages: Record<string, () => Promise<Counts>> = {
  format: () => check('oxfmt', '--check', '.'),
  lint: () => check('oxlint'),
  types: () => check('tsc'),
  unused: () => check('knip'),
  unit: () => suite('unit'),
  integration: () => suite('integration'),
  faults: () => suite('faults'),
  browser: () => suite('browser'),
}

async function check(command: string, ...args: string[]): Promise<Counts> {
  return { passed: 0, failed: (await run(command, args)) ? 0 : 1, skipped: 0, failures: [] }
}

async function suite(project: string): Promise<Counts> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-report-'))
  try {
    const file = join(dir, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const green = await run('vitest', ['run', '--project', project, ...reporters])
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, failures: [] }
    const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')))
    const { numPassedTests: passed, numFailedTests, numPendingTests: skipped } = report
    // A file that does not load, an error outside any test and a suite without tests fail as well.
    const failed = numFailedTests === 0 && (!green || passed === 0) ? 1 : numFailedTests
    return { passed, failed, skipped, failures: failuresOf(report) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function failuresOf(report: z.infer<typeof Report>): string[] {
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed')
    const path = relative(process.cwd(), file.name)
    if (tests.length === 0 && file.status === 'failed') return [reason(path, [file.message])]
    return tests.map((test) => reason(`${path} > ${test.fullName}`, test.failureMessages ?? []))
  })
}

function reason(where: string, messages: string[]): string {
  const lines = stripVTControlCharacters(messages.join('\n'))
    .split('\n')
    .slice(0, LINES_OF_A_REASON)
  return [where, ...lines.map((line) => `    ${line}`)].join('\n')
}

let running: ChildProcess | undefined
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped = true
    running?.kill(signal)
  })
}

async function run(command: string, args: string[]): Promise<boolean> {
  running = spawn(command, args, { stdio: 'inherit' })
  const [code] = await once(running, 'close')
  return code === 0
}

function all(): string[] {
  return Object.keys(stages).filter((stage) => stage !== 'browser' || existsSync('test/browser'))
}

const asked = process.argv.slice(2)
const outcomes: Outcome[] = []
for (const stage of asked.length > 0 ? asked : all()) {
  const perform = stages[stage]
  if (perform === undefined) {
    process.stderr.write(`There is no stage "${stage}"; there are ${all().join(', ')}.\n`)
    process.exit(2)
  }
  process.stdout.write(`\n── ${stage}\n`)
  const startedAt = performance.now()
  const outcome = await perform()
  outcomes.push({ stage, ...outcome, seconds: (performance.now() - startedAt) / 1000 })
  if (stopped) break
}

const failures = outcomes.flatMap((outcome) => outcome.failures)
for (const failure of failures) process.stdout.write(`\n✗ ${failure}\n`)

process.stdout.write('\n')
for (const { stage, passed, failed, skipped, seconds } of outcomes) {
  const counts = [passed && `${passed} passed`, failed && `${failed} failed`]
  const words = [...counts, skipped && `${skipped} skipped`].filter(Boolean).join(', ') || 'ok'
  const mark = failed === 0 ? '✓' : '✗'
  process.stdout.write(
    `${mark} ${stage.padEnd(12)}${`${seconds.toFixed(1)} s`.padStart(8)}  ${words}\n`,
  )
}
const sum = (count: 'passed' | 'failed'): number =>
  outcomes.reduce((total, outcome) => total + outcome[count], 0)
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
if (sum('failed') > 0) process.exitCode = 1
