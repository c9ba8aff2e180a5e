import type { JWK } from 'jose'
import { checkKeys } from '../core/check-options.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import { isPromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { claimedIssuer } from './compact.ts'
import type { ComponentRecord } from './component.ts'
import { AztpError, type Connection, type IdentityRecord, type IdentityService, type IssueOptions } from './identity-service.ts'
import { jose } from './jose.ts'
import { type Held, permanentStore, RegistryState } from './registry-state.ts'
import { registryTokens, signingKeys } from './registry-tokens.ts'
import { formatAztpId, parseWorkloadId } from './spiffe-id.ts'
import { type Presented, refuse, type Verification, type Verifier } from './verifier.ts'

export interface RegistryOptions {
  /** Trust domain of issued identities. Default `aztp.local`. */
  readonly trustDomain?: string | undefined
  /** Default `production`. */
  readonly environment?: string | undefined
  /** `aud` of identity tokens: the servers that accept them. Default: the issuer, `aztp://<trust domain>`. */
  readonly audience?: string | undefined
  /** Life of an identity token. Default 300,000 (5 minutes), at most 86,400,000. */
  readonly tokenTtlMs?: number | undefined
  /** Where identities live. Default: this process, until it ends. */
  readonly store?: Store | undefined
  /** Most identities, flows and links of a registry without a store. Default 100,000. */
  readonly maxEntries?: number | undefined
  /** Private Ed25519 JWK that signs tokens. Default: made at first use and gone with the process. Processes that share a store share this too. */
  readonly signingKey?: JWK | undefined
  readonly clock?: Clock | undefined
}

