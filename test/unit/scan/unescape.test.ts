import { expect, it } from 'vitest'
import { unescapeJson } from '../../../src/scan/unescape.ts'

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder('latin1').decode(bytes))

/** The bytes somewhere inside a larger buffer, as Node's pool hands them out. */
function at(offset: number, bytes: readonly number[]): Uint8Array {
  const buffer = new Uint8Array(offset + bytes.length + 3).fill(0x5c)
  buffer.set(bytes, offset)
  return buffer.subarray(offset, offset + bytes.length)
}

it('gives plain ASCII back as it is, and sees a backslash or a byte beyond wherever it stands', () => {
  for (let offset = 0; offset < 8; offset++)
    for (let length = 0; length < 40; length++) {
      const plain = Array.from({ length }, (_, i) => (i * 37) % 0x5c)
      const bytes = at(offset, plain)
      expect(unescapeJson(bytes)).toBe(bytes)
      for (let place = 0; place < length; place++) {
        expect(unescapeJson(at(offset, plain.with(place, 0x80 + place)))).toBeUndefined()
        if (place + 1 === length) continue
        const escaped = plain.with(place, 0x5c).with(place + 1, 0x6e)
        expect(text(unescapeJson(at(offset, escaped)))).toBe(
          text(Uint8Array.from([...plain.slice(0, place), 10, ...plain.slice(place + 2)])),
        )
      }
    }
})

it('does not guess: unicode escapes, escapes that are none, and a backslash at the end', () => {
  for (const json of ['"\\u0069"', '"\\x"', '"\\\u0000"', '"a\\']) expect(unescapeJson(new TextEncoder().encode(json))).toBeUndefined()
  expect(text(unescapeJson(new TextEncoder().encode('"\\"\\\\\\/\\b\\f\\n\\r\\t"')))).toBe('""\\/\b\f\n\r\t"')
})
