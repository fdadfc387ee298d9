// Outlives its parent: node scripts/guard.mjs <grace ms> [lock socket]. Reads "+pid" and "-pid" lines on stdin; when stdin
// ends, whichever way the parent ended, it sees to it that none of these processes stays. With a socket it is a lock too:
// only one guard can listen there, and it does so for as long as any of the processes may live.
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const [graceMs = '2000', lock] = process.argv.slice(2)
const pids = new Set()

const send = (pid, signal) => {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

const taken = (path) =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
  })

async function hold(path) {
  if (await taken(path)) return false
  rmSync(path, { force: true }) // left behind by a crash of the machine
  const server = createServer((socket) => socket.end())
  server.listen(path)
  await new Promise((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  return true
}

if (lock !== undefined && !(await hold(lock))) {
  process.stdout.write('taken\n')
  process.exit(0)
}
process.stdout.write('ready\n')
process.stdout.on('error', () => {})

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) pids.add(pid)
  else pids.delete(pid)
}
const living = () => [...pids].filter((pid) => send(pid, 0))
for (const pid of living()) send(pid, 'SIGTERM')
const deadline = Date.now() + Number(graceMs)
while (living().length > 0 && Date.now() < deadline) await sleep(50)
for (const pid of living()) send(pid, 'SIGKILL')
if (lock !== undefined) rmSync(lock, { force: true })
process.exit(0)
