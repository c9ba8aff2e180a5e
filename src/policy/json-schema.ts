import { Validator } from '@cfworker/json-schema'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { own } from '../lib/json-object.ts'
import type { SchemaIssue, SchemaRegistry, SchemaVerdict } from './argument.ts'
import { boundSchema } from './schema-bounds.ts'

export interface JsonSchemasOptions {
  /** JSON Schema (draft 7, 2019-09 or 2020-12) by tool name. */
  readonly tools?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  /** Also learn `inputSchema` from tool lists that pass, per principal. Default false. */
  readonly learn?: boolean | undefined
}

type Check = (args: unknown) => SchemaVerdict

const maxLearnt = 2_000
const maxSchemaChars = 65_536
const maxExplainedChars = 16_384

/**
 * Validates tool arguments against JSON Schemas, given or learnt.
 *
 * A schema that is given must be usable: a remote `$ref`, nesting past 32 or more than 2,000 subschemas throws
 * `SafeMcpConfigError`. A learnt one that is not is left to the server.
 */
export function jsonSchemas(options: JsonSchemasOptions = {}): SchemaRegistry {
  const given = new Map<string, Check>()
  for (const [tool, schema] of Object.entries(options.tools ?? {})) {
    const check = compileSchema(schema)
    if (typeof check === 'string')
      throw new SafeMcpConfigError({ code: 'invalid_option', path: `schemas.${tool}`, message: `cannot be used: ${check}.` })
    given.set(tool, check)
  }
  /** By principal and tool: servers may show callers different schemas. */
  const learnt = new Map<string, Check>()
  const compiled = new Map<string, Check | string>()

  function compileOnce(schema: unknown): Check | string {
    const text = JSON.stringify(schema) ?? ''
    if (text.length > maxSchemaChars) return 'too large'
    let check = compiled.get(text)
    if (check === undefined) remember(compiled, text, (check = compileSchema(schema)))
    return check
  }

  return {
    validate(tool, args, subject) {
      const check = given.get(tool) ?? learnt.get(`${subject}\n${tool}`)
      return check === undefined ? { ok: true } : check(args)
    },
    learn(definitions, subject) {
      if (options.learn !== true) return
      for (const definition of definitions) {
        const key = `${subject}\n${String(own(definition, 'name'))}`
        const check = compileOnce(own(definition, 'inputSchema'))
        if (typeof check === 'string') learnt.delete(key)
        else remember(learnt, key, check)
      }
    },
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > maxLearnt) map.delete(map.keys().next().value as string)
}

function compileSchema(source: unknown): Check | string {
  const bounded = boundSchema(source)
  if (typeof bounded === 'string') return bounded
  const { schema, maxArgumentDepth } = bounded
  const draft = draftOf(own(source, '$schema'))
  let quick: Validator
  try {
    quick = new Validator(schema, draft, true)
    quick.validate({}) // an unresolved reference, or one that goes round in circles, mostly shows here
  } catch {
    return 'unresolved reference'
  }
  const thorough = new Validator(schema, draft, false)
  return (args) => {
    if (maxArgumentDepth !== undefined && isDeeper(args, maxArgumentDepth)) {
      return { ok: false, issues: [{ path: '', message: 'is nested too deeply' }] }
    }
    const { valid, errors } = quick.validate(args)
    if (valid) return { ok: true }
    // Every fault of a big list is a big list of faults: those get only the first.
    return { ok: false, issues: issuesOf(JSON.stringify(args).length > maxExplainedChars ? errors : thorough.validate(args).errors) }
  }
}

function draftOf(uri: unknown): '4' | '7' | '2019-09' | '2020-12' {
  if (typeof uri !== 'string') return '2020-12'
  if (uri.includes('draft-04')) return '4'
  if (uri.includes('draft-06') || uri.includes('draft-07')) return '7'
  return uri.includes('2019-09') ? '2019-09' : '2020-12'
}

interface SchemaError {
  readonly keyword: string
  readonly instanceLocation: string
  readonly error: string
}

/** Keywords that only say that something below failed. */
const summaries = new Set(['properties', 'items', 'prefixItems', '$ref', 'allOf', 'if', 'dependentSchemas', 'patternProperties'])

const messages: Readonly<Record<string, string>> = {
  type: 'has the wrong type',
  const: 'is not the expected value',
  enum: 'is not one of the allowed values',
  required: 'lacks a required member',
  pattern: 'does not match the pattern',
  format: 'does not have the right format',
  minLength: 'is too short',
  maxLength: 'is too long',
  minimum: 'is too small',
  maximum: 'is too large',
  exclusiveMinimum: 'is too small',
  exclusiveMaximum: 'is too large',
  minItems: 'has too few items',
  maxItems: 'has too many items',
  additionalProperties: 'has a member that is not allowed',
  unevaluatedProperties: 'has a member that is not allowed',
}

/** Our own words: the validator's quote property names, which the caller chose. */
function issuesOf(errors: readonly SchemaError[]): readonly SchemaIssue[] {
  const issues = new Map<string, SchemaIssue>()
  for (const { keyword, instanceLocation, error } of errors) {
    if (summaries.has(keyword) || keyword === 'false') continue
    const pointer = instanceLocation
      .slice(1)
      .replace(/[^\w/~.$-]/g, '?')
      .slice(0, 200)
    const missing = keyword === 'required' ? /"(.{1,64})"/.exec(error)?.[1] : undefined // the schema's word, not the caller's
    const message = missing === undefined ? (messages[keyword] ?? 'does not match the schema') : `lacks the member "${missing}"`
    issues.set(`${pointer} ${message}`, { path: pointer, message })
    if (issues.size === 20) break
  }
  if (issues.size === 0) issues.set('', { path: '', message: 'does not match the schema' })
  return [...issues.values()]
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1))
}
