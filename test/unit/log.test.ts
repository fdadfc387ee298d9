import { expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'

const SECRET = 'Ion Popescu 003|abc'

function lineOf(write: (log: ReturnType<typeof createLog>) => void): string {
  let line = ''
  write(createLog('info', 'test', { write: (text) => (line += text) }))
  return line
}

test.each([
  'token',
  'secret',
  'password',
  'authorization',
  'body',
  'order',
  'customer',
  'email',
  'headers',
  'payload',
  'args',
])('a field named %s never reaches the log, wherever it lies', (name) => {
  const error = Object.assign(new Error('refused'), {
    [name]: SECRET,
    response: { [name]: SECRET },
  })
  const written = lineOf((log) => {
    log.info({ [name]: SECRET, shop: 'acme-web' }, 'at the top')
    log.info({ answer: { [name]: SECRET } }, 'below')
    log.info({ answer: { deep: { [name]: { more: SECRET } } } }, 'far below')
    log.error({ err: error }, 'on an error')
    log.error(error, 'an error itself')
    log.child({ [name]: SECRET }).info('on a child')
  })
  expect(written).not.toContain('Popescu')
  expect(written).toContain('[redacted]')
  expect(written).toContain('acme-web')
  expect(written).toContain('refused')
})

test('what a library hangs on an error stays out of the log', () => {
  const inner = Object.assign(new Error('refused'), { command: { name: 'set', args: [SECRET] } })
  const written = lineOf((log) => {
    log.error(
      { err: Object.assign(new Error('all nodes failed'), { lastNodeError: inner }) },
      'said',
    )
    log.warn({ problem: inner }, 'said')
  })
  expect(written).toContain('all nodes failed')
  expect(written).toContain('"problem":"refused"')
  expect(written).not.toContain('Popescu')
})

test('what is given stays as it was', () => {
  const facts = { answer: { token: SECRET } }
  lineOf((log) => log.info(facts, 'said'))
  expect(facts).toEqual({ answer: { token: SECRET } })
})
