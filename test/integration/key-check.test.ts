import { expect, test } from 'vitest'
import { loadConfigFile } from '../../src/config-file.ts'
import { openRig, rawRedis } from '../support/rig.ts'

test('an installation started with another secret key says so at once, and with its own goes on', async () => {
  const rig = await openRig()
  await loadConfigFile(rig.app)
  const stranger = await rig.another({ secretKey: Buffer.alloc(32, 1) })
  await expect(loadConfigFile(stranger)).rejects.toThrow('RELAY_SECRET_KEY')
  await loadConfigFile(await rig.another())
})

test('a Redis that was emptied is told as such, and no shop is told that it is unknown', async () => {
  const rig = await openRig()
  const ask = async () => (await rig.call('POST', '/v1/shops/nobody/orders', { body: '{}' })).status
  expect(await ask()).toBe(401)
  await loadConfigFile(rig.app)
  expect(await ask()).toBe(401)
  const keys = await rawRedis().keys(`${rig.prefix}:*`)
  await rawRedis().del(...keys)
  await expect.poll(ask, { timeout: 30_000 }).toBe(503)
  expect((await rig.call('GET', '/readyz')).status).toBe(503)
  await expect(rig.app.ledger.registry.mustBeThere()).rejects.toThrow('was emptied')
})
