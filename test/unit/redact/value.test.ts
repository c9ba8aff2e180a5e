import { createHmac } from 'node:crypto'
import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'

const redactor = createRedactor()
const shaped = (schema: object, value: unknown) => redactor.redactValue(value, { schema: schema as never })
const leaf = (schema: object, value: unknown): unknown => {
  const made = shaped({ type: 'object', properties: { x: schema } }, { x: value })
  return made.broken ? 'broken' : (made.value as { x: unknown }).x
}

describe('a redacted value', () => {
  it('is the same value when there is nothing to redact, and shares what did not change', () => {
    const value = { a: { mail: 'bob@example.com' }, b: { list: [1, 2] } }
    expect(redactor.redactValue(value.b).value).toBe(value.b)
    const made = redactor.redactValue(value)
    expect(made.value).toEqual({ a: { mail: '[EMAIL_REDACTED]' }, b: { list: [1, 2] } })
    expect((made.value as typeof value).b).toBe(value.b)
    expect(value.a.mail).toBe('bob@example.com')
    expect(made.findings).toMatchObject([{ rule: 'pii/email', pointer: '/a/mail' }])
  })

  it.each([
    ['a format', { type: 'string', format: 'email' }, 'bob@example.com', 'redacted@redacted.invalid'],
    ['a maximal length', { type: 'string', maxLength: 11 }, '123-45-6789', '***********'],
    ['a short maximal length', { type: 'string', maxLength: 40 }, 'bob@example.com', '[EMAIL_REDACTED]'],
    ['a minimal length', { type: 'string', minLength: 16 }, '4111111111111111', '0000000000000000'],
    ['a pattern', { type: 'string', pattern: '^\\d{3}-\\d{2}-\\d{4}$' }, '123-45-6789', '000-00-0000'],
    ['a number', { type: 'integer' }, 4111111111111111, 0],
    ['a minimum', { type: 'integer', minimum: 10 }, 4111111111111111, 10],
    ['a reference', { $ref: '#/$defs/none' }, 'bob@example.com', '[EMAIL_REDACTED]'],
    ['branches', { anyOf: [{ type: 'null' }, { type: 'string', format: 'email' }] }, 'bob@example.com', 'redacted@redacted.invalid'],
    ['an enumeration: nothing fits', { enum: ['bob@example.com'] }, 'bob@example.com', 'broken'],
    ['a constant: nothing fits', { const: 'bob@example.com' }, 'bob@example.com', 'broken'],
    ['a pattern that nests repetition: it is not run', { type: 'string', pattern: '^(x+)+$' }, 'bob@example.com', 'broken'],
  ])('keeps to %s', (_, schema, value, expected) => {
    expect(leaf(schema, value)).toBe(expected)
  })

  it('keeps to schemas of array elements and of members nobody named', () => {
    const mail = { type: 'string', format: 'email' }
    const schema = {
      type: 'object',
      properties: { list: { type: 'array', prefixItems: [mail], items: { type: 'string' } } },
      additionalProperties: mail,
    }
    const value = { list: ['bob@example.com', 'ann@example.com'], other: 'joe@example.com' }
    expect(shaped(schema, value).value).toEqual({
      list: ['redacted@redacted.invalid', '[EMAIL_REDACTED]'],
      other: 'redacted@redacted.invalid',
    })
  })

  it('follows references, and ends where they go round', () => {
    const schema = {
      type: 'object',
      properties: { x: { $ref: '#/$defs/a' }, y: { $ref: '#/$defs/b' } },
      $defs: { a: { $ref: '#/$defs/a' }, b: { format: 'email' } },
    }
    expect(shaped(schema, { x: 'bob@example.com', y: 'bob@example.com' }).value).toEqual({
      x: '[EMAIL_REDACTED]',
      y: 'redacted@redacted.invalid',
    })
  })

  it('has other names for members only when asked, and loses none of them', () => {
    const value = { 'bob@example.com': 1, 'ann@example.com': 2 }
    expect(redactor.redactValue(value).value).toBe(value)
    expect(redactor.redactValue(value, { keys: true }).value).toEqual({ '[EMAIL_REDACTED]': 1, '[EMAIL_REDACTED]~2': 2 })
  })

  it('keeps a member called __proto__ a member', () => {
    const made = redactor.redactValue(JSON.parse('{"__proto__":{"mail":"bob@example.com"}}')).value as object
    expect(JSON.stringify(made)).toBe('{"__proto__":{"mail":"[EMAIL_REDACTED]"}}')
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
  })
})

describe('a replacement', () => {
  const text = 'bob@example.com, 4111 1111 1111 1111, 123-45-6789'

  it('can be a mask', () => {
    expect(createRedactor({ replacement: 'mask' }).redact(text).text).toBe('b***@***.com, **** **** **** 1111, ***-**-6789')
  })

  it('can be a keyed hash, the same for the same text, in streams too', () => {
    const key = 'a key of some length'
    const hashed = createRedactor({ replacement: { hash: key }, pii: ['email'] })
    const hex = createHmac('sha256', key).update('pii/email\0bob@example.com').digest('hex').slice(0, 12)
    expect(hashed.redact('bob@example.com').text).toBe(`[EMAIL_REDACTED:${hex}]`)
    const stream = hashed.stream()
    expect(stream.push('bob@exam') + stream.push('ple.com ') + stream.end()).toBe(`[EMAIL_REDACTED:${hex}] `)
    expect(() => createRedactor({ replacement: { hash: 'short' } })).toThrowError(/16 characters/)
  })

  it('of an endless secret is the same in a stream as in the whole', () => {
    const hashed = createRedactor({ replacement: { hash: 'a key of some length' } })
    const token = `sk-proj-${'a1B2'.repeat(3000)} end`
    const stream = hashed.stream()
    let out = ''
    for (let i = 0; i < token.length; i += 777) out += stream.push(token.slice(i, i + 777))
    expect(out + stream.end()).toBe(hashed.redact(token).text)
  })

  it('can be made by a function', () => {
    const own = createRedactor({ replacement: (found, kind) => `<${kind.name} ${found.length}>` })
    expect(own.redact('bob@example.com').text).toBe('<email 15>')
  })
})

describe('a recogniser of names', () => {
  const recognise = (text: string) =>
    [...text.matchAll(/\bAda Lovelace\b/g)].map(({ index }) => ({
      range: [index, index + 12] as const,
      rule: 'ner/person',
      label: '[PERSON]',
    }))

  it('adds what it finds between what the kinds found', () => {
    const made = createRedactor({ recognise }).redact('Ada Lovelace, ada@example.com, Ada Lovelace')
    expect(made.text).toBe('[PERSON], [EMAIL_REDACTED], [PERSON]')
    expect(made.findings.map(({ rule }) => rule)).toEqual(['ner/person', 'pii/email', 'ner/person'])
  })

  it('cannot take back what a kind found, nor reach outside the text', () => {
    const wrong = () => [
      { range: [0, 9] as const, rule: 'ner/x' },
      { range: [5, 900] as const, rule: 'ner/y' },
    ]
    expect(createRedactor({ recognise: wrong }).redact('a@example.com ok').text).toBe('[EMAIL_REDACTED] ok')
  })
})
