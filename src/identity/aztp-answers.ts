import type { Clock } from '../core/clock.ts'
import type { Shapes } from './aztp-shapes.ts'
import type { Envelope, Wire } from './aztp-wire.ts'
import { AztpError, type IdentityRecord, type IssueOptions } from './identity-service.ts'
import { parseWorkloadId } from './spiffe-id.ts'

/** What the access-token generation of the service says of a user and an identity. */
export interface ToolAccess {
  readonly version: string
  readonly allowedTools: readonly string[]
  readonly deniedTools: readonly string[]
}

/** A user whose token the service validated. */
export interface TokenUser {
  readonly subject: string
  readonly agent: string | undefined
  readonly provider: string | undefined
}

/** `value` in its shape, or undefined. The shapes are loaded with the first answer. */
async function shaped<Name extends keyof Shapes>(name: Name, value: unknown): Promise<Shapes[Name] | undefined> {
  const { shapes } = await import('./aztp-shapes.ts')
  return shapes[name].safeParse(value).data as Shapes[Name] | undefined
}

/** The data of a successful answer, in its shape. Refused and misshapen are two different things. */
export async function expect<Name extends keyof Shapes>(name: Name, envelope: Envelope): Promise<Shapes[Name]> {
  accomplished(envelope)
  const data = await shaped(name, envelope.data)
  if (data === undefined) throw new AztpError('unavailable', 'The identity service answers something else than documented.')
  return data
}

export function accomplished(envelope: Envelope): void {
  if (!envelope.success) throw new AztpError('refused', `The identity service refused (${envelope.code ?? 'no code'}).`)
}

export function toRecord(sent: Shapes['record'], name = ''): IdentityRecord {
  const { workloadInfo, ...record } = sent
  const trustDomain = parseWorkloadId(sent.aztpId)?.trustDomain ?? workloadInfo?.trustDomain
  return { ...record, name: sent.name ?? name, trustDomain }
}

export async function issueIdentity(
  call: Wire,
  name: string,
  environment: string,
  options: IssueOptions,
  clock: Clock,
): Promise<{ aztpId: string; workloadId: string; valid: boolean }> {
  const { trustDomain, parentIdentity, isGlobalIdentity = false, metadata = {} } = options
  const envelope = await call({
    method: 'POST',
    path: 'aztp/issue-identity',
    body: {
      workloadId: name,
      agentId: 'aztp',
      timestamp: new Date(clock.now()).toISOString().replace('Z', '+00:00'),
      isGlobalIdentity,
      method: 'node',
      metadata: { hostname: 'safe-mcp', environment, extra: metadata, trustDomain, parentIdentity },
    },
  })
  const { aztpId, valid, workloadInfo } = await expect('issued', envelope)
  if (valid === false) throw new AztpError('refused', 'The identity service did not issue the identity.')
  return { aztpId, workloadId: workloadInfo.workloadId, valid: true }
}

/** Actions that were asked for and answered `true`. Some versions wrap the answer in a second envelope. */
export async function readPermissions(envelope: Envelope, actions: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const outer = await expect('members', envelope)
  const inner =
    outer.success === true && typeof outer.data === 'object' && outer.data !== null ? (outer.data as Record<string, unknown>) : outer
  return new Map(actions.map((action) => [action, Object.hasOwn(inner, action) && inner[action] === true]))
}

/** This answer has no `data`: what matters stands beside `success`. */
export async function readTokenUser(envelope: Envelope): Promise<TokenUser | undefined> {
  const answer = await shaped('user', envelope.raw)
  if (answer === undefined) return undefined
  const { sub, agent, provider } = answer.user
  return { subject: sub, agent, provider }
}

export async function readToolAccess(envelope: Envelope): Promise<ToolAccess> {
  const { version, tools } = await expect('tools', envelope)
  return { version: String(version), allowedTools: tools.allowed_tools, deniedTools: tools.denied_tools }
}

/** AZTP ids have the grammar of SPIFFE ids. Checked before a call, so that nothing odd is sent in a URL or body. */
export function requireAztpId(aztpId: string): void {
  if (typeof aztpId !== 'string' || parseWorkloadId(aztpId)?.scheme !== 'aztp') throw new AztpError('invalid', 'This is not an AZTP id.')
}
