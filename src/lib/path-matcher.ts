/**
 * Compiles paths an operator listed: exact ones, or everything below one (`/mcp/*`).
 *
 * Both sides are folded as far as the most forgiving router folds them (letter case, trailing and doubled slashes, percent-encoding):
 * a list of guarded paths must not lose a path because somebody spelt it differently.
 */
export function createPathMatcher(paths: readonly string[]): (path: string) => boolean {
  const exact = new Set<string>()
  const below: string[] = []
  for (const path of paths) {
    if (path.endsWith('/*')) {
      const base = foldPath(path.slice(0, -2))
      exact.add(base)
      below.push(base === '/' ? '/' : `${base}/`)
    } else exact.add(foldPath(path))
  }
  const matches = (folded: string): boolean => exact.has(folded) || below.some((base) => folded.startsWith(base))
  return (path) => {
    if (matches(foldPath(path))) return true
    // Routers that resolve no dots, or decode only once, find `/mcp/../x` and `/mcp/%252e%252e/x` below `/mcp`.
    return path.includes('.') || path.includes('%') ? spellings(path).some((spelling) => matches(foldSlashes(spelling))) : false
  }
}

/** The path as it came, and with what can be decoded of it decoded, segment by segment. */
function spellings(path: string): readonly string[] {
  return [path, path.split('/').map(decoded).join('/')]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // Not decodable: it stays as it is, and matches only itself.
  }
}

function foldSlashes(path: string): string {
  return `/${path
    .replaceAll('\\', '/')
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')}`
}

/** One spelling for every path that some router takes for the same. */
export function foldPath(path: string): string {
  const segments = (path.includes('%') ? decoded(path) : path)
    .replaceAll('\\', '/')
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
  const resolved: string[] = []
  for (const segment of segments) {
    if (segment === '..') resolved.pop()
    else resolved.push(segment)
  }
  return `/${resolved.join('/')}`
}
