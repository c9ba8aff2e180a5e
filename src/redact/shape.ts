/** A JSON Schema as far as shapes go. Unknown keywords are left to the client. */
export type Schema = Readonly<Record<string, unknown>>

/** Thrown inside a walk when no text can stand in a place without breaking its schema. */
export class ShapeError extends Error {}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Follows local references; gives up after a few, so that a cycle ends. */
function resolve(schema: unknown, root: Schema): Schema | undefined {
  let at: unknown = schema
  for (let hops = 0; hops < 16 && isSchema(at); hops++) {
    const ref = at['$ref']
    if (typeof ref !== 'string') return at
    if (!ref.startsWith('#')) return undefined
    at = ref
      .slice(1)
      .split('/')
      .slice(1)
      .reduce<unknown>((node, token) => {
        const key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
        return isSchema(node) && Object.hasOwn(node, key) ? node[key] : undefined
      }, root)
  }
  return undefined
}

/** Schemas that speak about a value: itself, and the branches of `allOf`, `anyOf` and `oneOf` (any of which the value may have met). */
function branches(schema: unknown, root: Schema, depth = 0): Schema[] {
  const own = resolve(schema, root)
  if (own === undefined || depth > 8) return []
  const more = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (Array.isArray(own[word]) ? (own[word] as unknown[]) : []))
  return [own, ...more.flatMap((each) => branches(each, root, depth + 1))]
}

/** Every schema that speaks about member `key` of an object, or element `key` of an array, which `schemas` speak about. */
export function below(schemas: readonly Schema[], key: string | number, root: Schema): Schema[] {
  return schemas.flatMap((schema) => {
    if (typeof key === 'number') {
      const prefix = schema['prefixItems']
      const item = Array.isArray(prefix) && key < prefix.length ? prefix[key] : schema['items']
      return branches(item, root)
    }
    const properties = schema['properties']
    if (isSchema(properties) && Object.hasOwn(properties, key)) return branches(properties[key], root)
    return branches(schema['additionalProperties'], root)
  })
}

export function rootSchemas(schema: Schema): Schema[] {
  return branches(schema, schema)
}

const formats: Readonly<Record<string, string>> = {
  email: 'redacted@redacted.invalid',
  'idn-email': 'redacted@redacted.invalid',
  uri: 'https://redacted.invalid/',
  iri: 'https://redacted.invalid/',
  'uri-reference': 'https://redacted.invalid/',
  'iri-reference': 'https://redacted.invalid/',
  url: 'https://redacted.invalid/',
  hostname: 'redacted.invalid',
  'idn-hostname': 'redacted.invalid',
  ipv4: '0.0.0.0',
  ipv6: '::',
  uuid: '00000000-0000-0000-0000-000000000000',
  date: '1970-01-01',
  time: '00:00:00Z',
  'date-time': '1970-01-01T00:00:00Z',
  duration: 'P0D',
  'json-pointer': '',
  regex: 'redacted',
}

/** Same length, same punctuation, but digits are 0 and letters are x or X. */
function blank(text: string): string {
  return text
    .replace(/\p{Nd}/gu, '0')
    .replace(/\p{Lu}/gu, 'X')
    .replace(/[\p{Ll}\p{Lo}]/gu, 'x')
}

/**
 * A text that may stand where `original` stood: `redacted` itself, or the nearest to it that `schemas` allow.
 *
 * @throws ShapeError when none does.
 */
export function fitText(original: string, redacted: string, schemas: readonly Schema[]): string {
  const format = schemas.map((schema) => schema['format']).find((each) => typeof each === 'string' && Object.hasOwn(formats, each))
  const longest = Math.min(...schemas.map((schema) => (typeof schema['maxLength'] === 'number' ? schema['maxLength'] : redacted.length)))
  const candidates = [
    ...(format === undefined ? [redacted] : [formats[format as string]!]),
    '*'.repeat(Math.max(0, Math.min(original.length, longest))),
    blank(original),
    '',
  ]
  const fit = candidates.find(
    (candidate) => candidate !== original && schemas.every((schema) => allowsText(schema, candidate, format === undefined)),
  )
  if (fit === undefined) throw new ShapeError('no text fits')
  return fit
}

function allowsText(schema: Schema, text: string, anyFormat: boolean): boolean {
  const { minLength, maxLength, pattern, enum: words } = schema
  const length = [...text].length
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof maxLength === 'number' && length > maxLength) return false
  if (Array.isArray(words) || 'const' in schema) return false
  if (!anyFormat && !Object.values(formats).includes(text)) return false
  return typeof pattern !== 'string' || obeys(pattern, text)
}

/** The pattern comes from a tool: it is only run on short texts of ours, and not when it nests repetition. */
function obeys(pattern: string, text: string): boolean {
  if (pattern.length > 200 || text.length > 64 || /[+*}?]\)?[+*{]/.test(pattern)) return false
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return false
  }
}

/**
 * A number that may stand where one stood that must go.
 *
 * @throws ShapeError when none does.
 */
export function fitNumber(original: number, schemas: readonly Schema[]): number {
  const bounds = schemas.flatMap((schema) => [schema['minimum'], schema['maximum']]).filter((each) => typeof each === 'number')
  const fit = [0, 1, -1, ...bounds].find(
    (candidate) => candidate !== original && schemas.every((schema) => allowsNumber(schema, candidate)),
  )
  if (fit === undefined) throw new ShapeError('no number fits')
  return fit
}

function allowsNumber(schema: Schema, number: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (typeof minimum === 'number' && number < minimum) return false
  if (typeof maximum === 'number' && number > maximum) return false
  if (typeof exclusiveMinimum === 'number' && number <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === 'number' && number >= exclusiveMaximum) return false
  if (typeof multipleOf === 'number' && multipleOf > 0 && number % multipleOf !== 0) return false
  return !Array.isArray(schema['enum']) && !('const' in schema)
}
