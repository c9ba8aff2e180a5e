import { type FetchHandler, safeMcp } from 'safe-mcp/fetch'
import { apiKey, jwt } from 'safe-mcp/identity'

interface Env {
  /** JSON: issuer, audience, address of the key server, hash of the API key. */
  readonly CONFIG: string
}

let handled = 0

const handler: FetchHandler = (request) => {
  if (new URL(request.url).pathname === '/handled') return Response.json({ handled })
  handled++
  return Response.json({ subject: request.safeMcp.principal?.subject, clientId: request.auth?.clientId })
}

/** A guarded Worker, for the identity suite to attack in its own runtime. */
export default {
  fetch: safeMcp((env: Env) => {
    const { issuer, audience, jwksUrl, hash } = JSON.parse(env.CONFIG)
    const verifiers = [jwt({ issuer, audience, jwksUrl }), apiKey({ keys: [{ id: 'k', hash, principal: 'ci' }] })]
    return { audit: false, paths: ['/mcp'], identity: { verifiers, resource: audience } }
  }, handler),
}
