/** The authority of an absolute-form target, which overrides `Host` (RFC 9112, 3.2.2). Undefined for every other form. */
export function authorityOf(target: string): string | undefined {
  if (target.startsWith('/')) return undefined
  const start = target.indexOf('://')
  if (start <= 0) return undefined
  const rest = target.slice(start + 3)
  const end = rest.search(/[/?#]/)
  return end < 0 ? rest : rest.slice(0, end)
}

/**
 * Path and query of a request target, not decoded, cut the way Express and Koa cut it. An absolute-form target
 * (`GET http://host/path`) is routed by its path.
 */
export function splitTarget(target: string): { path: string; query: string } {
  let rest = target
  if (!rest.startsWith('/')) {
    const authority = rest.indexOf('://')
    if (authority > 0) {
      const slash = rest.slice(authority + 3).search(/[/?#]/)
      rest = slash < 0 ? '/' : rest.slice(authority + 3 + slash)
      if (!rest.startsWith('/')) rest = `/${rest}`
    }
  }
  const hash = rest.indexOf('#')
  if (hash >= 0) rest = rest.slice(0, hash)
  const mark = rest.indexOf('?')
  return mark < 0 ? { path: rest, query: '' } : { path: rest.slice(0, mark), query: rest.slice(mark + 1) }
}
