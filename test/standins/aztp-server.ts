import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A stand-in for the AZTP service on this machine. It is not the service: its shapes come from public client code and documentation, the shape of
 * an OIAP decision is assumed, and its state ends with the process. For tests and examples only.
 */
export const banner = 'AZTP stand-in: shapes from public client code; OIAP decision shape assumed'

/** Faults it can have on request, for every call until it is set back. */
export type AztpFault =
  | 'none'
  | 'refused' // 200 with success: false
  | 'data-null'
  | 'data-missing'
  | 'not-json'
  | 'status-429'
  | 'status-500'
  | 'slow' // five seconds
  | 'reset'
  | 'megabyte'
  | 'redirect'
  | 'lying-types' // valid: "true", status: 1

/** How `oiap/evaluate` says what it decided. The first four say yes; the others must be taken for a no. */
export type OiapShape = 'allowed' | 'isAllowed' | 'bare' | 'nested' | 'decision-text' | 'empty' | 'text-true'

export interface AztpStandIn {
  /** `http://127.0.0.1:1234/astha/v1` */
  readonly baseUrl: string
  readonly apiKey: string
  /** Access token of a user, for the access-token generation. */
  readonly userAccessToken: string
  /** Tokens that `oidc/validate-jwt-token` knows, with the user each belongs to. */
  readonly oidcTokens: Map<string, { sub: string; agent?: string }>
  /** Policy records by AZTP id. */
  readonly policies: Map<string, { code: string; policyStatement: PolicyDocument }[]>
  /** `METHOD path` of every call. */
  readonly requests: readonly string[]
  fault: AztpFault
  oiapShape: OiapShape
  /** What OIAP decides, by resource. */
  readonly allowedResources: Set<string>
  /** Keys of a token issuer and of a SPIFFE bundle, served without the API key at `/jwks` and `/bundle`. */
  readonly issuerKeys: object[]
  readonly bundleKeys: object[]
  /** Whether revoking a parent makes its children invalid. The service does not say; off. */
  revokeWithParent: boolean
  /** Calls that arrived at the place redirects point to. */
  readonly redirected: { count: number }
  close(): Promise<void>
}

interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[]
}
interface Statement {
  readonly Effect: 'Allow' | 'Deny' | 'Audit'
  readonly Action: string | readonly string[]
}

interface Identity {
  readonly _id: string
  readonly aztpId: string
  readonly name: string
  status: 'active' | 'revoked'
  readonly environment: string
  readonly parentIdentity: string | undefined
  readonly isGlobalIdentity: boolean
  readonly createdAt: string
  updatedAt: string
  readonly workloadInfo: { workloadId: string; agentId: string; trustDomain: string; method: string }
}

interface State extends AztpStandIn {
  readonly identities: Map<string, Identity>
  readonly links: Set<string>
  readonly flows: Map<string, Map<string, 'active' | 'revoked'>>
}

type Body = Record<string, unknown>
type Answer = {
  readonly status?: number
  readonly success?: boolean
  readonly message: string
  readonly data?: unknown
  readonly extra?: Body
}

const bad = (message: string): Answer => ({ status: 400, success: false, message })
const unknownIdentity: Answer = { success: false, message: 'AZTP-ID-E-002 - Identity not found', data: { valid: false } }

