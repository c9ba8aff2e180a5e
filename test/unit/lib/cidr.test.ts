import { expect, it } from 'vitest'
import { ipNumber, parseCidr } from '../../../src/lib/cidr.ts'

it.each([
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4.5',
  '',
  'a',
  '1:2',
  ':::',
  '1::2::3',
  '12345::',
  '::1.2.3',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8',
  'fe80::1%eth0',
])('%j is no address', (text) => expect(ipNumber(text)).toBeUndefined())

it('IPv4 and its IPv4-mapped form are one address', () => {
  expect(ipNumber('::ffff:10.0.0.1')).toBe(ipNumber('10.0.0.1'))
  expect(ipNumber('::ffff:a00:1')).toBe(ipNumber('10.0.0.1'))
  expect(ipNumber('1:2:3:4:5:6:7:8')).toBe(0x0001_0002_0003_0004_0005_0006_0007_0008n)
})

it('reads blocks', () => {
  expect(parseCidr('10.0.0.0/8')?.(ipNumber('10.9.9.9') as bigint)).toBe(true)
  expect(parseCidr('10.0.0.1')?.(ipNumber('10.0.0.2') as bigint)).toBe(false)
  for (const bad of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '::/129', 'x/8']) expect(parseCidr(bad)).toBeUndefined()
})
