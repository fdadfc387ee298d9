import { expect, test } from 'vitest'
import { scopeOf } from '../../src/core/api-scopes.ts'
import { ACCOUNT, openRig } from '../support/rig.ts'

test('a key does what its scopes say, is seen to be used, and is nothing once revoked', async () => {
  const rig = await openRig()
  const { apiKeys } = rig.app.ledger
  const { key, id } = await apiKeys.create('ERP', ['read', 'documents'], 'ana')
  const headers = { authorization: `Bearer ${key}` }
  await rig.receive({ id: '1' })
  expect((await rig.call('GET', '/v1/status', { headers })).status).toBe(200)
  const issue = '/v1/shops/web/orders/1/issue'
  expect((await rig.call('POST', issue, { headers })).status).toBeLessThan(300)
  const replay = { headers, body: { filter: {}, dryRun: true } }
  expect(await rig.call('POST', '/v1/dead-letters/replay', replay)).toMatchObject({
    status: 403,
    json: { error: { code: 'missing-scope', en: expect.stringContaining('"desk"') } },
  })
  // The record says which key it was, also where the caller names somebody.
  const who = async () =>
    (await rig.show('1')).timeline.map((entry) => entry.who).filter((name) => /ERP|user/.test(name))
  expect(await who()).toEqual(['key ERP'])
  const refusal = { code: 'internal-error', said: '', ro: '', en: '' }
  const edit = {
    headers,
    body: { id: rig.key('1'), patch: { number: '1' }, who: 'user ana', reason: 'asked' },
  }
  await rig.app.ledger.documents.bury(ACCOUNT, rig.key('1'), refusal, 'due')
  expect((await rig.call('POST', '/v1/dead-letters/edit', edit)).status).toBe(403)
  const admin = { body: edit.body }
  expect((await rig.call('POST', '/v1/dead-letters/edit', admin)).status).toBe(200)
  expect(await who()).toContain('operator: user ana')

  // However the path is written, the route decides.
  const desk = await apiKeys.create('desk', ['desk', 'settings'], 'ana')
  for (const path of ['orders', '%6Frders', 'o%72ders'])
    expect(
      await rig.call('POST', `/v1/shops/web/${path}/1/issue`, {
        headers: { authorization: `Bearer ${desk.key}` },
      }),
      path,
    ).toMatchObject({ status: 403 })
  await apiKeys.revoke(desk.id)
  expect((await apiKeys.list()).filter(({ name }) => name !== 'desk')).toMatchObject([
    { id, name: 'ERP', createdBy: 'ana' },
  ])
  expect((await apiKeys.list()).find((one) => one.id === id)?.usedAt).toBeGreaterThan(0)
  expect(JSON.stringify(await apiKeys.list())).not.toContain(key.slice(-20))

  const wrong = [`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, `rlk_${id}_`, 'rlk_x_y', '']
  for (const text of wrong)
    expect(
      (await rig.call('GET', '/v1/status', { headers: { authorization: `Bearer ${text}` } }))
        .status,
    ).toBe(401)
  expect(await apiKeys.revoke(id)).toBe(true)
  expect((await rig.call('GET', '/v1/status', { headers })).status).toBe(401)
  expect(await apiKeys.revoke(id)).toBe(false)
})

test.each([
  ['GET', '/v1/dead-letters', 'read'],
  ['POST', '/v1/shops/web/orders/1/issue', 'documents'],
  ['POST', '/v1/shops/web/settlements', 'documents'],
  ['POST', '/v1/shops/web/rules/dry-run', 'read'],
  ['POST', '/v1/shops/web/imports', 'settings'],
  ['POST', '/v1/acts/replay', 'documents'],
  ['POST', '/v1/dead-letters/replay', 'desk'],
  ['POST', '/v1/dead-lettersx', 'settings'],
  ['DELETE', '/v1/anything', 'settings'],
])('%s %s needs %s', (method, path, scope) => {
  expect(scopeOf(method, path)).toBe(scope)
})
