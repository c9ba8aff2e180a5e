import { lazily } from '../../../lib/lazily.ts'
import { foldTable, isWordByte } from '../alphabet.ts'
import { pairRows } from './pair-rows.ts'

/** Any byte; one that ends a word; and how many symbols there are, with the folded bytes. */
export const ANY = 0x81
export const BREAK = 0x82
export const SYMBOLS = 0x83

/** By pair of symbols, and by symbol, how often it is to be expected: roughly, and only to choose well by. */
const expected = lazily(() => {
  const fold = foldTable({ digits: true })
  const pairs = new Float64Array(SYMBOLS << 8).fill(1e-6)
  const symbols: number[] = []
  for (let code = 0x20; code < 0x7f; code++) if (fold[code] === code) symbols.push(code)
  for (let i = 0, at = 0; i < symbols.length; i++, at++) {
    const one = symbols[i]! << 8
    const breaks = !isWordByte(symbols[i]!)
    for (const other of symbols) {
      const share = shareOfDigit[pairRows.charCodeAt(at++) - 48]!
      pairs[one | other] = share
      pairs[one | ANY]! += share
      pairs[(ANY << 8) | other]! += share
      if (breaks) pairs[(BREAK << 8) | other]! += share
      if (breaks) pairs[(BREAK << 8) | ANY]! += share
      if (!isWordByte(other)) pairs[one | BREAK]! += share
      if (!isWordByte(other)) pairs[(ANY << 8) | BREAK]! += share
    }
  }
  pairs[(ANY << 8) | ANY] = 1
  return pairs
})

/** 0 is a sixteenth, each digit more a quarter of that. */
const shareOfDigit = Float64Array.from({ length: 10 }, (_, digit) => 4 ** -(2 + digit))

/** How common a pair of symbols is. */
export const shareOf = (pair: number): number => expected()[pair]!

/** How common two pairs are, one after the other: what stands in the middle tells how well they go together. */
export function shareOfBoth(first: number, second: number): number {
  const pairs = expected()
  const one = first & 0xff
  const other = second >> 8
  const apart = pairs[(one << 8) | ANY]! * pairs[(ANY << 8) | other]!
  return (pairs[first]! * pairs[second]! * pairs[(one << 8) | other]!) / apart
}
