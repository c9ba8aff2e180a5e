/**
 * The one spelling of a JSON value (RFC 8785): no white space, members sorted by UTF-16 code units, numbers and strings as JSON.stringify
 * writes them. Equal values give equal text, so a hash of it names the value.
 *
 * Undefined for what is not JSON or nests deeper than `maxDepth`.
 */
export function canonicalJson(value: unknown, maxDepth = 256): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : undefined
    case 'object':
      break
    default:
      return undefined
  }
  if (value === null) return 'null'
  if (maxDepth <= 0) return undefined
  let out = ''
  if (Array.isArray(value)) {
    for (const item of value) {
      const text = canonicalJson(item, maxDepth - 1)
      if (text === undefined) return undefined
      out += out === '' ? text : `,${text}`
    }
    return `[${out}]`
  }
  for (const key of Object.keys(value).sort()) {
    const text = canonicalJson((value as Record<string, unknown>)[key], maxDepth - 1)
    if (text === undefined) return undefined
    out += `${out === '' ? '' : ','}${JSON.stringify(key)}:${text}`
  }
  return `{${out}}`
}
