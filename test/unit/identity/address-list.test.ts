import { describe, expect, it } from 'vitest'
import { createAddressTest } from '../../../src/identity/address-list.ts'

describe('a list of addresses', () => {
  it.each<[string, string, boolean]>([
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.7', '::ffff:10.0.0.7', true],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/9', '10.127.0.1', true],
    ['10.0.0.0/9', '10.128.0.1', false],
    ['0.0.0.0/0', '192.0.2.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
    ['10.0.0.7', 'localhost', false],
    ['10.0.0.7', '', false],
  ])('%s holds %s: %s', (entry, address, expected) => {
    expect(createAddressTest([entry], 'list')(address)).toBe(expected)
  })

  it('holds nothing that has no address', () => {
    expect(createAddressTest(['0.0.0.0/0', '::/0'], 'list')(undefined)).toBe(false)
  })

  it.each(['', 'proxy', '10.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '010.0.0.1', '::/129'])('refuses the entry %j', (entry) => {
    expect(() => createAddressTest(['10.0.0.1', entry], 'identity.trustedProxies')).toThrow(
      expect.objectContaining({ path: 'identity.trustedProxies[1]' }),
    )
  })
})
