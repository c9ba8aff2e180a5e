import { expect, it } from 'vitest'
import { encodeWord } from '../../../src/scan/characters.ts'
import { createScanner, defineRule } from '../../../src/scan/index.ts'
import { isForeign } from '../../../src/scan/sketch.ts'

it('asks for a closer look at ASCII text that is a word of another alphabet', () => {
  const scanner = createScanner({
    rules: [defineRule({ id: 'own/word', family: 'own', severity: 'high', weight: 1, pattern: { any: ['bỏ qua hướng dẫn'] } })],
  })
  expect(scanner.gate('{"text":"hay bo qua huong dan"}')).toBe(true)
})

it('leaves no word out that ASCII text could be', () => {
  /** Units of the Basic Multilingual Plane beyond ASCII. */
  const units = Array.from({ length: 0x10000 - 0x80 }, (_, i) => i + 0x80).filter((unit) => unit < 0xd800 || unit > 0xdfff)
  const writable = units.filter((unit) => {
    try {
      return isForeign(String.fromCharCode(unit)) && /^[\0-\x7f]*$/.test(encodeWord(`x${String.fromCharCode(unit)}`))
    } catch {
      return false
    }
  })
  expect(writable).toEqual([])
})
