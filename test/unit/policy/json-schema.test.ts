import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { jsonSchemas } from '../../../src/policy/index.ts'
import { boundSchema, isQuickPattern } from '../../../src/policy/schema-bounds.ts'
import { callOf, contextOf } from './context.ts'

const check = (schema: Record<string, unknown>, args: Record<string, unknown>) =>
  jsonSchemas({ tools: { t: schema } }).validate('t', args, '')
const ok = (schema: Record<string, unknown>, args: Record<string, unknown>) => (check(schema, args) as { ok: boolean }).ok
const props = (properties: Record<string, unknown>, more = {}) => ({ type: 'object', properties, ...more })

describe('arguments', () => {
  it.each([
    [props({ a: { type: 'integer', minimum: 1 } }), { a: 1 }, true],
    [props({ a: { type: 'integer', minimum: 1 } }), { a: 1.5 }, false],
    [props({ a: { type: 'integer', minimum: 1 } }), { a: 0 }, false],
    [props({ a: { enum: ['x', 'y'] } }), { a: 'z' }, false],
    [props({ a: { type: ['string', 'null'] } }), { a: null }, true],
    [props({}, { required: ['a'] }), {}, false],
    [props({}, { additionalProperties: false }), { b: 1 }, false],
    [props({ a: { pattern: '^[a-z]+$' } }), { a: 'abc' }, true],
    [props({ a: { pattern: '^[a-z]+$' } }), { a: 'ABC' }, false],
    [props({ a: { format: 'uuid' } }), { a: 'x' }, false],
    [props({ a: { $ref: '#/$defs/n' } }, { $defs: { n: { type: 'number' } } }), { a: 'x' }, false],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', ...props({ a: { items: [{ type: 'string' }] } }) }, { a: [1] }, false],
    [props({ a: { prefixItems: [{ type: 'string' }] } }), { a: [1] }, false],
    [props({ a: { anyOf: [{ type: 'string' }, { minimum: 5 }] } }), { a: 4 }, false],
    [props({ constructor: { type: 'string' } }), { constructor: 1 }, false],
    [props({}, { required: ['toString'] }), JSON.parse('{"__proto__":1}'), false],
  ])('%j on %j is %s', (schema, args, expected) => expect(ok(schema, args)).toBe(expected))

  it('get one issue per fault, in words of ours and without what the caller wrote', () => {
    const schema = props(
      { a: { type: 'number' }, b: { maxLength: 1 }, c: props({ d: { enum: [1] } }) },
      { required: ['e'], additionalProperties: false },
    )
    const verdict = check(schema, { a: 'secret-text', b: 'secret-text', c: { d: 'secret-text' }, 'secret-key': 1 })
    expect(verdict).toMatchObject({ ok: false })
    expect(JSON.stringify(verdict)).not.toContain('secret-text')
    expect((verdict as { issues: readonly unknown[] }).issues).toEqual(
      expect.arrayContaining([
        { path: '/a', message: 'has the wrong type' },
        { path: '/b', message: 'is too long' },
        { path: '/c/d', message: 'is not one of the allowed values' },
        { path: '', message: 'lacks the member "e"' },
      ]),
    )
  })

  it('are checked by a Standard Schema through the guard', async () => {
    const guard = toolsGuard({ schemas: { t: z.object({ a: z.number() }) } })
    expect(await guard.onMessage?.(callOf('t', { a: 1 }), contextOf())).toBeUndefined()
    expect(await guard.onMessage?.(callOf('t', { a: 'x' }), contextOf())).toMatchObject({
      denial: { code: 'schema_invalid', data: { errors: [{ path: '/a' }] } },
    })
  })
})

describe('a schema that cannot be used', () => {
  const nest = (depth: number): Record<string, unknown> => (depth === 0 ? {} : { items: nest(depth - 1) })
  it.each([
    [{ $ref: 'https://evil.example/schema.json' }, 'remote reference'],
    [{ properties: { a: { $ref: 'other.json#/x' } } }, 'remote reference'],
    [{ $dynamicRef: '#x' }, 'unsupported keyword'],
    [nest(40), 'too deep'],
    [{ allOf: Array.from({ length: 3000 }, () => ({})) }, 'too large'],
    [{ properties: [] }, 'not a schema'],
    [{ items: 5 }, 'not a schema'],
    [{ patternProperties: { '(a+)+$': {} } }, 'unsupported keyword'],
  ])('is told apart: %#', (schema, why) => expect(boundSchema(schema)).toBe(why))

  it('is a mistake when given, and left to the server when learnt', () => {
    const bad = { $ref: 'https://evil.example/' }
    expect(() => jsonSchemas({ tools: { t: bad } })).toThrowError(expect.objectContaining({ path: 'schemas.t' }))
    expect(() => jsonSchemas({ tools: { t: { $ref: '#/$defs/missing' } } })).toThrowError(expect.objectContaining({ path: 'schemas.t' }))
    expect(() => jsonSchemas({ tools: { t: { $ref: '#' } } })).toThrowError(expect.objectContaining({ path: 'schemas.t' }))
    const registry = jsonSchemas({ learn: true })
    registry.learn?.([{ name: 't', inputSchema: bad }, { name: 'u' }, 5, {}], '')
    expect(registry.validate('t', {}, '')).toEqual({ ok: true })
  })

  it('forgets a schema that was replaced by one it cannot use', () => {
    const registry = jsonSchemas({ learn: true })
    registry.learn?.([{ name: 't', inputSchema: { required: ['a'] } }], '')
    expect(registry.validate('t', {}, '')).toMatchObject({ ok: false })
    registry.learn?.([{ name: 't', inputSchema: { $ref: 'x' } }], '')
    expect(registry.validate('t', {}, '')).toEqual({ ok: true })
  })
})

describe('time stays bounded', () => {
  it.each([
    ['^[a-z]+$', true],
    ['^\\d{4}-\\d{2}$', true],
    ['abc', true],
    ['^(a|b){1,5}$', true],
    ['(a+)+$', false],
    ['^(a|aa)+$', false],
    ['^(a|b){2,}$', false],
    ['\\s+$', false],
    ['^a*b*$', false],
    ['^(?=a)b', false],
    ['^(.)\\1$', false],
    ['^(a{1,200}){1,200}$', false],
    ['[', false],
  ])('pattern %s is kept: %s', (pattern, expected) => expect(isQuickPattern(pattern)).toBe(expected))

  it('on hostile arguments for hostile schemas', () => {
    const started = performance.now()
    ok(props({ a: { pattern: '(a+)+$' } }), { a: `${'a'.repeat(50_000)}!` })
    ok(props({ a: { format: 'url' } }), { a: `http://${'a-'.repeat(20_000)}!` })
    ok(props({ a: { uniqueItems: true } }), { a: Array.from({ length: 50_000 }, (_, i) => i) })
    ok(props({ a: { items: { type: 'string' } } }), { a: Array.from({ length: 100_000 }, (_, i) => i) })
    let deep: Record<string, unknown> = { leaf: 1 }
    for (let i = 0; i < 60; i++) deep = { a: deep }
    const twice = { anyOf: [props({ a: { $ref: '#' } }, { required: ['x'] }), props({ a: { $ref: '#' } }, { required: ['y'] })] }
    expect(ok(twice, deep)).toBe(false)
    expect(performance.now() - started).toBeLessThan(4_000)
  })
})
