import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runCli } from '../../../src/cli/program.ts'

async function script(shell: string) {
  let out = ''
  const quiet = { write: () => true }
  const stdout = { write: (text: string) => (out += text) }
  const code = await runCli(
    ['completion', shell],
    {},
    { stdin: process.stdin, stdout, stderr: quiet },
  )
  return { out, code }
}

test('bash completes commands, the commands below them, and options', async () => {
  const { out } = await script('bash')
  const words = (...typed: string[]) =>
    spawnSync(
      'bash',
      [
        '-c',
        `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _relay; echo "\${COMPREPLY[*]}"`,
        '-',
        ...typed,
      ],
      { encoding: 'utf8' },
    ).stdout.trim()
  expect(words('relay', 'do')).toBe('doctor')
  expect(words('relay', 'dead-letters', 'repl')).toBe('replay')
  expect(words('relay', 'payments', 'settle', 'web', '--col')).toBe('--columns')
  expect(words('relay', '--json', 'accounts', 'pa')).toBe('pause')
})

test('another shell is told which there are', async () => {
  expect((await script('fish')).code).toBe(2)
})
