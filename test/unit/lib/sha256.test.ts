import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../../src/lib/sha256.ts'

test('the hash of the empty text and of "abc" are those of FIPS 180-4', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('every length around the block border agrees with the platform', () => {
  for (let length = 0; length < 300; length++) {
    const text = 'x\u00e9'.repeat(length).slice(0, length)
    expect(sha256Hex(text), String(length)).toBe(createHash('sha256').update(text).digest('hex'))
  }
})

test('a megabyte agrees with the platform', () => {
  const bytes = new Uint8Array(1 << 20).map((_, i) => (i * 31) & 0xff)
  expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
})
