import { expect, it } from 'vitest'
import { compileGlob } from '../../../src/lib/glob.ts'

it.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['read_*', 'read_', true],
  ['read_*', 'read', false],
  ['*_file', 'read_file', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['*?', '', false],
  ['**', 'x', true],
  ['a**b', 'ab', true],
  ['*ab*ab*', 'abab', true],
  ['*ab*ab*', 'abXb', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['', '', true],
  ['', 'a', false],
  ['x*?y', 'x1y', true],
  ['*?b?*', 'abc', true],
])('%j on %j is %s', (pattern, text, expected) => {
  expect(compileGlob(pattern)(text)).toBe(expected)
})

it('stays quick on a text made to be tried again and again', () => {
  const glob = compileGlob('*a*a*a*a*a*a*a*a*a*b')
  const started = performance.now()
  expect(glob('a'.repeat(200_000))).toBe(false)
  expect(performance.now() - started).toBeLessThan(200)
})
