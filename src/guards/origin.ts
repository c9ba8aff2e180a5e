import { checkKeys, checkStrings } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { RequestFacts } from '../core/http.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { isLoopbackAddress, isLoopbackName, parseHost, parseOrigin } from '../lib/authority.ts'

export interface OriginOptions {
  /** Host names this server answers to, with a port where it is not the scheme's own: `['api.example.com', 'localhost:3000']`. */
  readonly hosts?: readonly string[] | undefined
  /** Origins that may call from a browser, besides the server's own: `['https://app.example.com']`. */
  readonly origins?: readonly string[] | undefined
}

/**
 * Refuses requests that a web page of somebody else makes a browser send: DNS rebinding (`host_denied`) and foreign origins
 * (`origin_denied`), as the MCP transport demands.
 *
 * Host is checked when `hosts` is given, or when the socket is a loopback one and no proxy stands in between: then only loopback
 * names are answered. Origin is compared whole (scheme, host, port). On MCP routes a foreign origin is always refused; on plain
 * routes only when `origins` is given, because there CORS is the application's own affair. Preflight requests pass.
 */
export function originGuard(options: OriginOptions = {}): Guard {
  checkKeys(options, ['hosts', 'origins'], 'origin')
  const hosts = toSet(checkStrings(options.hosts, 'origin.hosts'), 'origin.hosts', parseHost)
  const origins = toSet(checkStrings(options.origins, 'origin.origins'), 'origin.origins', parseOrigin)

  const checkHost = (request: RequestFacts): Verdict | undefined => {
    const local = hosts === undefined && isLoopbackAddress(request.localAddress) && !isForwarded(request)
    if (hosts === undefined && !local) return undefined
    const host = request.headers.single('host')
    if (host === undefined) return request.headers.has(':authority') ? undefined : deny('host_denied', { reason: 'no host' })
    const parsed = host === 'conflict' ? undefined : parseHost(host.value)
    if (parsed === undefined) return deny('host_denied', { reason: 'malformed host' })
    if (hosts !== undefined) {
      return hosts.has(parsed.key) || hosts.has(parsed.name) ? undefined : deny('host_denied', { reason: 'host not listed' })
    }
    return isLoopbackName(parsed.name) ? undefined : deny('host_denied', { reason: 'loopback server asked by another name' })
  }

  const checkOrigin = (ctx: GuardContext): Verdict | undefined => {
    const { request } = ctx
    if (!request.headers.has('origin') || isPreflight(request)) return undefined
    const header = request.headers.single('origin')
    const origin = header === 'conflict' || header === undefined ? undefined : parseOrigin(header.value)
    if (origin !== undefined && (origins?.has(origin.key) || isOwn(origin, request))) return undefined
    if (ctx.mcp !== undefined || origins !== undefined)
      return deny('origin_denied', { reason: origin === undefined ? 'malformed origin' : 'foreign origin' })
    return undefined
  }

  return defineGuard({
    name: 'origin',
    onRequest: (ctx) => checkHost(ctx.request) ?? checkOrigin(ctx),
    // Whether it is MCP may show only in the body.
    onMessage: (_message, ctx) => (ctx.mcp === undefined ? undefined : checkOrigin(ctx)),
  })
}

/** The server's own origin, as far as the request tells: a proxy's scheme where there is one, TLS in front of us otherwise. */
function isOwn(origin: { scheme: string; name: string; port: string }, request: RequestFacts): boolean {
  const header = request.headers.single('host')
  const host = header === 'conflict' || header === undefined ? undefined : parseHost(header.value)
  if (host === undefined || host.name !== origin.name) return false
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase()
  const socket = request.scheme ?? 'http'
  const schemes = forwarded === undefined ? [socket, 'https'] : [forwarded]
  const ownPort = host.port === '' ? defaultPort(origin.scheme) : host.port
  return schemes.includes(origin.scheme) && origin.port === ownPort
}

function defaultPort(scheme: string): string {
  return scheme === 'https' ? '443' : '80'
}

function isPreflight(request: RequestFacts): boolean {
  return request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
}

function isForwarded({ headers }: RequestFacts): boolean {
  return (
    headers.has('x-forwarded-for') ||
    headers.has('x-forwarded-host') ||
    headers.has('x-forwarded-proto') ||
    headers.has('forwarded') ||
    headers.has('via')
  )
}

function toSet(
  values: readonly string[] | undefined,
  path: string,
  parse: (value: string) => { key: string } | undefined,
): Set<string> | undefined {
  if (values === undefined) return undefined
  return new Set(
    values.map((value, i) => {
      const parsed = parse(value)
      if (parsed === undefined)
        throw new SafeMcpConfigError({ code: 'invalid_option', path: `${path}[${i}]`, message: `cannot read '${value}'.` })
      return parsed.key
    }),
  )
}
