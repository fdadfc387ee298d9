import { expect, test } from 'vitest'
import { loadConfigFile } from '../../src/config-file.ts'
import { openRig } from '../support/rig.ts'

test('an installation started with another secret key says so at once, and with its own goes on', async () => {
  const rig = await openRig()
  await loadConfigFile(rig.app)
  const stranger = await rig.another({ secretKey: Buffer.alloc(32, 1) })
  await expect(loadConfigFile(stranger)).rejects.toThrow('RELAY_SECRET_KEY')
  await loadConfigFile(await rig.another())
})
