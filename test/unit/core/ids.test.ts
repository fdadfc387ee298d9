import { expect, test } from 'vitest'
import { documentKey, markersBy, orderRef } from '../../../src/core/ids.ts'

const keyOf = (order: string) => documentKey(orderRef('acme-web', order), 'invoice', 1)
const secret = Buffer.from('a key of thirty-two bytes, fixed')

test('a document keeps its marker from one version to the next: those already printed must be recognised', () => {
  const markerOf = markersBy(secret)
  expect([keyOf('1001'), keyOf('1002')].map(markerOf)).toEqual([
    'RLYC80DSN426A3Y',
    'RLY1AKGABYM1NZQ',
  ])
})
