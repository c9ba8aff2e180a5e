const maxDepth = 256

/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 code units, no space, numbers and strings as ECMAScript writes
 * them. Two values have the same text exactly when they are the same JSON.
 *
 * @throws RangeError past 256 levels, TypeError for what is not JSON (`undefined`, `NaN`, functions).
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0)
}

/** SHA-256 of the canonical text, as `sha256:` and lower-case hex. */
export async function canonicalHash(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(value)))
  return `sha256:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function write(value: unknown, depth: number): string {
  if (depth > maxDepth) throw new RangeError('JSON is nested too deeply')
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  if (typeof value !== 'object') throw new TypeError('not a JSON value')
  const members = Object.keys(value).sort() // by UTF-16 code units, as RFC 8785 section 3.2.3 asks
  return `{${members.map((key) => `${JSON.stringify(key)}:${write((value as Record<string, unknown>)[key], depth + 1)}`).join(',')}}`
}
