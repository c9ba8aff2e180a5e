import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

export interface AuthorizationServer {
  readonly issuer: string
  /** What happened, in order: `register`, `authorize read`, `token read`, ... */
  readonly log: readonly string[]
  close(): Promise<void>
}

interface Grant {
  readonly clientId: string
  readonly redirectUri: string
  readonly challenge: string
  readonly scope: string
  readonly resource: string
}

interface State {
  issuer: string
  readonly log: string[]
  readonly clients: Map<string, { redirectUris: readonly string[] }>
  readonly grants: Map<string, Grant>
  readonly refresh: Map<string, Grant>
  readonly key: CryptoKey
  readonly jwk: JWK
  readonly refreshTokens: boolean
}

/**
 * A stand-in for an OAuth 2.1 authorization server on this machine: metadata (RFC 8414), dynamic registration (RFC 7591), code flow with PKCE (RFC 7636),
 * resource indicators (RFC 8707), `iss` in the response (RFC 9207), JWT access tokens (RFC 9068). It says yes to every user: for tests and examples only.
 */
export async function startAuthorizationServer({ refreshTokens = true } = {}): Promise<AuthorizationServer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'as-1', alg: 'ES256', use: 'sig' }
  const state: State = {
    issuer: '',
    log: [],
    clients: new Map(),
    grants: new Map(),
    refresh: new Map(),
    key: privateKey,
    jwk,
    refreshTokens,
  }
  const server = createServer((req, res) => void handle(state, req, res).catch(() => res.writeHead(500).end()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer: state.issuer,
    log: state.log,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function handle(state: State, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const url = new URL(req.url ?? '/', state.issuer)
  const json = (value: unknown, status = 200) =>
    void res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value))
  switch (`${req.method} ${url.pathname}`) {
    case 'GET /.well-known/oauth-authorization-server':
      return json(metadata(state.issuer))
    case 'GET /jwks':
      return json({ keys: [state.jwk] })
    case 'POST /register': {
      const { redirect_uris: redirectUris } = JSON.parse(text)
      const clientId = randomUUID()
      state.clients.set(clientId, { redirectUris })
      state.log.push('register')
      return json({ ...JSON.parse(text), client_id: clientId, token_endpoint_auth_method: 'none' }, 201)
    }
    case 'GET /authorize':
      return authorize(state, url, res)
    case 'POST /token':
      return token(state, new URLSearchParams(text), json)
    default:
      return json({ error: 'not_found' }, 404)
  }
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none'],
  authorization_response_iss_parameter_supported: true,
})

function authorize(state: State, url: URL, res: ServerResponse): void {
  const query = Object.fromEntries(url.searchParams)
  const { client_id: clientId = '', redirect_uri: redirectUri = '', code_challenge: challenge = '', resource = '', scope = '' } = query
  const known = state.clients.get(clientId)?.redirectUris.includes(redirectUri) === true
  if (!known || query.response_type !== 'code' || query.code_challenge_method !== 'S256' || challenge === '' || resource === '') {
    res.writeHead(400).end('invalid_request')
    return
  }
  const code = randomUUID()
  state.grants.set(code, { clientId, redirectUri, challenge, scope, resource })
  state.log.push(`authorize ${scope}`.trim())
  const location = new URL(redirectUri)
  location.searchParams.set('code', code)
  location.searchParams.set('iss', state.issuer)
  if (query.state !== undefined) location.searchParams.set('state', query.state)
  res.writeHead(302, { location: location.href }).end()
}

async function token(state: State, form: URLSearchParams, json: (value: unknown, status?: number) => void): Promise<void> {
  const grant = form.get('grant_type') === 'refresh_token' ? state.refresh.get(form.get('refresh_token') ?? '') : redeem(state, form)
  if (grant === undefined || grant.clientId !== form.get('client_id')) return json({ error: 'invalid_grant' }, 400)
  const refreshToken = state.refreshTokens ? randomUUID() : undefined
  if (refreshToken !== undefined) state.refresh.set(refreshToken, grant)
  state.log.push(`token ${grant.scope}`.trim())
  const accessToken = await new SignJWT({ client_id: grant.clientId, scope: grant.scope })
    .setProtectedHeader({ alg: 'ES256', kid: 'as-1', typ: 'at+jwt' })
    .setIssuer(state.issuer)
    .setSubject('alice')
    .setAudience(grant.resource)
    .setIssuedAt()
    .setExpirationTime('5m')
    .setJti(randomUUID())
    .sign(state.key)
  json({ access_token: accessToken, token_type: 'Bearer', expires_in: 300, scope: grant.scope, refresh_token: refreshToken })
}

/** A code counts once, with the verifier of its challenge. */
function redeem(state: State, form: URLSearchParams): Grant | undefined {
  const code = form.get('code') ?? ''
  const grant = state.grants.get(code)
  state.grants.delete(code)
  const verifier = form.get('code_verifier') ?? ''
  const proven = createHash('sha256').update(verifier).digest('base64url') === grant?.challenge
  return proven && form.get('redirect_uri') === grant?.redirectUri ? grant : undefined
}
