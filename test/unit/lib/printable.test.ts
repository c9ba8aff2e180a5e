import { expect, test } from 'vitest'
import { printable } from '../../../src/lib/printable.ts'

test.each([
  ['plain text', 'plain text'],
  ['a\r\nb', 'a\\u{d}\\u{a}b'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['abc\u202edcba', 'abc\\u{202e}dcba'],
  ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
  ['lone \ud800 end', 'lone \\u{d800} end'],
  ['caf\u00e9 \u{1f600}', 'caf\u00e9 \u{1f600}'],
  ['\u0085next line', '\\u{85}next line'],
])('%j becomes %j', (text, expected) => {
  expect(printable(text)).toBe(expected)
})

test('long text is cut and marked, and a pair on the limit is not split', () => {
  expect(printable('a'.repeat(300), 10)).toBe('aaaaaaaaaa...')
  expect(printable(`${'a'.repeat(9)}\u{1f600}b`, 10)).toBe(`${'a'.repeat(9)}\u{1f600}...`)
  expect(printable('abc', 3)).toBe('abc')
})
