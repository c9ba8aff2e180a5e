import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Reply, RequestFacts } from '../core/http.ts'
import { isTrustworthyUrl } from '../lib/fetch-json.ts'

export interface ResourceMetadataOptions {
  /** Canonical URI of this server: `https://mcp.example.com/mcp`. No fragment, no query. Never derived from a request. */
  readonly resource: string
  /** Issuers of access tokens, at least one. */
  readonly authorizationServers: readonly string[]
  /** Scopes a client may ask for: the fewest that make the server useful. `offline_access` is left out. */
  readonly scopes?: readonly string[] | undefined
  /** Name for people. */
  readonly name?: string | undefined
  readonly documentation?: string | undefined
  readonly dpopAlgorithms?: readonly string[] | undefined
  readonly dpopRequired?: boolean | undefined
}

const wellKnown = '/.well-known/oauth-protected-resource'

/**
 * The protected-resource metadata document (RFC 9728 section 2) that starts OAuth in the official MCP clients.
 *
 * @throws SafeMcpConfigError when the resource is not a canonical https URI (http only for this machine) or no authorization server is named.
 */
export function protectedResourceMetadata(options: ResourceMetadataOptions): Readonly<Record<string, unknown>> {
  const resource = canonicalResource(options.resource)
  if (options.authorizationServers.length === 0) throw fault('authorizationServers', 'must name at least one issuer.')
  for (const [index, issuer] of options.authorizationServers.entries()) {
    if (!isTrustworthyUrl(issuer)) throw fault(`authorizationServers[${index}]`, 'must be an https URL (plain http only for this machine).')
  }
  const scopes = options.scopes?.filter((scope) => scope !== 'offline_access')
  return Object.freeze({
    resource,
    authorization_servers: [...options.authorizationServers],
    bearer_methods_supported: ['header'],
    ...(scopes === undefined || scopes.length === 0 ? {} : { scopes_supported: scopes }),
    ...(options.name === undefined ? {} : { resource_name: options.name }),
    ...(options.documentation === undefined ? {} : { resource_documentation: options.documentation }),
    ...(options.dpopAlgorithms === undefined ? {} : { dpop_signing_alg_values_supported: [...options.dpopAlgorithms] }),
    ...(options.dpopRequired === true ? { dpop_bound_access_tokens_required: true } : {}),
  })
}

/** Where the document of a resource is: the well-known path goes between host and path (RFC 9728 section 3.1). */
export function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(canonicalResource(resource))
  return origin + metadataPath(pathname)
}

function metadataPath(pathname: string): string {
  return pathname === '/' ? wellKnown : wellKnown + pathname
}

/** Paths of this server at which the document is served. */
export function metadataPaths(resource: string): readonly string[] {
  return [metadataPath(new URL(canonicalResource(resource)).pathname), wellKnown]
}

/** Checks the operator's canonical URI and gives it back as it was written. */
export function canonicalResource(resource: string): string {
  if (typeof resource !== 'string' || !isTrustworthyUrl(resource))
    throw fault('resource', 'must be an https URL (plain http only for this machine).')
  if (resource.includes('#') || resource.includes('?')) throw fault('resource', 'must not have a query or fragment.')
  return resource
}

/** Answers requests for the document, at its own path and at the bare well-known path; undefined for every other request. */
export function createMetadataResponder(options: ResourceMetadataOptions): (request: RequestFacts) => Reply | undefined {
  const body = JSON.stringify(protectedResourceMetadata(options))
  const paths = metadataPaths(options.resource)
  const open: readonly (readonly [string, string])[] = [
    ['access-control-allow-origin', '*'],
    ['access-control-allow-methods', 'GET, HEAD, OPTIONS'],
    ['access-control-allow-headers', '*'],
  ]
  const length = String(new TextEncoder().encode(body).length)
  const head: readonly (readonly [string, string])[] = [
    ['content-type', 'application/json'],
    ['content-length', length],
    ['cache-control', 'public, max-age=300'],
    ['x-content-type-options', 'nosniff'],
    ...open,
  ]
  return ({ method, path }) => {
    if (!paths.includes(path)) return undefined
    if (method === 'GET') return { status: 200, headers: head, body }
    if (method === 'HEAD') return { status: 200, headers: head }
    if (method === 'OPTIONS') return { status: 204, headers: [...open, ['access-control-max-age', '86400']] }
    return {
      status: 405,
      headers: [
        ['allow', 'GET, HEAD, OPTIONS'],
        ['content-length', '0'],
      ],
    }
  }
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: `identity.${path}`, message })
}
