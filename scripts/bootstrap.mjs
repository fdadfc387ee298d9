// Makes a fresh clone runnable. Plain JavaScript for Node 20 and no packages, because nothing is installed yet.
// Speaks on stderr only: the stdout of a command belongs to the command.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')

/** A reason to stop that the reader can act on; shown without a stack trace. */
export class SetupError extends Error {}

/** Brings the packages, and what is asked for beside them, into place; returns the Node binary to run with. */
export function bootstrap({ dev = false, redis = false, chromium = false } = {}) {
  if (!packagesFit(dev)) alone(() => installPackages(dev))
  if (redis) ensure(tools.redis)
  if (chromium) ensure(tools.chromium)
  return nodeBinary()
}

const tools = {
  redis: {
    binaries: ['redis-server'],
    apt: 'redis-server',
    brew: 'redis',
    docker: true,
    ask: 'Redis is missing. Install redis-server 7 or newer (Debian/Ubuntu: sudo apt-get install redis-server; macOS: brew install redis), or start Docker, and run this again.',
  },
  chromium: {
    binaries: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apt: 'chromium',
    brew: 'chromium',
    docker: false,
    ask: 'Chromium is missing. Install it (Debian/Ubuntu: sudo apt-get install chromium; macOS: brew install chromium) and run this again.',
  },
}

function ensure(tool) {
  const present = () => tool.binaries.some(onPath)
  if (present()) return
  alone(() => {
    if (!present() && (installWithApt(tool.apt) || installWithBrew(tool.brew))) {
      say(`${tool.apt} installed`)
    }
  })
  if (present()) return
  if (!tool.docker || !succeeds('docker', ['info'])) throw new SetupError(tool.ask)
  say(`${tool.apt} is not installed; a Docker container takes its place`)
}

// ── packages ──

/** Compares the lock file with npm's own record of what it has installed: a few milliseconds, true after any npm command. */
function packagesFit(dev) {
  if (nodeBinary({ quietly: true }) === undefined) return false
  const wanted = readPackages('package-lock.json')
  const installed = readPackages(join('node_modules', '.package-lock.json'))
  if (wanted === undefined || installed === undefined) return false
  return Object.entries(wanted).every(([path, entry]) => {
    const needed = path !== '' && !entry.optional && !entry.devOptional && (dev || !entry.dev)
    return !needed || installed[path]?.version === entry.version
  })
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages
  } catch {
    return undefined
  }
}

function installPackages(dev) {
  if (packagesFit(dev)) return
  say('installing packages (npm ci) …')
  // npm must not run on the Node that it is about to replace.
  const path = pathEntries()
    .filter((entry) => entry !== bin)
    .join(delimiter)
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    ...process.env,
    PATH: path,
  })
  if (!packagesFit(dev)) {
    throw new SetupError(
      'npm ci ended, but packages are still missing. If npm is set to ignore install scripts, allow the one of the package "node" (it fetches Node 24).',
    )
  }
}

/** Node 24 as the lock file pins it; the running one where it is as new and the pinned one was left out (the image). */
function nodeBinary({ quietly = false } = {}) {
  if (existsSync(pinnedNode)) return pinnedNode
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 12)) return process.execPath
  if (quietly) return undefined
  throw new SetupError('Node 24.12 or newer is needed: run npm ci.')
}

// ── programs ──

function installWithApt(name) {
  if (!onPath('apt-get')) return false
  const root = process.getuid?.() === 0
  if (!root && !succeeds('sudo', ['-n', 'true'])) return false
  const [command, first] = root ? ['apt-get', []] : ['sudo', ['-n', 'apt-get']]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  say(`installing ${name} (apt-get) …`)
  run(command, [...first, 'update', '-qq'], env, { mayFail: true })
  return run(command, [...first, 'install', '-y', '-qq', '--no-install-recommends', name], env, {
    mayFail: true,
  })
}

function installWithBrew(name) {
  if (!onPath('brew')) return false
  say(`installing ${name} (brew) …`)
  return run('brew', ['install', '--quiet', name], process.env, { mayFail: true })
}

function onPath(name) {
  return pathEntries().some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const pathEntries = () => (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)

const succeeds = (command, args) =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0

function run(command, args, env, { mayFail = false } = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (status === 0) return true
  if (mayFail) return false
  throw new SetupError(
    `${command} ${args[0]} failed (${error?.message ?? `exit code ${status}`}); its own words are above.`,
  )
}

// ── one at a time ──

/** Web and worker started together in a fresh clone must not install over each other. */
function alone(work) {
  mkdirSync(join(root, 'data'), { recursive: true })
  const lock = join(root, 'data', 'bootstrap.lock')
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!told) say('waiting for another installation to end …')
    if (!ownerLives(lock)) rmSync(lock, { force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function ownerLives(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function say(text) {
  process.stderr.write(`· ${text}\n`)
}
