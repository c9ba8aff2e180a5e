import { checkKeys } from '../core/check-options.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { type Fetch, isTrustworthyUrl } from '../lib/fetch-json.ts'
import {
  accomplished,
  expect,
  issueIdentity,
  readPermissions,
  readTokenUser,
  readToolAccess,
  requireAztpId,
  type TokenUser,
  type ToolAccess,
  toRecord,
} from './aztp-answers.ts'
import { createLookupCache } from './aztp-lookups.ts'
import { createWire, normaliseBaseUrl } from './aztp-wire.ts'
import type { ComponentRecord, LookupOptions } from './component.ts'
import { AztpError, type Connection, type IdentityRecord, type IdentityService } from './identity-service.ts'
import { parseAztpId } from './spiffe-id.ts'

export interface AztpClientOptions {
  readonly apiKey: string
  /** `https://host:port/astha/v1`, with or without `/aztp`. Default: the vendor's service. https, or http to this machine. */
  readonly baseUrl?: string | undefined
  /** Environment of issued identities. Default `production`. */
  readonly environment?: string | undefined
  /** For one call. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /** How long `lookup` believes a valid identity: the bound on noticing a revocation. Default 30,000, at most 60,000; 0 asks every time. */
  readonly cacheMs?: number | undefined
  readonly fetch?: Fetch | undefined
  readonly clock?: Clock | undefined
}

/** The AZTP identity service over HTTP: the identity calls, policy and OIAP questions, OIDC token validation and tool access. */
export interface AztpClient extends IdentityService {
  updateFlow(flowId: string, changes: Readonly<Record<string, unknown>>): Promise<void>
  flowHealth(): Promise<boolean>
  /** Policy documents attached to an identity, as the service sends them. */
  getPolicy(aztpId: string): Promise<readonly unknown[]>
  /** Which of the actions a policy lets an identity do. Only `true` counts. */
  getActionPermissions(
    aztpId: string,
    query: { readonly policy: string; readonly actions: readonly string[] },
  ): Promise<ReadonlyMap<string, boolean>>
  /** The raw decision of OIAP. Its shape is not documented: allow only on what you recognise. */
  evaluateOiap(query: { readonly aztpId: string; readonly resource: string; readonly userId: string }): Promise<unknown>
  /** Whose OIDC token this is; undefined when it is nobody's. */
  validateToken(token: string): Promise<TokenUser | undefined>
  /** What a user's access token may do as an identity; undefined when the token is not valid for it. */
  getToolAccess(query: { readonly userAccessToken: string; readonly aztpId: string }): Promise<ToolAccess | undefined>
}

/**
 * A client for the AZTP identity service over fetch, on every runtime.
 *
 * Answers are read strictly: only `success: true` with the documented shape counts; anything else rejects with `AztpError` (`unavailable`).
 * TLS is verified, redirects are refused, answers are bounded in size and time, the key stands in no message.
 *
 * @throws SafeMcpConfigError on a missing key or a URL that is neither https nor this machine.
 * @example const client = createAztpClient({ apiKey: env.AZTP_API_KEY, baseUrl: env.AZTP_BASE_URL })
 */
