/** One reference token of a JSON pointer, escaped (RFC 6901 section 3). */
export function escapeToken(token: string | number): string {
  if (typeof token === 'number') return String(token)
  return token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token
}

/** The JSON pointer of a path: `toPointer(['a/b', 0])` is `/a~1b/0`; the empty path is the whole document, `''`. */
export function toPointer(path: readonly (string | number)[]): string {
  let pointer = ''
  for (const token of path) pointer += `/${escapeToken(token)}`
  return pointer
}

/** The path of a JSON pointer, or undefined when it is not one. */
export function fromPointer(pointer: string): string[] | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) return undefined
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value a pointer names, own members only; undefined when there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  const path = fromPointer(pointer)
  if (path === undefined) return undefined
  let node = root
  for (const token of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, token)) return undefined
    node = (node as Record<string, unknown>)[token]
  }
  return node
}
