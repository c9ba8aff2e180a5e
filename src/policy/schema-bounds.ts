/** Why a schema is not used to judge arguments. */
export type SchemaFault = 'too deep' | 'too large' | 'remote reference' | 'unsupported keyword' | 'not a schema'

/** A schema that is safe to run on hostile arguments, and how deep those may be. */
export interface BoundedSchema {
  readonly schema: Readonly<Record<string, unknown>>
  /** Undefined: no bound needed. A schema that recurses through alternatives costs 2^depth, so depth is bounded. */
  readonly maxArgumentDepth: number | undefined
}

const maxDepth = 32
const maxSubschemas = 2_000
const recursiveArgumentDepth = 12

const single = new Set([
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'items',
])
const lists = new Set(['prefixItems', 'items', 'allOf', 'anyOf', 'oneOf'])
const maps = new Set(['$defs', 'definitions', 'properties', 'patternProperties', 'dependentSchemas'])
const dropped = new Set(['$id', 'id', '$anchor', '$comment', '$vocabulary', 'default', 'examples', 'description', 'title'])
const unsupported = new Set(['$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor'])
/** Formats whose checks are linear. The others are left to the server. */
const formats = new Set(['date', 'time', 'date-time', 'duration', 'ipv4', 'ipv6', 'uuid', 'email'])

/**
 * Copies a schema, keeping only what is bounded: nested at most 32 deep, at most 2,000 subschemas, references into itself only.
 * Patterns that could be slow, uniqueness of unbounded lists and formats without a linear check are taken out; the server still
 * checks those.
 */
export function boundSchema(source: unknown): BoundedSchema | SchemaFault {
  let count = 0
  let references = 0
  let alternatives = 0
  let fault: SchemaFault | undefined

  function copy(value: unknown, depth: number): unknown {
    if (typeof value === 'boolean') return value
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('not a schema')
    if (depth > maxDepth) return fail('too deep')
    if (++count > maxSubschemas) return fail('too large')
    const target: Record<string, unknown> = Object.create(null)
    for (const [key, member] of Object.entries(value)) {
      if (fault !== undefined) return undefined
      if (unsupported.has(key)) return fail('unsupported keyword')
      if (dropped.has(key) || key.startsWith('__') || key.startsWith('x-')) continue
      if (key === '$ref') {
        if (typeof member !== 'string' || !/^#(\/[A-Za-z0-9_$.~%/-]*)?$/.test(member)) return fail('remote reference')
        references++
      }
      if (key === 'anyOf' || key === 'oneOf' || key === 'allOf' || key === 'if' || key === 'not') alternatives++
      if (lists.has(key) && Array.isArray(member)) target[key] = member.map((one) => copy(one, depth + 1))
      else if (single.has(key)) target[key] = copy(member, depth + 1)
      else if (maps.has(key)) target[key] = copyMap(key, member, depth + 1)
      else if (key === 'pattern' && !(typeof member === 'string' && isQuickPattern(member))) continue
      else if (key === 'format' && !formats.has(String(member))) continue
      else if (key === 'uniqueItems' && !(Number((value as { maxItems?: unknown }).maxItems) <= 256)) continue
      else target[key] = member
    }
    return target
  }

  function copyMap(key: string, map: unknown, depth: number): unknown {
    if (typeof map !== 'object' || map === null || Array.isArray(map)) return fail('not a schema')
    const target: Record<string, unknown> = Object.create(null)
    for (const [name, member] of Object.entries(map)) {
      // Dropping one of these would let `additionalProperties: false` refuse what the server accepts.
      if (key === 'patternProperties' && !isQuickPattern(name)) return fail('unsupported keyword')
      target[name] = copy(member, depth)
    }
    return target
  }

  function fail(why: SchemaFault): undefined {
    fault ??= why
    return undefined
  }

  const schema = copy(source, 0)
  if (fault !== undefined) return fault
  if (typeof schema !== 'object') return 'not a schema'
  const maxArgumentDepth = references > 0 && alternatives > 0 ? recursiveArgumentDepth : undefined
  return { schema: schema as Record<string, unknown>, maxArgumentDepth }
}

/**
 * True when an expression cannot be slow on any text: no back-references or look-around, no repeated groups without a bound, and
 * at most one unbounded repeat, which an anchored start keeps from being tried at every position.
 */
export function isQuickPattern(source: string): boolean {
  if (source.length > 500 || /\\[1-9k]|\(\?[=!<]/.test(source)) return false
  let unbounded = 0
  let product = 1
  let inClass = false
  for (let i = 0; i < source.length; i++) {
    const char = source[i]
    if (char === '\\') i++
    else if (inClass) inClass = char !== ']'
    else if (char === '[') inClass = true
    else if (char === '*' || char === '+') {
      if (source[i - 1] === ')' && source[i - 2] !== '\\') return false
      unbounded++
    } else if (char === '{') {
      const bounds = /^\{(\d{1,6})(,)?(\d{1,6})?\}/.exec(source.slice(i, i + 16))
      if (bounds === null) continue
      if (bounds[2] !== undefined && bounds[3] === undefined) {
        if (source[i - 1] === ')') return false
        unbounded++
      } else product *= Math.max(1, Number(bounds[3] ?? bounds[1]))
    }
  }
  try {
    new RegExp(source, 'u')
  } catch {
    return false
  }
  return product <= 4_096 && (unbounded === 0 || (unbounded === 1 && source.startsWith('^')))
}
