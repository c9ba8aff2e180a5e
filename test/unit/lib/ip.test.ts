import { expect, test } from 'vitest'
import { clientKey } from '../../../src/lib/ip.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8:1:2ff::1', '20010db8000102/56'],
  ['2001:0db8:0001:0200:0:0:0:1', '20010db8000102/56'],
  ['fe80::1%eth0', 'fe800000000000/56'],
  ['::1', '00000000000000/56'],
  ['192.0.2.07', undefined],
  ['192.0.2', undefined],
  ['1::2::3', undefined],
  ['evil\r\n', undefined],
  ['', undefined],
])('%j is counted as %j', (address, key) => {
  expect(clientKey(address)).toBe(key)
})

test('addresses of one prefix share a key and those of the next do not', () => {
  expect(clientKey('2001:db8:0:ff::1', 64)).toBe(clientKey('2001:db8:0:ff:ffff::9', 64))
  expect(clientKey('2001:db8:0:ff::1', 64)).not.toBe(clientKey('2001:db8:0:fe::1', 64))
})
