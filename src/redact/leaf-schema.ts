/** A JSON Schema as far as shapes go. Unknown keywords are left to the client. */
export type Schema = Readonly<Record<string, unknown>>

/** What a schema says of a text or number: undefined where that takes an expression that is not run. */
export type Says = boolean | undefined

/** Formats: a rough test, which says what branch of a schema the original was on, and texts that have the format and tell nothing. */
const formats: Readonly<Record<string, readonly [test: RegExp, ...stands: readonly string[]]>> = {
  email: [/@/, 'redacted@redacted.invalid', 'x@x.invalid'],
  'idn-email': [/@/, 'redacted@redacted.invalid', 'x@x.invalid'],
  uri: [/^[a-z][a-z0-9+.-]*:/i, 'https://redacted.invalid/', 'x:x'],
  iri: [/^[a-z][a-z0-9+.-]*:/i, 'https://redacted.invalid/', 'x:x'],
  'uri-reference': [/^/, 'https://redacted.invalid/', 'x'],
  'iri-reference': [/^/, 'https://redacted.invalid/', 'x'],
  url: [/^[a-z][a-z0-9+.-]*:/i, 'https://redacted.invalid/'],
  hostname: [/^[a-z0-9.-]+$/i, 'redacted.invalid', 'x'],
  'idn-hostname': [/^[^\s/:@]+$/, 'redacted.invalid', 'x'],
  ipv4: [/^\d+(?:\.\d+){3}$/, '0.0.0.0'],
  ipv6: [/^[0-9a-f:.]*:[0-9a-f:.]*$/i, '::'],
  uuid: [/^[0-9a-f-]{36}$/i, '00000000-0000-0000-0000-000000000000'],
  date: [/^\d{4}-\d\d-\d\d$/, '1970-01-01'],
  time: [/^\d\d:\d\d/, '00:00:00Z'],
  'date-time': [/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/, '1970-01-01T00:00:00Z'],
  duration: [/^P[0-9A-Z.]+$/, 'P0D'],
  'json-pointer': [/^(?:\/|$)/, ''],
  regex: [/^/, 'redacted'],
}

/** Texts that have a format and tell nothing; none for a format that is not known. */
export function standsFor(format: unknown): readonly string[] {
  if (typeof format !== 'string' || !Object.hasOwn(formats, format)) return []
  const [, ...stands] = formats[format]!
  return stands
}

export interface SaysOptions {
  readonly resolve: (schema: unknown) => Schema | undefined
  /** The value is one of ours: of a known format only the texts that stand for it are sure to have it. */
  readonly ours: boolean
}

const MAX_DEPTH = 12

/** What `schema` says of a leaf, every keyword that can speak of one considered. */
export function says(schema: unknown, value: string | number, options: SaysOptions, depth = 0): Says {
  if (typeof schema === 'boolean') return schema
  const own = options.resolve(schema)
  if (own === undefined || depth > MAX_DEPTH) return undefined
  const inner = (each: unknown): Says => says(each, value, options, depth + 1)
  const list = (word: string): readonly unknown[] => (Array.isArray(own[word]) ? (own[word] as unknown[]) : [])
  const verdicts: Says[] = [
    hasType(own['type'], value),
    !('const' in own) || own['const'] === value,
    !Array.isArray(own['enum']) || own['enum'].includes(value),
    typeof value === 'string' ? ofText(own, value, options) : ofNumber(own, value),
    ...list('allOf').map(inner),
  ]
  if (Array.isArray(own['anyOf'])) verdicts.push(some(list('anyOf').map(inner)))
  if (Array.isArray(own['oneOf'])) verdicts.push(one(list('oneOf').map(inner)))
  if ('not' in own) verdicts.push(negated(inner(own['not'])))
  if ('if' in own) {
    const met = inner(own['if'])
    verdicts.push(met === undefined ? undefined : inner((met ? own['then'] : own['else']) ?? true))
  }
  return all(verdicts)
}

const negated = (verdict: Says): Says => (verdict === undefined ? undefined : !verdict)
const all = (verdicts: readonly Says[]): Says => (verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true)
const some = (verdicts: readonly Says[]): Says => negated(all(verdicts.map(negated)))

function one(verdicts: readonly Says[]): Says {
  const met = verdicts.filter((verdict) => verdict === true).length
  return met > 1 ? false : verdicts.includes(undefined) ? undefined : met === 1
}

function hasType(type: unknown, value: string | number): boolean {
  if (type === undefined) return true
  const kinds = typeof value === 'string' ? ['string'] : Number.isInteger(value) ? ['number', 'integer'] : ['number']
  return [type].flat().some((each) => kinds.includes(each as string))
}

function ofText({ minLength, maxLength, pattern, format }: Schema, text: string, { ours }: SaysOptions): Says {
  const length = typeof minLength === 'number' || typeof maxLength === 'number' ? [...text].length : 0
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof maxLength === 'number' && length > maxLength) return false
  if (typeof format === 'string' && Object.hasOwn(formats, format)) {
    const [test, ...stands] = formats[format]!
    if (ours ? !stands.includes(text) : !test.test(text)) return false
  }
  return typeof pattern === 'string' ? matches(pattern, text) : true
}

/** Repetition of a repetition, or of alternatives: both may take time exponential in the text. */
const nested = /[+*}?]\)?[+*{]|\|[^)]*\)[+*{]/
/** Several in a row take the text's length to the power of their number. */
const repetitions = /[+*]|\{\d+,\d*\}/g
const MAX_REPETITIONS = 3

/** The pattern comes from a tool: it is not run on long texts, nor where it might take long on short ones. */
export function matches(pattern: string, text: string): Says {
  if (pattern.length > 200 || text.length > 256 || nested.test(pattern)) return undefined
  if ((pattern.match(repetitions)?.length ?? 0) > MAX_REPETITIONS) return undefined
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return undefined
  }
}

function ofNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema, number: number): boolean {
  if (typeof minimum === 'number' && number < minimum) return false
  if (typeof maximum === 'number' && number > maximum) return false
  if (typeof exclusiveMinimum === 'number' && number <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === 'number' && number >= exclusiveMaximum) return false
  return !(typeof multipleOf === 'number' && multipleOf > 0 && number % multipleOf !== 0)
}
