import { expect, test } from 'vitest'
import { isRedisTrouble } from '../../../src/core/redis-trouble.ts'

const named = (name: string, message: string) => Object.assign(new Error(message), { name })

test.each([
  ['ReplyError', "OOM command not allowed when used memory > 'maxmemory'. script: f00"],
  [
    'ReplyError',
    'ERR Error running script (call to f_0): @user_script:3: @user_script: 3: -OOM command not allowed',
  ],
  ['ReplyError', "READONLY You can't write against a read only replica."],
  ['ReplyError', 'LOADING Redis is loading the dataset in memory'],
  ['ReplyError', 'CLUSTERDOWN The cluster is down'],
  ['ReplyError', 'EXECABORT Transaction discarded because of previous errors.'],
  ['MaxRetriesPerRequestError', 'Reached the max retries per request limit'],
  ['ClusterAllFailedError', 'Failed to refresh slots cache.'],
  ['Error', 'Connection is closed.'],
  ['Error', 'Command aborted due to connection close'],
  ['Error', 'Too many Cluster redirections. Last error: Error: Connection is closed.'],
])('%s "%s" is about Redis and not about the work', (name, message) => {
  expect(isRedisTrouble(named(name, message))).toBe(true)
})

test.each([
  ['ReplyError', 'ERR wrong number of arguments'],
  ['ReplyError', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  ['ReplyError', 'ERR user_script:4: Script attempted to access nonexistent global variable'],
  ['Error', 'account acme is not known'],
  ['Error', 'connect ECONNREFUSED 127.0.0.1:443'],
])('%s "%s" is about the work', (name, message) => {
  expect(isRedisTrouble(named(name, message))).toBe(false)
})

test('what is no error is no trouble of Redis', () => expect(isRedisTrouble('OOM')).toBe(false))
