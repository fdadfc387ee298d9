// What every npm command runs: node scripts/run.mjs <command> [arguments]. Sets up what is missing, then becomes the
// command on the pinned Node, so that stdin, exit code and signals are the command's own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bootstrap, root, SetupError } from './bootstrap.mjs'

const always = () => true
const unlessSet =
  (...names) =>
  () =>
    !names.some((name) => process.env[name])

const commands = {
  setup: { dev: true },
  start: {
    run: ['scripts/start.ts'],
    dotEnv: true,
    redis: unlessSet('REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'),
  },
  web: { run: ['src/main.ts'], dotEnv: true },
  worker: { run: ['workers/main.ts'], dotEnv: true },
  relay: { run: ['src/relay.ts'], dotEnv: true },
  demo: { run: ['scripts/demo.ts'], dev: true, redis: always },
  bench: { run: ['test/bench/main.ts'], dev: true, redis: always },
  check: { run: ['scripts/test.ts', 'format', 'lint', 'types', 'unused', 'unit'], dev: true },
  test: {
    run: ['scripts/test.ts'],
    dev: true,
    redis: unlessSet('TEST_REDIS_URL'),
    chromium: () => existsSync(join(root, 'test/browser')),
  },
}

function main([name = '', ...args]) {
  const command = commands[name]
  if (command === undefined) {
    throw new SetupError(
      `There is no command "${name}"; there are ${Object.keys(commands).join(', ')}.`,
    )
  }
  // What the shell sets wins over .env.
  const dotEnv = join(root, '.env')
  if (command.dotEnv && existsSync(dotEnv)) process.loadEnvFile(dotEnv)
  const node = bootstrap({
    dev: command.dev,
    redis: command.redis?.(),
    chromium: command.chromium?.(),
  })
  if (command.run === undefined) return
  const [entry, ...fixed] = command.run
  process.env['PATH'] = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  become(node, [join(root, entry), ...fixed, ...args])
}

function become(file, args) {
  if (process.execve) process.execve(file, [file, ...args], process.env)
  // Only where the machine's Node is older than 22.15 and the packages have just been installed.
  const child = spawn(file, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

try {
  main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