export async function startAztpStandIn(): Promise<AztpStandIn> {
  const requests: string[] = []
  const redirected = { count: 0 }
  const open = new Set<ServerResponse>()
  const elsewhere = createServer((_, res) => {
    redirected.count++
    res.end('{"success":true,"message":"X","data":{"valid":true,"status":"active"}}')
  })
  const server = createServer((req, res) => {
    open.add(res)
    res.on('close', () => open.delete(res))
    requests.push(`${req.method} ${req.url}`)
    void serve(state, req, res, elsewhereUrl)
  })
  const [url, elsewhereUrl] = await Promise.all([listen(server), listen(elsewhere)])
  const state: State = {
    baseUrl: `${url}/astha/v1`,
    apiKey: `standin_${randomBytes(12).toString('hex')}`,
    userAccessToken: `user_${randomBytes(12).toString('hex')}`,
    oidcTokens: new Map(),
    policies: new Map(),
    requests,
    fault: 'none',
    oiapShape: 'allowed',
    allowedResources: new Set(),
    issuerKeys: [],
    bundleKeys: [],
    revokeWithParent: false,
    redirected,
    identities: new Map(),
    links: new Set(),
    flows: new Map(),
    async close() {
      for (const res of open) res.destroy()
      for (const one of [server, elsewhere]) {
        one.closeAllConnections()
        await new Promise((resolve) => one.close(resolve))
      }
    },
  }
  return state
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(state: State, req: IncomingMessage, res: ServerResponse, elsewhere: string): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const url = new URL(req.url ?? '/', 'http://standin')
  const write = (status: number, value: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json', 'x-standin': banner }).end(JSON.stringify(value))

  if (url.pathname === '/jwks') return void write(200, { keys: state.issuerKeys })
  if (url.pathname === '/bundle') return void write(200, { keys: state.bundleKeys, spiffe_sequence: 1, spiffe_refresh_hint: 300 })

  // The key comes before everything else, and is never said back.
  const key = req.headers['api_access_key']
  if (typeof key === 'string' && key.startsWith('standin_other_'))
    return void write(403, { success: false, message: 'API-KEY-E-002 - Key of another organisation' })
  if (key !== state.apiKey) return void write(401, { success: false, message: 'API-KEY-E-001 - Invalid key' })

  switch (state.fault) {
    case 'refused':
      return void write(200, { success: false, message: 'SRV-E-001 - Something went wrong', data: { valid: true, status: 'active' } })
    case 'data-null':
      return void write(200, { success: true, message: 'OK-S-001 - OK', data: null })
    case 'data-missing':
      return void write(200, { success: true, message: 'OK-S-001 - OK' })
    case 'not-json':
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>valid: true, active</html>')
    case 'status-429':
      return void write(429, { success: false, message: 'RATE-E-001 - Slow down' })
    case 'status-500':
      return void write(500, { success: true, message: 'OK', data: { valid: true, status: 'active' } })
    case 'slow':
      return void setTimeout(
        () => (res.destroyed ? undefined : write(200, { success: true, message: 'OK', data: { valid: true } })),
        5000,
      ).unref()
    case 'reset':
      return void req.socket.destroy()
    case 'megabyte':
      return void write(200, { success: true, message: 'OK', data: { valid: true, status: 'active', filler: 'x'.repeat(1 << 20) } })
    case 'redirect':
      return void res.writeHead(307, { location: `${elsewhere}${url.pathname}` }).end()
    case 'lying-types':
      return void write(200, { success: 'true', message: 'OK', data: { valid: 'true', status: 1, aztpId: 7 } })
  }

  let body: Body = {}
  try {
    const text = Buffer.concat(chunks).toString()
    if (text !== '') body = JSON.parse(text) as Body
  } catch {
    return void write(400, { success: false, message: 'REQ-E-001 - Not JSON' })
  }
  // Both spellings of the base URL: with `aztp/` once, and twice where the client adds it to a base that has it.
  const path = url.pathname.replace(/^\/astha\/v1\//, '').replace(/^aztp\/(?=aztp\/)/, '')
  const { status = 200, success = true, message, data, extra } = route(state, `${req.method} ${path}`, body, url.searchParams, req)
  write(status, { success, message, ...(data === undefined ? {} : { data }), ...extra })
}

function route(state: State, call: string, body: Body, query: URLSearchParams, req: IncomingMessage): Answer {
  const flowPath = /^(PUT|DELETE) identity-flow\/(update|delete)\/([^/]+)$/.exec(call)
  if (flowPath !== null) return changeFlow(state, flowPath[2] as string, decodeURIComponent(flowPath[3] as string))
  switch (call) {
    case 'POST aztp/issue-identity':
      return issue(state, body)
    case 'POST aztp/verify-identity':
      return verify(state, body)
    case 'GET aztp/get-identity/':
      return byName(state, query.get('agentName'))
    case 'POST aztp/revoke-identity':
      return setStatus(state, body, 'revoked')
    case 'POST aztp/reissue-revoked-identity':
      return setStatus(state, body, 'active')
    case 'POST aztp/create-workload-identity-link':
      return link(state, body)
    case 'POST aztp/authorize-connection-with-identities':
      return connect(state, body)
    case 'GET aztp/discoverable':
    case 'GET aztp/discover-with-trust-domain': {
      const domain = query.get('trustDomain')
      const found = [...state.identities.values()].filter(({ workloadInfo }) => domain === null || workloadInfo.trustDomain === domain)
      return { message: 'WI-FND-S-002 - Identities found', data: found }
    }
    case 'POST aztp/revoke-identity-for-flow':
      return member(state, body.identityFlowId, body.aztpId, 'revoked')
    case 'GET identity-flow/health':
      return { message: 'IF-HLT-S-001 - Healthy', data: {} }
    case 'POST identity-flow/create': {
      if (typeof body.name !== 'string' || !['public', 'private'].includes(String(body.discoverable)))
        return bad('IF-E-001 - name and discoverable are required')
      const _id = randomBytes(12).toString('hex')
      state.flows.set(_id, new Map())
      return { message: 'IF-CRT-S-001 - Flow created', data: { _id, name: body.name } }
    }
    case 'POST identity-flow/add-identity-to-flow':
      return member(state, body.identityFlowId, (body.identity as Body | undefined)?.aztpId, 'active')
    case 'POST identity-flow/remove-identity-from-flow':
      return member(state, body.identityFlowId, body.aztpId, undefined)
    case 'GET aztp/get-identity-access-policy':
      return { message: 'AP-FND-S-001 - Policies found', data: state.policies.get(query.get('aztpId') ?? '') ?? [] }
    case 'GET aztp/get-identity-action-permissions':
      return permissions(state, query)
    case 'POST oiap/evaluate':
      return oiap(state, body)
    case 'POST oidc/validate-jwt-token': {
      const user = state.oidcTokens.get(String(body.token))
      if (user === undefined) return { success: false, message: 'OIDC-E-001 - Invalid token', extra: { valid: false } }
      return { message: 'OIDC-S-001 - Token valid', extra: { valid: true, user: { ...user, provider: 'google' }, token_type: 'jwt' } }
    }
    case 'POST user-workload/access-token/rbac':
      return rbac(state, body, req)
    default:
      return { status: 404, success: false, message: 'SRV-E-404 - No such call' }
  }
}

function issue(state: State, body: Body): Answer {
  const metadata = (body.metadata ?? {}) as Body
  const { workloadId: name } = body
  if (typeof name !== 'string' || name === '' || body.method !== 'node' || typeof body.timestamp !== 'string')
    return bad('AZTP-ISS-E-001 - workloadId, method and timestamp are required')
  const trustDomain = typeof metadata.trustDomain === 'string' ? metadata.trustDomain : 'aztp.network'
  const environment = typeof metadata.environment === 'string' ? metadata.environment : 'production'
  const aztpId = `aztp://${trustDomain}/workload/${environment}/node/${name}`
  if (state.identities.has(aztpId))
    return {
      message: 'AZTP-ISS-E-002 - Identity exists',
      data: { aztpId, valid: false, error: 'exists', workloadInfo: { workloadId: name } },
    }
  const now = new Date().toISOString()
  const workloadInfo = { workloadId: name, agentId: 'aztp', trustDomain, method: 'node' }
  const parentIdentity = typeof metadata.parentIdentity === 'string' ? metadata.parentIdentity : undefined
  state.identities.set(aztpId, {
    _id: randomBytes(12).toString('hex'),
    aztpId,
    name,
    status: 'active',
    environment,
    parentIdentity,
    isGlobalIdentity: body.isGlobalIdentity === true,
    createdAt: now,
    updatedAt: now,
    workloadInfo,
  })
  return { message: 'AZTP-ISS-S-001 - Identity issued', data: { aztpId, valid: true, workloadInfo } }
}

function verify(state: State, body: Body): Answer {
  const identity = find(state, body.aztpId)
  if (identity === 'bad') return bad('AZTP-ID-E-003 - aztpId is required')
  if (identity === undefined) return unknownIdentity
  if (identity.status === 'revoked') return { success: false, message: 'AZTP-ID-E-001 - Identity has been revoked', data: { valid: false } }
  const parent = state.revokeWithParent ? state.identities.get(identity.parentIdentity ?? '') : undefined
  if (parent?.status === 'revoked') return { message: 'AZTP-ID-E-005 - Parent has been revoked', data: { valid: false } }
  if (body.identityFlowId === undefined) return { message: 'AZTP-ID-S-001 - Identity is valid', data: { valid: true } }
  const valid = state.flows.get(String(body.identityFlowId))?.get(identity.aztpId) === 'active'
  return { message: valid ? 'AZTP-ID-S-001 - Identity is valid' : 'AZTP-ID-E-004 - Not valid in this flow', data: { valid } }
}

function byName(state: State, name: string | null): Answer {
  if (name === null || name === '') return bad('WI-FND-E-001 - agentName is required')
  const identity = [...state.identities.values()].find((entry) => entry.name === name)
  if (identity === undefined) return { status: 404, success: false, message: 'WI-FND-E-002 - Workload identity not found', data: null }
  return { message: 'WI-FND-S-001 - Workload identity found successfully', data: { ...identity, selectors: [`workload:id:${name}`] } }
}

function setStatus(state: State, body: Body, status: Identity['status']): Answer {
  const identity = find(state, body.aztpId)
  if (identity === 'bad') return bad('AZTP-ID-E-003 - aztpId is required')
  if (identity === undefined) return unknownIdentity
  identity.status = status
  identity.updatedAt = new Date().toISOString()
  return { message: 'AZTP-ID-S-002 - Identity changed', data: identity }
}

function link(state: State, body: Body): Answer {
  const [source, target] = [find(state, body.sourceIdentity), find(state, body.targetIdentity)]
  if (source === 'bad' || target === 'bad' || !['linked', 'parent'].includes(String(body.relationshipType)))
    return bad('LNK-E-001 - Malformed link')
  if (source === undefined || target === undefined) return unknownIdentity
  state.links.add(`${source.aztpId} ${target.aztpId}`)
  const { sourceIdentity, targetIdentity, relationshipType } = body
  return { message: 'LNK-S-001 - Linked', data: { _id: randomBytes(12).toString('hex'), sourceIdentity, targetIdentity, relationshipType } }
}

function connect(state: State, body: Body): Answer {
  const [from, to] = [find(state, body.aztpId), find(state, body.requestAztpId)]
  if (from === 'bad' || to === 'bad') return bad('CON-E-001 - aztpId and requestAztpId are required')
  const active = from?.status === 'active' && to?.status === 'active'
  const linked = state.links.has(`${from?.aztpId} ${to?.aztpId}`) || state.links.has(`${to?.aztpId} ${from?.aztpId}`)
  const policy =
    body.policyCode === undefined || (state.policies.get(from?.aztpId ?? '') ?? []).some(({ code }) => code === body.policyCode)
  return { message: 'CON-S-001 - Checked', data: { valid: active && linked && policy } }
}

function changeFlow(state: State, what: string, id: string): Answer {
  if (!state.flows.has(id)) return { status: 404, success: false, message: 'IF-E-002 - No such flow' }
  if (what === 'delete') state.flows.delete(id)
  return { message: 'IF-S-001 - Done', data: { _id: id } }
}

function member(state: State, flowId: unknown, aztpId: unknown, status: 'active' | 'revoked' | undefined): Answer {
  const identity = find(state, aztpId)
  const flow = state.flows.get(String(flowId))
  if (identity === 'bad' || flowId === undefined) return bad('IF-E-003 - identityFlowId and aztpId are required')
  if (identity === undefined || flow === undefined) return { status: 404, success: false, message: 'IF-E-002 - No such flow or identity' }
  if (status === undefined) flow.delete(identity.aztpId)
  else flow.set(identity.aztpId, status)
  return { message: 'IF-S-002 - Done', data: { _id: String(flowId) } }
}

function permissions(state: State, query: URLSearchParams): Answer {
  const actions = (query.get('action') ?? '').split(',').filter((action) => action !== '')
  const code = query.get('policy_code') ?? query.get('policy_id')
  if (actions.length === 0 || code === null) return bad('AP-E-001 - action and a policy are required')
  const policies = (state.policies.get(query.get('aztpId') ?? '') ?? []).filter((policy) => policy.code === code)
  const statements = policies.flatMap(({ policyStatement }) => policyStatement.Statement)
  const matching = (action: string) => statements.filter(({ Action }) => [Action].flat().some((name) => name === '*' || name === action))
  const allows = (action: string) => {
    const effects = matching(action).map(({ Effect }) => Effect)
    return effects.length > 0 && !effects.includes('Deny')
  }
  return { message: 'AP-S-001 - Evaluated', data: Object.fromEntries(actions.map((action) => [action, allows(action)])) }
}

function oiap(state: State, body: Body): Answer {
  const { aztp_id: id, requested_resource: resource, user_id: user } = body
  if (find(state, id) === 'bad' || typeof resource !== 'string' || typeof user !== 'string')
    return bad('OIAP-E-001 - aztp_id, requested_resource and user_id are required')
  const identity = find(state, id)
  const allowed = state.allowedResources.has(resource) && identity !== undefined && identity !== 'bad' && identity.status === 'active'
  const shapes: Record<OiapShape, unknown> = {
    allowed: { allowed },
    isAllowed: { isAllowed: allowed },
    bare: allowed,
    nested: { success: true, data: { allowed } },
    'decision-text': { decision: allowed ? 'ALLOW' : 'DENY' },
    empty: {},
    'text-true': { allowed: String(allowed) },
  }
  return { message: 'OIAP-S-001 - Evaluated', data: shapes[state.oiapShape] }
}

function rbac(state: State, body: Body, req: IncomingMessage): Answer {
  const identity = find(state, body.aztpId)
  if (identity === 'bad') return bad('RBAC-E-001 - aztpId is required')
  if (req.headers['user_access_token'] !== state.userAccessToken)
    return { status: 401, success: false, message: 'RBAC-E-002 - Invalid access token' }
  if (identity === undefined || identity.status !== 'active') return { status: 403, success: false, message: 'RBAC-E-003 - No access' }
  return {
    message: 'RBAC-S-001 - Access',
    data: {
      version: '1',
      mcp_url: 'http://127.0.0.1/sse',
      tools: { allowed_tools: ['web_search'], denied_tools: ['file_access'] },
      metadata: { name: identity.name, description: '' },
    },
  }
}

function find(state: State, aztpId: unknown): Identity | undefined | 'bad' {
  if (typeof aztpId !== 'string' || !aztpId.startsWith('aztp://')) return 'bad'
  return state.identities.get(aztpId)
}
