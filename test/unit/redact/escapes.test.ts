import { describe, expect, it } from 'vitest'
import { Folds, mayFold } from '../../../src/redact/engine/fold.ts'
import { undoEscapes, writeUnescaped } from '../../../src/redact/escapes.ts'
import { random } from '../random.ts'

/** What is written where the text was, or undefined where it could not be. */
function written(json: string): string | undefined {
  const bytes = new Uint8Array(json.length + 8)
  const length = writeUnescaped(json, bytes, new DataView(bytes.buffer))
  return length < 0 ? undefined : String.fromCharCode(...bytes.subarray(0, length))
}

describe('escapes of JSON strings', () => {
  it('are undone in bytes as they are in text, wherever they stand', () => {
    const source = random()
    const pieces = ['\n', '"', '\\', '\t', '/', 'u', 'n', 'a', 'plain text of some length', ' ', '\b\f\r']
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: source.below(30) }, () => source.pick(pieces)).join('')
      const json = JSON.stringify([text, { [text]: 1 }])
      const plain = undoEscapes(json)
      // What reads like an escape once more is left to whoever folds text.
      expect(written(json), `seed ${source.seed}: ${json}`).toBe(json.includes('\\\\u') ? undefined : plain)
    }
  })

  it('are left to others where they name a character by number, or the text is not ASCII', () => {
    expect(written('["a\\u0041"]')).toBeUndefined()
    expect(written('["\\n\u00e9"]')).toBeUndefined()
    expect(written('["\\n\u4e2d"]')).toBeUndefined()
    expect(written('["a\\')).toBe('["a\0')
  })
})

describe('a text in which something may stand for something else', () => {
  it('is always told', () => {
    const source = random()
    const pieces = [
      '&',
      '%',
      '\\',
      '#',
      '4',
      '0',
      'u',
      'amp;',
      'commat;',
      '0041',
      '64;',
      '2e',
      ' ',
      'x',
      '\u00a0',
      '\u00ad',
      '\uff10',
      '\u{1d7ce}',
      '&&',
      'n',
    ]
    let told = 0
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + source.below(12) }, () => source.pick(pieces)).join('')
      for (const json of [false, true]) {
        const folds = new Folds(text, json).next()
        if (folds) told++
        if (folds) expect(mayFold(text, json), `seed ${source.seed}: ${JSON.stringify(text)}`).toBe(true)
      }
    }
    expect(told).toBeGreaterThan(1000)
  })

  it('is not taken for one by marks that begin nothing, nor looked at for ever', () => {
    expect(mayFold('if (a && b % 2 === 0) return x & 7; // 100 %')).toBe(false)
    expect(mayFold('C:\\temp\\files')).toBe(false)
    expect(mayFold('& '.repeat(1000))).toBe(true)
  })
})
