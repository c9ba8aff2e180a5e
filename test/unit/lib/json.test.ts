import { describe, expect, it } from 'vitest'
import { checkJson, readJson } from '../../../src/lib/json.ts'
import { encodeUtf8 } from '../../../src/lib/utf8.ts'
import { random } from '../random.ts'

const limits = { maxDepth: 64, maxNodes: 100_000 }
const read = (text: string, more = limits) => readJson(encodeUtf8(text), more)
const fault = (text: string, more = limits) => {
  const result = read(text, more)
  return result.ok ? undefined : result.fault
}

describe('readJson', () => {
  it.each([
    ['plain twins', '{"a":1,"a":2}'],
    ['an escaped twin first', '{"\\u0061":1,"a":2}'],
    ['an escaped twin second', '{"a":1,"\\u0061":2}'],
    ['two escapes of one key', '{"\\u002f":1,"\\/":2}'],
    ['empty keys', '{"":1,"":2}'],
    ['twins deep inside', '[{"x":[{"b":{},"c":1,"b":1}]}]'],
    ['twins around a nested object', '{"a":{"a":1},"b":1,"a":2}'],
    ['twins in a wide object', `{${Array.from({ length: 50 }, (_, i) => `"k${i}":1`).join(',')},"k3":2}`],
    ['an escaped twin in a wide object', `{${Array.from({ length: 50 }, (_, i) => `"k${i}":1`).join(',')},"k\\u0033":2}`],
    ['keys beyond ASCII', '{"\u00e9":1,"\\u00e9":2}'],
  ])('refuses duplicate keys: %s', (_, text) => {
    expect(fault(text)).toBe('duplicate_key')
  })

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"]}',
    '{"a":1,"A":1,"\u0430":1}',
    '{"\u00e9":1,"e\u0301":1}',
    '{"ab":1,"b":1,"ba":1,"aab":1,"abb":1}',
  ])('accepts keys that only look alike: %s', (text) => {
    expect(read(text)).toMatchObject({ ok: true, text })
  })

  it.each([
    '{"__proto__":1}',
    '[{"a":{"__proto__":{}}}]',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{}}}',
    '{"a":1,"constructor":{"x":1,"prototype":1}}',
  ])('refuses prototype keys: %s', (text) => {
    expect(fault(text)).toBe('proto')
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it.each([
    '{"constructor":"Acme"}',
    '{"prototype":{}}',
    '{"constructor":[{"prototype":1}]}',
    '{"constructor":1,"a":{"prototype":1}}',
    '["__proto__"]',
    '{"a":"__proto__"}',
  ])('accepts words that only sound like prototype keys: %s', (text) => {
    expect(fault(text)).toBeUndefined()
  })

  it('stops at the depth limit before anything is built', () => {
    expect(fault('['.repeat(64) + ']'.repeat(64))).toBeUndefined()
    expect(fault('['.repeat(65) + ']'.repeat(65))).toBe('depth')
    expect(fault('['.repeat(100_000))).toBe('depth')
    expect(fault('{"a":'.repeat(100_000))).toBe('depth')
    expect(fault(`"${'['.repeat(1000)}"`)).toBeUndefined()
  })

  it('stops at the node limit', () => {
    expect(fault(`[${'1,'.repeat(500_000)}1]`)).toBe('nodes')
    expect(fault(`[${'1,'.repeat(50)}1]`, { maxDepth: 4, maxNodes: 51 })).toBeUndefined()
    expect(fault(`[${'1,'.repeat(50)}1]`, { maxDepth: 4, maxNodes: 50 })).toBe('nodes')
  })

  it.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31], 'bom'],
    ['UTF-16 with a mark, little end first', [0xff, 0xfe, 0x31, 0], 'encoding'],
    ['UTF-16 with a mark, big end first', [0xfe, 0xff, 0, 0x31], 'encoding'],
    ['UTF-16 without a mark', [0x5b, 0, 0x5d, 0], 'encoding'],
    ['UTF-16 big end first without a mark', [0, 0x5b, 0, 0x5d], 'encoding'],
    ['UTF-32', [0, 0, 0, 0x31], 'encoding'],
    ['UTF-32 little end first', [0x31, 0, 0, 0], 'encoding'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 'encoding'],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 'encoding'],
    ['a stray continuation byte', [0x22, 0x80, 0x22], 'encoding'],
    ['a cut character', [0x22, 0xe2, 0x82, 0x22], 'encoding'],
    ['nothing', [], 'syntax'],
  ] as const)('refuses %s', (_, bytes, expected) => {
    expect(readJson(Uint8Array.from(bytes), limits)).toMatchObject({ ok: false, fault: expected })
  })

  it('accepts escaped lone surrogates, as JSON.parse does', () => {
    expect(read('"\\ud800"')).toMatchObject({ ok: true, value: '\ud800' })
  })

  it('sees through strings that end in runs of backslashes, short and long', () => {
    for (const length of [0, 1, 40, 47, 48, 49, 95, 96, 97, 200]) {
      for (const run of [0, 1, 2, 3, 60, 61]) {
        const value = { k: 'x'.repeat(length) + '\\'.repeat(run), k2: `${'\\"'.repeat(run)}${'y'.repeat(length)}` }
        const text = JSON.stringify(value)
        expect(read(text)).toMatchObject({ ok: true, value })
        expect(fault(`${text.slice(0, -1)},"k":1}`)).toBe('duplicate_key')
      }
    }
  })

  it('takes linear time for one object of 100,000 keys, escaped or not', () => {
    for (const key of ['"k', '"\\u006b']) {
      const object = (count: number) => encodeUtf8(`{${Array.from({ length: count }, (_, i) => `${key}${i}":1`).join(',')}}`)
      // The best of several: whatever else the machine does only adds time.
      const time = (bytes: Uint8Array) =>
        Math.min(
          ...Array.from({ length: 5 }, () => {
            const started = performance.now()
            expect(checkJson(bytes, { maxDepth: 8, maxNodes: 1_000_000 })).toEqual({ ok: true })
            return performance.now() - started
          }),
        )
      const small = object(10_000)
      const large = object(100_000)
      time(small)
      // Ten times the keys no longer fit the caches, which alone is half of that; a square would be seconds.
      expect(time(large)).toBeLessThan(60 * Math.max(time(small), 4))
    }
  })

  it('judges keys alike with its quick table and with plain sets, which one escaped key brings in', () => {
    const { seed, below, pick } = random()
    for (let round = 0; round < 300; round++) {
      const names = Array.from({ length: 1 + below(1500) }, () => `k${below(100_000)}`)
      const nested = names.map((name) => `${JSON.stringify(name)}:${pick(['1', '{"a":{"b":1},"c":[{"a":1}]}', '[{}]'])}`)
      const unique = new Set(names).size === names.length
      expect(fault(`{${nested.join(',')}}`), `seed ${seed}`).toBe(unique ? undefined : 'duplicate_key')
      expect(fault(`{"\\u0078":1,${nested.join(',')}}`), `seed ${seed}`).toBe(unique ? undefined : 'duplicate_key')
    }
  })

  it('is not misled by what an earlier text left behind', () => {
    for (let i = 0; i < 200; i++) {
      expect(fault('{"a":{"b":{"c":1,"c":2')).toBe('duplicate_key')
      expect(fault('{"a":{"b":{"c":1}},"c":1}')).toBeUndefined()
    }
  })

  it('accepts what JSON.parse accepts, whatever was done to a document', () => {
    const { seed, below, pick } = random()
    const alphabet = [
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '1',
      '-',
      'e',
      '.',
      't',
      'null',
      'true',
      ' ',
      '\\u0061',
      'a',
      '\u00e9',
      '"a"',
      '"b":',
      '\n',
      '\u0001',
    ]
    const document = '{"a":[1,2.5e3,{"b":"x\\"y","c":null}],"d":{"e":"\\u00e9 \\\\","f":[true,false,[]]},"g":"\u00e9"}'
    for (let round = 0; round < 5000; round++) {
      let text = document
      for (let edits = 1 + below(3); edits > 0; edits--) {
        const at = below(text.length + 1)
        text = text.slice(0, at) + (below(4) === 0 ? '' : pick(alphabet)) + text.slice(at + below(3))
      }
      const parsed = tryParse(text)
      const result = read(text)
      if (result.ok) expect(parsed, `seed ${seed}: ${text}`).toEqual({ value: result.value })
      else if (parsed !== undefined) {
        // Refused though JSON.parse takes it: only for a duplicate key, which a reviver-free parse cannot show; count them instead.
        expect(result.fault, `seed ${seed}: ${text}`).toBe('duplicate_key')
        expect(countKeys(text), `seed ${seed}: ${text}`).toBeGreaterThan(countMembers(parsed.value))
      }
    }
  })
})

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const countKeys = (text: string) => [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/gs)].filter((match) => match[1] === ':').length

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const children = Object.values(value)
  return (Array.isArray(value) ? 0 : children.length) + children.reduce((sum: number, child) => sum + countMembers(child), 0)
}