export function createAztpClient(options: AztpClientOptions): AztpClient {
  checkKeys(options, optionNames, 'createAztpClient')
  const { environment = 'production', timeoutMs = 2000, cacheMs = 30_000, clock = systemClock } = options
  const baseUrl = normaliseBaseUrl(options.baseUrl ?? 'https://api.astha.ai:5001/astha/v1')
  if (typeof options.apiKey !== 'string' || options.apiKey === '') throw fault('apiKey', 'must be set.')
  if (!isTrustworthyUrl(baseUrl)) throw fault('baseUrl', 'must be an https URL (plain http only for this machine).')
  const call = createWire({ baseUrl, apiKey: options.apiKey, timeoutMs, clock, fetch: options.fetch })
  const lookups = createLookupCache(clock, Math.min(cacheMs, 60_000))

  async function verify(aztpId: string, flow: string | undefined): Promise<{ valid: boolean; revoked: boolean }> {
    requireAztpId(aztpId)
    const envelope = await call({
      method: 'POST',
      path: 'aztp/verify-identity',
      body: flow === undefined ? { aztpId } : { aztpId, identityFlowId: flow },
      answers: [404],
    })
    const revoked = envelope.code === 'AZTP-ID-E-001'
    if (!envelope.success) return { valid: false, revoked }
    return { valid: (await expect('valid', envelope)).valid && !revoked, revoked }
  }

  async function getByName(name: string): Promise<IdentityRecord | undefined> {
    const envelope = await call({ method: 'GET', path: 'aztp/get-identity/', query: { agentName: name }, answers: [404] })
    // Nobody of that name: the service says so by `success: false`.
    return envelope.success ? toRecord(await expect('record', envelope), name) : undefined
  }

  async function getById(aztpId: string): Promise<IdentityRecord | undefined> {
    const name = parseAztpId(aztpId)?.name
    const record = name === undefined ? undefined : await getByName(name)
    // Names are not unique across trust domains and environments: the record must be this id's.
    return record?.aztpId === aztpId ? record : undefined
  }

  async function lookup(id: string, flow: string | undefined): Promise<ComponentRecord | undefined> {
    const record = await (id.startsWith('aztp://') ? getById(id) : getByName(id))
    if (record === undefined) return undefined
    const { valid, revoked } = await verify(record.aztpId, flow)
    const status = revoked && flow === undefined ? 'revoked' : record.status
    return {
      ...record,
      id,
      status,
      verified: valid,
      reason: valid ? undefined : flow === undefined ? 'unverified' : 'not valid in this flow',
    }
  }

  const client: AztpClient = {
    async secureConnect(_agent, name, issue = {}): Promise<Connection> {
      if (typeof name !== 'string' || name === '') throw new AztpError('invalid', 'A component needs a name.')
      const present = await getByName(name)
      const identity = present === undefined ? await issueIdentity(call, name, environment, issue, clock) : undefined
      const aztpId = present?.aztpId ?? (identity?.aztpId as string)
      for (const target of issue.linkTo ?? []) await client.linkIdentities(aztpId, target)
      const valid = present === undefined ? identity?.valid !== false : present.status === 'active'
      const workloadId = identity?.workloadId ?? name
      return { identity: { aztpId, workloadId, valid }, verify: () => client.verifyIdentityByAztpId(aztpId) }
    },
    verifyIdentity: (agent, more) => client.verifyIdentityByAztpId(agent.identity.aztpId, more),
    verifyIdentityByAztpId: async (aztpId, more) => (await verify(aztpId, more?.flow)).valid,
    async verifyIdentityByName(name, more) {
      const record = await getByName(name)
      return record !== undefined && (await verify(record.aztpId, more?.flow)).valid
    },
    getIdentity: (agent) => getById(agent.identity.aztpId),
    getIdentityByAztpId: getById,
    getIdentityByName: getByName,
    async discoverIdentities(query = {}) {
      const envelope =
        query.trustDomain === undefined
          ? await call({ method: 'GET', path: 'aztp/discoverable', query: { discoverable: 'True' } })
          : await call({
              method: 'GET',
              path: 'aztp/discover-with-trust-domain',
              query: { trustDomain: query.trustDomain, aztpId: query.requestor },
            })
      return (await expect('records', envelope)).map((record) => toRecord(record))
    },
    async verifyIdentityConnection(from, to, policyCode) {
      requireAztpId(from)
      requireAztpId(to)
      const body = { aztpId: from, requestAztpId: to, ...(policyCode === undefined ? {} : { policyCode }) }
      const envelope = await call({ method: 'POST', path: 'aztp/authorize-connection-with-identities', body })
      return envelope.success && (await expect('valid', envelope)).valid
    },
    async revokeIdentity(aztpId, reason) {
      requireAztpId(aztpId)
      accomplished(
        await call({ method: 'POST', path: 'aztp/revoke-identity', body: { aztpId, ...(reason === undefined ? {} : { reason }) } }),
      )
      lookups.clear()
    },
    async reissueIdentity(aztpId) {
      requireAztpId(aztpId)
      accomplished(await call({ method: 'POST', path: 'aztp/reissue-revoked-identity', body: { aztpId } }))
      lookups.clear()
    },
    async linkIdentities(sourceIdentity, targetIdentity, relationshipType = 'linked') {
      requireAztpId(sourceIdentity)
      requireAztpId(targetIdentity)
      const body = { sourceIdentity, targetIdentity, relationshipType }
      const link = await expect('link', await call({ method: 'POST', path: 'aztp/create-workload-identity-link', body }))
      return { id: link._id, sourceIdentity, targetIdentity, relationshipType: link.relationshipType }
    },
    async createFlow(name, { discoverable = 'private' } = {}) {
      const flow = await expect('id', await call({ method: 'POST', path: 'identity-flow/create', body: { name, discoverable } }))
      return { id: flow._id, name }
    },
    async updateFlow(flowId, changes) {
      accomplished(await call({ method: 'PUT', path: `identity-flow/update/${encodeURIComponent(flowId)}`, body: changes }))
    },
    async deleteFlow(flowId) {
      accomplished(await call({ method: 'DELETE', path: `identity-flow/delete/${encodeURIComponent(flowId)}` }))
      lookups.clear()
    },
    async addIdentityToFlow(identityFlowId, aztpId) {
      requireAztpId(aztpId)
      accomplished(
        await call({ method: 'POST', path: 'identity-flow/add-identity-to-flow', body: { identityFlowId, identity: { aztpId } } }),
      )
      lookups.clear()
    },
    async removeIdentityFromFlow(identityFlowId, aztpId) {
      requireAztpId(aztpId)
      accomplished(await call({ method: 'POST', path: 'identity-flow/remove-identity-from-flow', body: { identityFlowId, aztpId } }))
      lookups.clear()
    },
    async revokeIdentityForFlow(aztpId, identityFlowId, reason = '') {
      requireAztpId(aztpId)
      accomplished(await call({ method: 'POST', path: 'aztp/revoke-identity-for-flow', body: { aztpId, identityFlowId, reason } }))
      lookups.clear()
    },
    flowHealth: async () => (await call({ method: 'GET', path: 'identity-flow/health' })).success,
    async getPolicy(aztpId) {
      requireAztpId(aztpId)
      return expect('list', await call({ method: 'GET', path: 'aztp/get-identity-access-policy', query: { aztpId } }))
    },
    async getActionPermissions(aztpId, { policy, actions }) {
      requireAztpId(aztpId)
      const policyQuery = policy.startsWith('policy:') ? { policy_code: policy } : { policy_id: policy }
      const query = { aztpId, ...policyQuery, action: actions.join(',') }
      const envelope = await call({ method: 'GET', path: 'aztp/get-identity-action-permissions', query })
      return readPermissions(envelope, actions)
    },
    async evaluateOiap({ aztpId, resource, userId }) {
      requireAztpId(aztpId)
      const envelope = await call({
        method: 'POST',
        path: 'oiap/evaluate',
        body: { aztp_id: aztpId, requested_resource: resource, user_id: userId },
      })
      return envelope.success ? envelope.data : undefined
    },
    async validateToken(token) {
      const envelope = await call({ method: 'POST', path: 'oidc/validate-jwt-token', body: { token }, answers: [400] })
      return readTokenUser(envelope)
    },
    async getToolAccess({ userAccessToken, aztpId }) {
      requireAztpId(aztpId)
      const envelope = await call({
        method: 'POST',
        path: 'user-workload/access-token/rbac',
        headers: { user_access_token: userAccessToken, api_access_key: options.apiKey },
        body: { aztpId },
        answers: [400, 401, 403],
      })
      return envelope.success ? readToolAccess(envelope) : undefined
    },
    lookup: (id, more: LookupOptions = {}) => lookups.get(id, more.flow, () => lookup(id, more.flow)),
  }
  return client
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: `createAztpClient.${path}`, message })
}

const optionNames = ['apiKey', 'baseUrl', 'environment', 'timeoutMs', 'cacheMs', 'fetch', 'clock']
