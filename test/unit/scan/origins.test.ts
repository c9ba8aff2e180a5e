import { describe, expect, it } from 'vitest'
import { normalise } from '../../../src/scan/normalize.ts'
import { Origins } from '../../../src/scan/origins.ts'
import { random } from '../random.ts'

describe('where a byte came from', () => {
  it('is the last unit that begins there or before, in whatever order one asks', () => {
    const source = random()
    for (let round = 0; round < 200; round++) {
      const starts = [0]
      // Units that wrote nothing, one byte, or several.
      while (starts.length < 1 + source.below(40)) starts.push(starts.at(-1)! + source.pick([0, 1, 1, 2, 4]))
      const origins = new Origins(Int32Array.from(starts), starts.length)
      for (let i = 0; i < 60; i++) {
        const byte = source.below(starts.at(-1)! + 4)
        expect(origins.of(byte), `seed ${source.seed}: byte ${byte} of ${starts}`).toBe(starts.findLastIndex((start) => start <= byte))
      }
    }
  })

  it.each([
    ['letters of two bytes', '\u0438\u0433\u043d\u043e\u0440\u0438\u0440\u0443\u0439'],
    ['letters that pass for others', 'say \u0456gn\u043ere it'],
    ['hidden characters', 'a\u200bb\u00adc'],
    ['letters written in parts', 'cafe\u0301 \u0438\u0306 \u110c\u1175'],
    ['several letters in one', '\ufb01le \u3300'],
    ['characters beyond the BMP', 'a\u{1d41a}b\u{1f600}c'],
    ['tag characters', 'a\u{e0068}\u{e0069}b'],
  ])('is told for %s', (_, text) => {
    normalise(text, ({ bytes, origins }) => {
      const units = Array.from(bytes, (_, byte) => origins.of(byte))
      expect(units, 'in order').toEqual(units.toSorted((a, b) => a - b))
      expect(units.every((unit) => unit >= 0 && unit < text.length)).toBe(true)
      for (const [byte, unit] of units.entries())
        if (bytes[byte]! < 0x80 && text.charCodeAt(unit) < 0x80) expect(text.charCodeAt(unit), `byte ${byte}`).toBe(bytes[byte])
    })
  })
})

it('takes a ligature of many letters for one that no rule has: a flood of them is no longer than it is written', () => {
  const lengthOf = (text: string): number => normalise(text, ({ bytes }) => bytes.length)
  expect(lengthOf('\ufdfa'.repeat(1000))).toBe(1000)
  expect(lengthOf('\ufb03'.repeat(1000)), 'ffi').toBe(3000)
})
