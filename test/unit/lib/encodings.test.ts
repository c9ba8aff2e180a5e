import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeBase64Lenient, decodeBase64url, encodeBase64, encodeBase64url } from '../../../src/lib/base64url.ts'
import { fromPointer, toPointer, valueAt } from '../../../src/lib/json-pointer.ts'
import { looksLikeJson, mapJsonStrings } from '../../../src/lib/json-text.ts'
import { decodeUtf8, encodeUtf8 } from '../../../src/lib/utf8.ts'
import { random } from '../random.ts'

describe('base64', () => {
  it('agrees with the platform on random bytes', () => {
    const { seed, below } = random()
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from({ length: below(40) }, () => below(256))
      const reference = Buffer.from(bytes)
      expect(encodeBase64(bytes), `seed ${seed}`).toBe(reference.toString('base64'))
      expect(encodeBase64url(bytes), `seed ${seed}`).toBe(reference.toString('base64url'))
      for (const decoded of [
        decodeBase64(encodeBase64(bytes)),
        decodeBase64url(encodeBase64url(bytes)),
        decodeBase64Lenient(encodeBase64url(bytes)),
        decodeBase64Lenient(` ${encodeBase64(bytes)}\r\n`),
      ]) {
        expect(decoded, `seed ${seed}`).toEqual(bytes)
      }
    }
  })

  it('knows the vectors of RFC 4648', () => {
    const vectors = { '': '', f: 'Zg==', fo: 'Zm8=', foo: 'Zm9v', foob: 'Zm9vYg==', fooba: 'Zm9vYmE=', foobar: 'Zm9vYmFy' }
    for (const [text, encoded] of Object.entries(vectors)) {
      expect(encodeBase64(encodeUtf8(text))).toBe(encoded)
      expect(decodeBase64(encoded)).toEqual(encodeUtf8(text))
    }
  })

  it.each(['Zg', 'Zg=', 'Zh==', 'Zm9=', 'Z', '====', '=', 'Zg==Zg==', 'Zm9v\n', 'Zm-_', '\u0100Zm9'])(
    'refuses %j where one spelling is demanded',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined()
    },
  )

  it.each(['Zg==', 'Zh', 'Zm9', 'Z', 'Zm9v+', 'Zm9v '])('refuses %j as base64url', (text) => {
    expect(decodeBase64url(text)).toBeUndefined()
  })
})

describe('UTF-8', () => {
  it.each([
    [[0xef, 0xbb, 0xbf], 'bom'],
    [[0xff, 0xfe, 0x41, 0], 'utf-16'],
    [[0xff, 0xfe, 0, 0], 'utf-32'],
    [[0, 0, 0xfe, 0xff], 'utf-32'],
    [[0x7b, 0, 0x7d, 0], 'utf-16'],
    [[0, 0x7b, 0, 0x7d], 'utf-16'],
    [[0xc0, 0x80], 'malformed'],
    [[0xf5, 0x80, 0x80, 0x80], 'malformed'],
    [[0x41, 0xf0, 0x9f, 0x98], 'malformed'],
  ] as const)('reports %j as %s', (bytes, fault) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toEqual({ ok: false, fault })
  })

  it('decodes the rest', () => {
    for (const text of ['', 'a', 'ab', '\u00e9', '\u{10ffff}', 'a\0'])
      if (text !== 'a\0') expect(decodeUtf8(encodeUtf8(text))).toEqual({ ok: true, text })
  })
})

describe('JSON pointers', () => {
  it('follow RFC 6901', () => {
    const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, ' ': 7 }
    expect(valueAt(document, '')).toBe(document)
    expect(['/foo/0', '/', '/a~1b', '/m~0n', '/ '].map((pointer) => valueAt(document, pointer))).toEqual(['bar', 0, 1, 8, 7])
    expect(toPointer(['a/b', 0, '~1'])).toBe('/a~1b/0/~01')
    expect(fromPointer('/a~1b/0/~01')).toEqual(['a/b', '0', '~1'])
    expect(fromPointer('a')).toBeUndefined()
    expect(valueAt({}, '/constructor')).toBeUndefined()
  })
})

describe('JSON inside text', () => {
  it('is recognised only when it is whole', () => {
    expect([' {"a":1} ', '[]', '{}'].map(looksLikeJson)).toEqual([true, true, true])
    expect(['', '1', '"a"', '{a}', '{"a":1', '[1] and {"b":2}', '[link](x)', '{}[]'].map(looksLikeJson)).toEqual(
      Array.from({ length: 8 }, () => false),
    )
  })

  it('is not looked for in towers of brackets', () => {
    const tower = (depth: number) => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2)
    expect(looksLikeJson(tower(256))).toBe(true)
    expect(looksLikeJson(tower(258))).toBe(false)
  })

  it('changes leaf by leaf', () => {
    const text = '{"a" : "b\\"c", "k":["", 1.0, "x:"]}'
    const seen: [string, boolean][] = []
    expect(
      mapJsonStrings(text, (leaf, key) => {
        seen.push([leaf, key])
        return leaf
      }),
    ).toBe(text)
    expect(seen).toEqual([
      ['a', true],
      ['b"c', false],
      ['k', true],
      ['', false],
      ['x:', false],
    ])
    expect(mapJsonStrings(text, (leaf, key) => (key ? leaf : `${leaf}"\n`))).toBe('{"a" : "b\\"c\\"\\n", "k":["\\"\\n", 1.0, "x:\\"\\n"]}')
  })
})
