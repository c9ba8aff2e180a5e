import { expect, it } from 'vitest'
import { checkJson } from '../../../src/lib/json.ts'
import { encodeUtf8 } from '../../../src/lib/utf8.ts'
import { random } from '../random.ts'

/** What a plain recursive reader of valid JSON makes of its keys: the first fault in document order. */
function slowReader(text: string): string | undefined {
  let at = 0
  const space = () => {
    while (text[at] === ' ') at++
  }
  const string = (): string => {
    const start = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return JSON.parse(text.slice(start, ++at)) as string
  }
  const members = (close: string, member: () => string | undefined): string | undefined => {
    at++
    for (space(); text[at] !== close; space()) {
      const fault = member()
      if (fault !== undefined) return fault
      space()
      if (text[at] === ',') at++
    }
    at++
    return undefined
  }
  const value = (ofConstructor: boolean): string | undefined => {
    space()
    if (text[at] === '[') return members(']', () => value(false))
    if (text[at] === '{') {
      const seen = new Set<string>()
      return members('}', () => {
        space()
        const key = string()
        if (seen.has(key)) return 'duplicate_key'
        if (key === '__proto__' || (ofConstructor && key === 'prototype')) return 'proto'
        seen.add(key)
        space()
        at++
        return value(key === 'constructor')
      })
    }
    if (text[at] === '"') string()
    else while (at < text.length && !' ,]}'.includes(text[at] as string)) at++
    return undefined
  }
  return value(false)
}

it('finds the faults a slow and plain reader finds, in random documents', () => {
  const { seed, below, pick } = random()
  const keys = ['a', 'b', '\\u0061', '__proto__', 'constructor', 'constructo\\u0072', 'prototype', 'k1', '\u00e9', '', '\\"']
  const make = (depth: number): string => {
    const kind = below(depth > 0 ? 6 : 3)
    if (kind === 0) return JSON.stringify('x'.repeat(below(60)) + '\\'.repeat(below(3)))
    if (kind === 1) return String(below(100))
    if (kind === 2) return 'null'
    if (kind === 3) return `[${Array.from({ length: below(4) }, () => make(depth - 1)).join(',')}]`
    return `{${Array.from({ length: below(4) }, () => `"${pick(keys)}" : ${make(depth - 1)}`).join(', ')}}`
  }
  const found = new Set<string | undefined>()
  for (let round = 0; round < 10_000; round++) {
    const text = make(5)
    const check = checkJson(encodeUtf8(text), { maxDepth: 64, maxNodes: 100_000 })
    const fault = check.ok ? undefined : check.fault
    found.add(fault)
    expect(fault, `seed ${seed}: ${text}`).toBe(slowReader(text))
  }
  expect(found).toEqual(new Set([undefined, 'duplicate_key', 'proto']))
})
