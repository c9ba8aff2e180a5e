import { isObject } from '../lib/json-object.ts'
import { matches, type Says, type Schema, says, standsFor } from './leaf-schema.ts'

/** Thrown inside a walk when no text can stand in a place without breaking its schema. */
export class ShapeError extends Error {}

/** Follows local references; gives up after a few, so that a cycle ends. */
function resolve(schema: unknown, root: Schema): Schema | undefined {
  let at: unknown = schema
  for (let hops = 0; hops < 16 && isObject(at); hops++) {
    const ref = at['$ref']
    if (typeof ref !== 'string') return at
    if (!ref.startsWith('#')) return undefined
    at = ref
      .slice(1)
      .split('/')
      .slice(1)
      .reduce<unknown>((node, token) => {
        const key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
        return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined
      }, root)
  }
  return undefined
}

/** Schemas that speak about a value: itself, and all it combines, whether the value met them or not. */
function branches(schema: unknown, root: Schema, depth = 0): Schema[] {
  const own = resolve(schema, root)
  if (own === undefined || depth > 8) return []
  const dependent = isObject(own['dependentSchemas']) ? Object.values(own['dependentSchemas']) : []
  const more = [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((word) => (Array.isArray(own[word]) ? (own[word] as unknown[]) : [])),
    ...['not', 'if', 'then', 'else'].map((word) => own[word]),
    ...dependent,
  ]
  return [own, ...more.flatMap((each) => branches(each, root, depth + 1))]
}

/** Every schema that speaks about member `key` of an object, or element `key` of an array, which `schemas` speak about. */
export function below(schemas: readonly Schema[], key: string | number, root: Schema): Schema[] {
  return schemas
    .flatMap((schema) => (typeof key === 'number' ? elementSchemas(schema, key) : memberSchemas(schema, key)))
    .flatMap((each) => branches(each, root))
}

function elementSchemas(schema: Schema, at: number): unknown[] {
  const { prefixItems, items, additionalItems, unevaluatedItems, contains } = schema
  const listed = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
  if (at < listed.length) return [listed[at], contains]
  return [Array.isArray(items) ? additionalItems : items, unevaluatedItems, contains]
}

function memberSchemas(schema: Schema, key: string): unknown[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema
  const found: unknown[] = isObject(properties) && Object.hasOwn(properties, key) ? [properties[key]] : []
  // A pattern that is not run may apply.
  if (isObject(patternProperties))
    for (const [pattern, each] of Object.entries(patternProperties)) if (matches(pattern, key) !== false) found.push(each)
  return found.length > 0 ? found : [additionalProperties, unevaluatedProperties]
}

/** Every schema that speaks about the names of members; undefined when the name is the schema's own. */
export function nameSchemas(schemas: readonly Schema[], name: string, root: Schema): Schema[] | undefined {
  const required = schemas.some((schema) => Array.isArray(schema['required']) && schema['required'].includes(name))
  return required ? undefined : schemas.flatMap((schema) => branches(schema['propertyNames'], root))
}

export function rootSchemas(schema: Schema): Schema[] {
  return branches(schema, schema)
}

/** Same length, same punctuation, but digits are 0 and letters are x or X. */
function blank(text: string): string {
  return text
    .replace(/\p{Nd}/gu, '0')
    .replace(/\p{Lu}/gu, 'X')
    .replace(/[\p{Ll}\p{Lo}]/gu, 'x')
}

/**
 * A text that may stand where `original` stood: `redacted` itself, or the nearest to it of which each schema says what it said of the
 * original. So whatever the schemas combine to goes on holding.
 *
 * @throws ShapeError when there is none.
 */
export function fitText(original: string, redacted: string, schemas: readonly Schema[], root: Schema): string {
  const longest = Math.min(...schemas.map((schema) => (typeof schema['maxLength'] === 'number' ? schema['maxLength'] : redacted.length)))
  const stands = schemas.flatMap(({ format }) => standsFor(format))
  const stars = '*'.repeat(Math.max(0, Math.min(original.length, longest)))
  return fit(original, [redacted, ...stands, stars, blank(original), '*'.repeat(original.length), ''], schemas, root)
}

/**
 * A number that may stand where one stood that must go.
 *
 * @throws ShapeError when there is none.
 */
export function fitNumber(original: number, schemas: readonly Schema[], root: Schema): number {
  const valuesOf = (...words: string[]): number[] =>
    schemas.flatMap((schema) => words.map((word) => schema[word])).filter((each) => typeof each === 'number')
  const bounds = valuesOf('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum').flatMap((bound) => [bound, bound + 1, bound - 1])
  const near = [0, 1, -1, ...bounds]
  const multiples = valuesOf('multipleOf').flatMap((step) =>
    near.flatMap((each) => [Math.ceil(each / step) * step, Math.floor(each / step) * step]),
  )
  return fit(original, [...near, ...multiples], schemas, root)
}

function fit<T extends string | number>(original: T, candidates: readonly T[], schemas: readonly Schema[], root: Schema): T {
  const of = (schema: Schema, value: T, ours: boolean): Says => says(schema, value, { resolve: (each) => resolve(each, root), ours })
  const wanted = schemas.map((schema) => of(schema, original, false))
  const found = candidates.find(
    (candidate) =>
      candidate !== original && schemas.every((schema, i) => wanted[i] !== undefined && of(schema, candidate, true) === wanted[i]),
  )
  if (found === undefined) throw new ShapeError('nothing fits')
  return found
}
