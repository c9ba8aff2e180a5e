import { createHmac } from 'node:crypto'
import { Validator } from '@cfworker/json-schema'
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
    ['a format and a short maximal length', { type: 'string', format: 'email', maxLength: 15 }, 'bob@example.com', 'x@x.invalid'],
    ['a high minimum', { type: 'integer', minimum: 4000000000000000 }, 4111111111111111, 4000000000000000],
    ['an exclusive minimum', { type: 'number', exclusiveMinimum: 100 }, 4111111111111111, 101],
    ['what it must not be', { type: 'integer', not: { const: 0 } }, 4111111111111111, 1],
    ['what it must not match', { type: 'string', not: { pattern: 'REDACTED' } }, 'bob@example.com', '***************'],
    [
      'one of several',
      { oneOf: [{ type: 'string', format: 'email' }, { pattern: '^id-' }] },
      'bob@example.com',
      'redacted@redacted.invalid',
    ],
    ['an enumeration: nothing fits', { enum: ['bob@example.com'] }, 'bob@example.com', 'broken'],
    ['a constant: nothing fits', { const: 'bob@example.com' }, 'bob@example.com', 'broken'],
    ['a pattern that nests repetition: it is not run', { type: 'string', pattern: '^(x+)+$' }, 'bob@example.com', 'broken'],
    ['a pattern that repeats alternatives: it is not run', { type: 'string', pattern: '^(x|xx)*$' }, 'bob@example.com', 'broken'],
    ['a pattern that repeats again and again: it is not run', { type: 'string', pattern: 'x*x*x*x*y' }, 'bob@example.com', 'broken'],
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

  it('keeps elements that must differ different', () => {
    const schema = { type: 'array', uniqueItems: true, items: { type: 'string' } }
    expect(shaped(schema, ['bob@example.com', 'x', 'ann@example.com'])).toMatchObject({
      value: ['[EMAIL_REDACTED]', 'x', '[EMAIL_REDACTED]~2'],
      broken: false,
    })
    expect(shaped({ ...schema, items: { format: 'email' } }, ['bob@example.com', 'ann@example.com']).broken).toBe(true)
    expect(shaped({ uniqueItems: true }, [{ a: 'bob@example.com' }, { a: 'ann@example.com' }]).broken).toBe(true)
  })

  it('keeps names that a schema requires, and to what it says of names', () => {
    const value = { 'bob@example.com': 1, 'ann@example.com': 2 }
    const made = (schema: object) => redactor.redactValue(value, { schema: schema as never, keys: true })
    expect(made({ required: ['bob@example.com'] }).value).toEqual({ 'bob@example.com': 1, '[EMAIL_REDACTED]': 2 })
    expect(made({ propertyNames: { format: 'email' } }).value).toEqual({ 'redacted@redacted.invalid': 1, 'redacted@redacted.invalid~2': 2 })
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

  it('has other names for very many members in time', () => {
    const value = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`user${i}@example.com`, i]))
    const start = performance.now()
    const made = redactor.redactValue(value, { keys: true }).value as object
    expect(Object.keys(made)).toHaveLength(20_000)
    expect(Object.keys(made).slice(0, 3)).toEqual(['[EMAIL_REDACTED]', '[EMAIL_REDACTED]~2', '[EMAIL_REDACTED]~3'])
    // Squares would take two minutes.
    expect(performance.now() - start).toBeLessThan(10_000)
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

/** Leaves that hold something, each with what a schema may say of it. */
const leaves: readonly (readonly [object, unknown])[] = [
  [{ type: 'string', minLength: 20, maxLength: 40 }, 'bob@example.com and more!!'],
  [{ type: 'string', pattern: '^[0-9]{16}$' }, '4111111111111111'],
  [{ type: 'string', pattern: '^[a-z]+@[a-z]+\\.com$' }, 'bob@example.com'],
  [{ type: 'string', format: 'email', pattern: '@example\\.com$' }, 'bob@example.com'],
  [{ type: 'string', format: 'email', maxLength: 15 }, 'bob@example.com'],
  [{ type: 'string', format: 'uri' }, 'https://a:secretpw1@host.example/x'],
  [{ type: 'string', enum: ['bob@example.com', 'x'] }, 'bob@example.com'],
  [{ type: ['string', 'null'] }, 'bob@example.com'],
  [{ anyOf: [{ type: 'number' }, { type: 'string', minLength: 5 }] }, 'bob@example.com'],
  [
    {
      oneOf: [
        { type: 'string', format: 'email' },
        { type: 'string', pattern: '^id-' },
      ],
    },
    'bob@example.com',
  ],
  [{ type: 'string', not: { pattern: 'REDACTED' } }, 'bob@example.com'],
  [{ if: { type: 'string' }, then: { minLength: 20 } }, 'mail bob@example.com now'],
  [{ type: 'integer', minimum: 4000000000000000 }, 4111111111111111],
  [{ type: 'integer', multipleOf: 11 }, 4242424242424242],
  [{ type: 'number', exclusiveMinimum: 100 }, 4111111111111111],
  [{ type: 'integer', not: { const: 0 } }, 4111111111111111],
  [{ type: 'integer', anyOf: [{ minimum: 10 }] }, 4111111111111111],
]

/** Where a schema may stand, and a value there. */
const places: readonly ((schema: object, value: unknown) => readonly [object, unknown])[] = [
  (x, value) => [{ type: 'object', properties: { x }, required: ['x'], additionalProperties: false }, { x: value }],
  (items, value) => [{ type: 'array', items, minItems: 1 }, [value]],
  (x, value) => [{ type: 'object', patternProperties: { '^x': x } }, { x1: value }],
  (x, value) => [{ type: 'object', additionalProperties: x }, { y: value }],
  (q, value) => [{ type: 'object', properties: { a: { $ref: '#/$defs/q' } }, $defs: { q } }, { a: value }],
  (x, value) => [{ type: 'object', unevaluatedProperties: x }, { x: value }],
  (contains, value) => [{ type: 'array', contains }, ['y', value]],
  (x, value) => [{ if: { required: ['x'] }, then: { properties: { x } } }, { x: value }],
  (x, value) => [{ dependentSchemas: { x: { properties: { x } } } }, { x: value }],
  (x, value) => [{ not: { properties: { x: { not: x } } } }, { x: value }],
  (x, value) => [{ oneOf: [{ properties: { x }, required: ['x'] }, { required: ['y'] }] }, { x: value }],
]

describe('a client that validates', () => {
  it.each(leaves)('never breaks: %j', (leafSchema, value) => {
    for (const place of places) {
      const [schema, around] = place(leafSchema, value)
      const validator = new Validator(schema as never, '2020-12', false)
      if (!validator.validate(around).valid) continue
      const made = redactor.redactValue(around, { schema: schema as never, keys: true })
      expect(made.findings, JSON.stringify(schema)).toHaveLength(1)
      if (made.broken) continue
      expect(validator.validate(made.value).valid, `${JSON.stringify(schema)} and ${JSON.stringify(made.value)}`).toBe(true)
      expect(JSON.stringify(made.value)).not.toContain(JSON.stringify(value))
    }
  })
})
