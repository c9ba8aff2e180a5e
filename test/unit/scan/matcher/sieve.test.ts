import { describe, expect, it } from 'vitest'
import { buildSieve, isWordByte, type Literal, withPlaces } from '../../../../src/scan/matcher/index.ts'
import { random } from '../../random.ts'

type Options = Parameters<typeof buildSieve>[1]

/** Every range, in order. */
function rangesOf(literals: readonly Literal[], text: string, options?: Options): (readonly [from: number, to: number])[] {
  return withPlaces(buildSieve(literals, options), text, (places) => {
    const ranges: [number, number][] = []
    while (places.seek(places.to + 1)) ranges.push([places.from, places.to])
    return ranges
  })
}

const fold = (code: number): number =>
  code >= 0x80 ? 0x80 : code <= 32 || code === 127 ? 32 : code >= 65 && code <= 90 ? code + 32 : code >= 48 && code <= 57 ? 48 : code

/** Where literals begin, found the slow way; digits count as one. */
function beginnings(literals: readonly Literal[], text: string): number[] {
  const folded = Array.from({ length: text.length }, (_, i) => fold(text.charCodeAt(i)))
  const stands = ({ text: literal, left }: Literal, at: number): boolean =>
    at + literal.length <= text.length &&
    Array.from(literal).every((char, i) => folded[at + i] === fold(char.charCodeAt(0))) &&
    !(left === true && at > 0 && isWordByte(folded[at - 1]!))
  return folded.flatMap((_, at) => (literals.some((literal) => stands(literal, at)) ? [at] : []))
}

describe('a sieve', () => {
  it('never misses a literal, in any text', () => {
    const source = random()
    const letters = [...'aabcxyz0123 @{}(.-_"\n\u00e9\u4e2d']
    const word = (most: number): string => Array.from({ length: 1 + source.below(most) }, () => source.pick(letters)).join('')
    for (let round = 0; round < 400; round++) {
      const literals = Array.from({ length: 1 + source.below(40) }, (): Literal => {
        const text = word(9)
          .replace(/[^\0-\x7f]/g, 'q')
          .replace(/\d/g, '0')
        return { text, left: source.below(2) === 1 && /^[a-z0-9]/.test(text) }
      })
      const text = Array.from({ length: source.below(60) }, () => (source.below(3) === 0 ? source.pick(literals).text : word(6))).join('')
      const ranges = rangesOf(literals, text, { digits: true })
      const missed = beginnings(literals, text).filter((at) => !ranges.some(([from, to]) => from <= at && at <= to))
      expect(missed, `seed ${source.seed}, round ${round}: ${JSON.stringify({ literals, text })}`).toEqual([])
    }
  })

  it.each([16_384, 32_764])('finds what stands across the end of a block, near %d', (end) => {
    const literals: Literal[] = [{ text: '@' }, { text: 'abc', left: true }, { text: 'q-longer-one' }]
    for (let at = end - 40; at < end + 20; at++) {
      for (const { text } of literals) {
        const ranges = rangesOf(literals, `${' '.repeat(at)}${text}${' '.repeat(9)}`)
        expect(ranges.length, `${text} at ${at}`).toBeGreaterThan(0)
        expect(ranges.some(([from, to]) => from <= at && at <= to)).toBe(true)
      }
    }
  })

  it.each([0, 16_370, 32_750])('finds a long number wherever it begins, near %d, and passes over short ones', (near) => {
    const literals: Literal[] = [{ text: '0'.repeat(13), left: true }, { text: 'ghp_' }]
    for (let at = near; at < near + 40; at++) {
      const spaces = ' '.repeat(at)
      for (const length of [13, 14, 17, 40]) {
        const ranges = rangesOf(literals, `${spaces}${'1234567890'.repeat(4).slice(0, length)} and more`, { digits: true })
        expect(
          ranges.some(([from, to]) => from <= at && at <= to),
          `${length} digits at ${at}`,
        ).toBe(true)
      }
      expect(rangesOf(literals, `${spaces}123456 and more, 2024-03-21`, { digits: true }), `at ${at}`).toEqual([])
    }
  })

  it('passes over text that is nothing like its literals', () => {
    expect(rangesOf([{ text: 'ghp_' }, { text: 'akia' }], 'The quick brown fox jumps over the lazy dog. '.repeat(100))).toEqual([])
  })

  it('takes texts of any length, one within another', () => {
    const sieve = buildSieve([{ text: '@' }])
    const long = `${'\u00e9 '.repeat(100_000)}@`
    const seen = withPlaces(sieve, 'a@b', (outer) => {
      const inner = withPlaces(sieve, long, (places) => places.seek(0) && places.to)
      return [inner, outer.seek(0) && outer.from <= 1 && outer.to >= 1, outer.bytes[0]]
    })
    expect(seen).toEqual([expect.any(Number), true, 'a'.charCodeAt(0)])
    expect(Math.abs((seen[0] as number) - (long.length - 1))).toBeLessThan(4)
  })
})