/** Identities without any outside service: a registry, a directory for chains, and a verifier for the tokens it signs. */
export interface Registry extends IdentityService, Verifier {
  /** Issues an identity. Rejects (`refused`) when the name is taken. */
  issueIdentity(name: string, options?: IssueOptions & { readonly identityType?: string | undefined }): Promise<IdentityRecord>
  /** A signed identity token for an active identity: the credential of the component. */
  signToken(
    aztpId: string,
    options?: { readonly scopes?: readonly string[]; readonly audience?: string; readonly ttlMs?: number },
  ): Promise<string>
  /** The public key, for other servers. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>
}

/** Most identities `discoverIdentities` looks at, the newest first. */
const maxDiscovered = 1000

interface Flow {
  readonly id: string
  readonly name: string
  readonly members: Readonly<Record<string, 'active' | 'revoked'>>
}

/**
 * The embedded identity registry: issue, verify, revoke, reissue, link, flows, with Ed25519-signed identity tokens (JWT, EdDSA).
 *
 * A token counts only while its identity is active and was not revoked since it was signed; both are looked up on every request, so that
 * revocation works at once. It answers the same calls as `createAztpClient()`.
 *
 * @throws SafeMcpConfigError on a malformed trust domain or lifetime.
 * @example const local = registry(); const planner = await local.issueIdentity('planner'); const token = await local.signToken(planner.aztpId)
 */
export function registry(options: RegistryOptions = {}): Registry {
  const given: unknown = options
  checkKeys(given, optionNames, 'registry')
  const { trustDomain = 'aztp.local', environment = 'production', tokenTtlMs = 300_000, clock = systemClock } = options
  if (parseWorkloadId(`aztp://${trustDomain}`) === undefined) throw fault('trustDomain', 'is not a trust domain.')
  if (!(tokenTtlMs > 0 && tokenTtlMs <= 86_400_000)) throw fault('tokenTtlMs', 'must be between 1 and 86,400,000.')
  const issuer = `aztp://${trustDomain}`
  const audience = options.audience ?? issuer
  const state = new RegistryState(options.store ?? permanentStore(options.maxEntries ?? 100_000))
  const keys = signingKeys(options.signingKey)
  const tokens = registryTokens(issuer, audience, keys)

  const now = () => new Date(clock.now()).toISOString()
  const held = (aztpId: string) => state.read<Held>('identity', requireId(aztpId))

  async function issue(name: string, more: IssueOptions & { identityType?: string | undefined } = {}): Promise<IdentityRecord> {
    const aztpId = formatAztpId({ trustDomain: more.trustDomain ?? trustDomain, environment, name })
    if (aztpId === undefined) throw new AztpError('invalid', 'A name holds letters, digits, dots, hyphens, underscores and slashes.')
    const at = now()
    const record: Held = {
      aztpId,
      name,
      status: 'active',
      identityType: more.identityType ?? 'agent',
      trustDomain: more.trustDomain ?? trustDomain,
      environment,
      parentIdentity: more.parentIdentity,
      isGlobalIdentity: more.isGlobalIdentity ?? false,
      createdAt: at,
      updatedAt: at,
      serial: 1,
    }
    // The gate is one atomic step: of many who issue the same identity at once, one does.
    if (!(await state.create('identity', aztpId, record))) throw new AztpError('refused', 'The name is taken.')
    await state.create('name', name, aztpId)
    await state.list(aztpId)
    for (const target of more.linkTo ?? []) await self.linkIdentities(aztpId, target)
    return toRecord(record)
  }

  /** The identity of that name, whoever of many at once issued it. */
  async function issueOnce(name: string, more: IssueOptions | undefined): Promise<IdentityRecord> {
    try {
      return await issue(name, more)
    } catch (error) {
      const aztpId = formatAztpId({ trustDomain: more?.trustDomain ?? trustDomain, environment, name })
      const present = aztpId === undefined ? undefined : await held(aztpId)
      if (present === undefined) throw error
      return toRecord(present)
    }
  }

  async function byName(name: string): Promise<Held | undefined> {
    const aztpId = await state.read<string>('name', name)
    return aztpId === undefined ? undefined : state.read<Held>('identity', aztpId)
  }

  async function isValid(record: Held | undefined, flowId: string | undefined): Promise<boolean> {
    if (record?.status !== 'active') return false
    if (flowId === undefined) return true
    const flow = await state.read<Flow>('flow', flowId)
    return flow !== undefined && Object.hasOwn(flow.members, record.aztpId) && flow.members[record.aztpId] === 'active'
  }

  async function setStatus(aztpId: string, status: Held['status']): Promise<void> {
    const changed = await state.update<Held>('identity', requireId(aztpId), (record) => ({
      ...record,
      status,
      updatedAt: now(),
      serial: record.serial + (status === 'revoked' ? 1 : 0),
    }))
    if (changed === undefined) throw new AztpError('refused', 'There is no such identity.')
  }

  async function setMember(flowId: string, aztpId: string, status: 'active' | 'revoked' | undefined): Promise<void> {
    const record = await held(aztpId)
    const flow = await state.update<Flow>('flow', flowId, (present) => {
      const members: Record<string, 'active' | 'revoked'> = { ...present.members }
      if (status === undefined) delete members[aztpId]
      else members[aztpId] = status
      return { ...present, members }
    })
    if (record === undefined || flow === undefined) throw new AztpError('refused', 'There is no such identity or flow.')
  }

  async function lookup(id: string, flow: string | undefined): Promise<ComponentRecord | undefined> {
    const isId = parseWorkloadId(id) !== undefined
    const record = isId ? await state.read<Held>('identity', id) : await byName(id)
    if (record === undefined) return undefined
    const verified = await isValid(record, flow)
    return {
      ...toRecord(record),
      id,
      verified,
      reason: verified ? undefined : flow === undefined ? 'unverified' : 'not valid in this flow',
    }
  }

  /** The token was good; now its identity must still be. */
  async function stillHolds(verification: Verification): Promise<Verification> {
    if (!verification.ok) return verification
    try {
      const record = await held(verification.principal.subject)
      if (record?.status !== 'active') return refuse('the identity is not active')
      if (record.serial !== verification.principal.attributes.serial) return refuse('the identity was revoked since')
      return verification
    } catch {
      return refuse('the registry does not answer', { code: 'store_unavailable', retryAfter: 1 })
    }
  }

  const self: Registry = {
    name: 'registry',
    scheme: 'Bearer',
    recognises: ({ scheme, token }) => scheme === 'bearer' && token !== undefined && claimedIssuer(token) === issuer,
    verify(presented: Presented) {
      const verification = tokens.verify(presented.scheme === 'bearer' ? presented.token : undefined, presented)
      return isPromise(verification) ? verification.then(stillHolds) : stillHolds(verification)
    },
    issueIdentity: issue,
    async signToken(aztpId, { scopes = [], audience: aud = audience, ttlMs = tokenTtlMs } = {}) {
      const record = await held(aztpId)
      if (record?.status !== 'active') throw new AztpError('refused', 'Only an active identity gets a token.')
      const { kid, privateKey } = await keys()
      const seconds = Math.floor(clock.now() / 1000)
      const life = Math.floor(Math.min(ttlMs, 86_400_000) / 1000)
      const { SignJWT } = await jose()
      return new SignJWT({ scope: scopes.join(' '), serial: record.serial, identity_type: record.identityType })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setSubject(aztpId)
        .setAudience(aud)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + life)
        .setJti(crypto.randomUUID())
        .sign(privateKey)
    },
    jwks: async () => ({ keys: [(await keys()).publicJwk] }),
    async secureConnect(_agent, name, more): Promise<Connection> {
      const present = (await byName(name)) ?? (await issueOnce(name, more))
      const { aztpId } = present
      const valid = present.status === 'active'
      return { identity: { aztpId, workloadId: name, valid }, verify: () => self.verifyIdentityByAztpId(aztpId) }
    },
    verifyIdentity: (agent, more) => self.verifyIdentityByAztpId(agent.identity.aztpId, more),
    verifyIdentityByAztpId: async (aztpId, more) => isValid(await held(aztpId), more?.flow),
    verifyIdentityByName: async (name, more) => isValid(await byName(name), more?.flow),
    getIdentity: (agent) => self.getIdentityByAztpId(agent.identity.aztpId),
    async getIdentityByAztpId(aztpId) {
      const record = await held(aztpId)
      return record === undefined ? undefined : toRecord(record)
    },
    async getIdentityByName(name) {
      const record = await byName(name)
      return record === undefined ? undefined : toRecord(record)
    },
    async discoverIdentities(query = {}) {
      const ids = await state.newest(maxDiscovered)
      const records = await Promise.all(ids.map((id) => state.read<Held>('identity', id)))
      const found = records.filter((record) => record?.status === 'active')
      return found.flatMap((record) =>
        record && (query.trustDomain ?? record.trustDomain) === record.trustDomain ? [toRecord(record)] : [],
      )
    },
    async verifyIdentityConnection(from, to) {
      const [source, target] = await Promise.all([held(from), held(to)])
      if (source?.status !== 'active' || target?.status !== 'active') return false
      const links = await Promise.all([state.read('link', `${from} ${to}`), state.read('link', `${to} ${from}`)])
      return links.some((link) => link !== undefined)
    },
    revokeIdentity: (aztpId) => setStatus(aztpId, 'revoked'),
    reissueIdentity: (aztpId) => setStatus(aztpId, 'active'),
    async linkIdentities(sourceIdentity, targetIdentity, relationshipType = 'linked') {
      const [source, target] = await Promise.all([held(sourceIdentity), held(targetIdentity)])
      if (source === undefined || target === undefined) throw new AztpError('refused', 'There is no such identity.')
      const link = { id: crypto.randomUUID(), sourceIdentity, targetIdentity, relationshipType }
      await state.write('link', `${sourceIdentity} ${targetIdentity}`, link)
      return link
    },
    async createFlow(name) {
      const flow: Flow = { id: crypto.randomUUID(), name, members: {} }
      await state.write('flow', flow.id, flow)
      return { id: flow.id, name }
    },
    deleteFlow: (flowId) => state.remove('flow', flowId),
    addIdentityToFlow: (flowId, aztpId) => setMember(flowId, aztpId, 'active'),
    removeIdentityFromFlow: (flowId, aztpId) => setMember(flowId, aztpId, undefined),
    revokeIdentityForFlow: (aztpId, flowId) => setMember(flowId, aztpId, 'revoked'),
    lookup: (id, more) => lookup(id, more?.flow),
  }
  return self
}

function toRecord({ serial: _, ...record }: Held): IdentityRecord {
  return record
}

function requireId(aztpId: string): string {
  if (typeof aztpId !== 'string' || parseWorkloadId(aztpId)?.scheme !== 'aztp') throw new AztpError('invalid', 'This is not an AZTP id.')
  return aztpId
}

function fault(path: string, message: string): SafeMcpConfigError {
  return new SafeMcpConfigError({ code: 'invalid_option', path: `registry.${path}`, message })
}

const optionNames = ['trustDomain', 'environment', 'audience', 'tokenTtlMs', 'store', 'maxEntries', 'signingKey', 'clock']
