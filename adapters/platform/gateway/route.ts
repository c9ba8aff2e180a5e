/** What is public of a server besides its MCP endpoint: where its clients log in (RFC 9728, RFC 8414, OpenID Connect Discovery). */
const wellKnown = ['oauth-protected-resource', 'oauth-authorization-server', 'openid-configuration'].map((name) => `/.well-known/${name}`)

/**
 * The URL a request is handed on to; undefined when it is not reachable through the gateway.
 *
 * Paths are compared and handed on in the form every URL parser brings them to (`/mcp/../admin` and `/mcp/%2e%2e/admin` are `/admin`).
 * An encoded slash or backslash is a path to one server and a name to the next, so it goes nowhere.
 */
export function targetUrlOf(requestTarget: string, target: URL): URL | undefined {
  if (!requestTarget.startsWith('/') || requestTarget.startsWith('//') || !URL.canParse(requestTarget, target)) return undefined
  const url = new URL(requestTarget, target)
  if (url.origin !== target.origin || url.pathname.startsWith('//') || /%2f|%5c|\\/i.test(requestTarget.split('?')[0] as string))
    return undefined
  const base = target.pathname.replace(/\/+$/, '')
  const below = (path: string): boolean => url.pathname === path || url.pathname.startsWith(`${path}/`)
  return below(base) || wellKnown.some(below) ? url : undefined
}
