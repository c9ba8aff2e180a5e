import { isObject, own } from '../lib/json-object.ts'

/** One `x-mcp-header` annotation: an argument that the client mirrors in a header. */
export interface HeaderParam {
  /** Lower-case name of the whole header: `mcp-param-region`. */
  readonly header: string
  /** Members from `arguments` down to the value. */
  readonly path: readonly string[]
  readonly type: 'string' | 'integer' | 'number' | 'boolean'
}

export const paramPrefix = 'mcp-param-'

const annotation = 'x-mcp-header'
const types: ReadonlySet<unknown> = new Set(['string', 'integer', 'number', 'boolean'])
const maxDepth = 32
const maxSchemas = 10_000

/**
 * The mirrored arguments of a tool, read from its `inputSchema`; undefined when an annotation breaks the rules (then clients drop
 * the tool and nothing can be said about its headers).
 *
 * Rules (2026-07-28, schema extension): an RFC 9110 token, unique regardless of case, on a primitive property that a chain of
 * `properties` reaches. `number` is not allowed there, yet servers check it: so do we.
 */
export function readHeaderParams(inputSchema: unknown): readonly HeaderParam[] | undefined {
  const params: HeaderParam[] = []
  const seen = new Set<string>()
  const open: { readonly schema: unknown; readonly path: readonly string[] }[] = [{ schema: inputSchema, path: [] }]
  for (let count = 0; open.length > 0; count++) {
    const { schema, path } = open.pop() as (typeof open)[number]
    if (count > maxSchemas || path.length > maxDepth) return undefined
    if (!isObject(schema)) continue
    const name = own(schema, annotation)
    if (name !== undefined) {
      const type = own(schema, 'type')
      if (typeof name !== 'string' || !isToken(name) || path.length === 0 || !types.has(type)) return undefined
      const header = paramPrefix + name.toLowerCase()
      if (seen.has(header)) return undefined
      seen.add(header)
      params.push({ header, path, type: type as HeaderParam['type'] })
    }
    const properties = own(schema, 'properties')
    if (isObject(properties)) for (const key of Object.keys(properties)) open.push({ schema: properties[key], path: [...path, key] })
  }
  return params
}

/** RFC 9110 section 5.6.2. */
function isToken(text: string): boolean {
  if (text === '' || text.length > 128) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const alphanumeric = (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
    if (!alphanumeric && !"!#$%&'*+-.^_`|~".includes(text.charAt(i))) return false
  }
  return true
}
