import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/lib/canonical-json.ts'
import { spliceJson } from '../../../src/lib/json-splice.ts'
import { random } from '../random.ts'

const edit = (text: string, change: (value: never) => unknown) => {
  const before = JSON.parse(text) as never
  return spliceJson(text, before, change(structuredClone(before)))
}
const set = (path: readonly (string | number)[], value: unknown) => (root: never) => {
  let node = root as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) node = node[key] as typeof node
  node[path.at(-1) as string] = value
  return root
}

describe('spliceJson', () => {
  it('writes only what differs', () => {
    const text = ' {"id": 12345678901234567890, "a" :[1.0, "x\\u0041" ,{"2":1e400,"1":-0}], "b":{}\n}\n'
    expect(edit(text, set(['a', 1], 'y"'))).toBe(text.replace('"x\\u0041"', '"y\\""'))
    expect(edit(text, set(['b'], [null]))).toBe(text.replace('{}', '[null]'))
    expect(edit(text, set(['a', 2, '1'], true))).toBe(text.replace('-0', 'true'))
    expect(spliceJson(text, 1, 1)).toBe(text)
  })

  it('writes an object anew when its members change', () => {
    expect(edit('{"k":{"a":1.0,"b":2.0},"n":1.0}', set(['k', 'c'], 3))).toBe('{"k":{"a":1,"b":2,"c":3},"n":1.0}')
    expect(edit('{"k":[1.0,2.0],"n":1.0}', set(['k'], [1]))).toBe('{"k":[1],"n":1.0}')
    expect(edit('["a"]', () => 'b')).toBe('"b"')
    expect(edit('1.0', () => 2)).toBe('2')
    expect(edit('"a,]}"', () => 'b')).toBe('"b"')
  })

  it('writes everything anew when keys are duplicated, so that only one reading is left', () => {
    expect(edit('{"a":"hidden","a":"x","n":1.0}', set(['a'], 'y'))).toBe('{"a":"y","n":1}')
    expect(edit('{"n":1.0,"o":{"a":"hidden","a":"x","b":1.0}}', set(['o', 'b'], 2))).toBe('{"n":1,"o":{"a":"x","b":2}}')
    expect(edit('{"__proto__":{"a":1.0},"b":1}', set(['b'], 2))).toBe('{"__proto__":{"a":1.0},"b":2}')
  })

  it('means what JSON.stringify means, whatever is changed', () => {
    const { seed, below, pick } = random()
    const make = (depth: number): unknown => {
      const kind = below(depth > 0 ? 4 : 2)
      if (kind === 0) return pick(['', 'a"b', '\\', ',]}', '\u00e9', '{"x":1}'])
      if (kind === 1) return pick([1, -2.5, null, true, false])
      if (kind === 2) return Array.from({ length: below(4) }, () => make(depth - 1))
      return Object.fromEntries(Array.from({ length: below(4) }, () => [pick(['a', 'b', '1', '"', 'constructor', '']), make(depth - 1)]))
    }
    const change = (value: unknown): unknown => {
      if (below(5) === 0) return make(2)
      if (Array.isArray(value)) return value.map((child) => (below(2) ? child : change(child)))
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [below(9) === 0 ? 'z' : key, below(2) ? child : change(child)]))
    }
    for (let round = 0; round < 2000; round++) {
      const text = JSON.stringify(make(5), undefined, pick([undefined, 1, '\t']))
      const before: unknown = JSON.parse(text)
      const after = change(before)
      const spliced = spliceJson(text, before, after)
      // The order of members is layout, not meaning: it stays as it was.
      expect(canonicalJson(JSON.parse(spliced)), `seed ${seed}: ${text}`).toBe(canonicalJson(JSON.parse(JSON.stringify(after))))
    }
  })

  it('goes as deep as the parser went', () => {
    const deep = (leaf: string) => `${'['.repeat(50_000)}${leaf}${']'.repeat(50_000)}`
    let before: unknown = 1
    let after: unknown = 2
    for (let i = 0; i < 50_000; i++) [before, after] = [[before], [after]]
    expect(spliceJson(deep('1'), before, after)).toBe(deep('2'))
  })
})
