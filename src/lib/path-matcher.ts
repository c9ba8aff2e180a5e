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
  return (path) => {
    const folded = foldPath(path)
    return exact.has(folded) || below.some((base) => folded.startsWith(base))
  }
}

/** One spelling for every path that some router takes for the same. */
export function foldPath(path: string): string {
  let folded = path
  if (folded.includes('%')) {
    try {
      folded = decodeURIComponent(folded)
    } catch {
      // Not decodable: it stays as it is, and matches only itself.
    }
  }
  const segments = folded
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
