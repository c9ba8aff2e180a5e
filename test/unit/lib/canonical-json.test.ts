import { expect, it } from 'vitest'
import { canonicalHash, canonicalJson } from '../../../src/lib/canonical-json.ts'

it('writes the example of RFC 8785 section 3.2.2', () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  )
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

it('sorts members by UTF-16 code units, as in RFC 8785 section 3.2.3', () => {
  const value = JSON.parse('{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}')
  expect(Object.values(JSON.parse(canonicalJson(value)))).toEqual([4, 2, 6, 7, 1, 5, 3])
})

it('is the same for the same JSON and differs otherwise', async () => {
  expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}')
  expect(await canonicalHash({ a: 1, b: 2 })).toBe(await canonicalHash({ b: 2, a: 1 }))
  expect(await canonicalHash({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
  expect(canonicalJson(-0)).toBe('0')
})

it('refuses what is no JSON or too deep', () => {
  for (const value of [undefined, Number.NaN, () => 1, { a: undefined }, 1n]) expect(() => canonicalJson(value)).toThrow(TypeError)
  let deep: unknown = 1
  for (let i = 0; i < 300; i++) deep = [deep]
  expect(() => canonicalJson(deep)).toThrow(RangeError)
})
