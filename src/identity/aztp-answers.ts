import * as z from 'zod/mini'
import type { Clock } from '../core/clock.ts'
import type { TokenUser, ToolAccess } from './aztp-client.ts'
import type { Envelope, Wire } from './aztp-wire.ts'
import { AztpError, type IdentityRecord, type IssueOptions } from './identity-service.ts'
import { parseWorkloadId } from './spiffe-id.ts'

const text = z.string().check(z.minLength(1), z.maxLength(2048))
const optionalText = z.catch(z.optional(text), undefined)
/** What the service sends, as far as we rely on it. Members we do not know are left alone. */
export const recordShape = z.object({
  aztpId: text,
  name: optionalText,
  status: text,
  identityType: optionalText,
  environment: optionalText,
  parentIdentity: optionalText,
  isGlobalIdentity: z.catch(z.optional(z.boolean()), undefined),
  createdAt: optionalText,
  updatedAt: optionalText,
  workloadInfo: z.catch(z.optional(z.object({ trustDomain: optionalText })), undefined),
})
const issuedShape = z.object({ aztpId: text, valid: z.optional(z.boolean()), workloadInfo: z.object({ workloadId: text }) })
export const validShape = z.object({ valid: z.boolean() })
export const idShape = z.object({ _id: text })
export const linkShape = z.object({ _id: text, sourceIdentity: text, targetIdentity: text, relationshipType: z.enum(['linked', 'parent']) })
const userShape = z.object({
  success: z.literal(true),
  valid: z.literal(true),
  user: z.object({ sub: text, agent: optionalText, provider: optionalText }),
})
const toolsShape = z.object({
  version: z.union([text, z.number()]),
  mcp_url: text,
  tools: z.object({ allowed_tools: z.array(text), denied_tools: z.array(text) }),
})

export const recordList = z.array(recordShape)
export const unknownList = z.array(z.unknown())

/** The data of a successful answer, in its shape. Refused and misshapen are two different things. */
export function expect<T extends z.ZodMiniType>(shape: T, envelope: Envelope): z.output<T> {
  accomplished(envelope)
  const parsed = shape.safeParse(envelope.data)
  if (!parsed.success) throw new AztpError('unavailable', 'The identity service answers something else than documented.')
  return parsed.data
}

export function accomplished(envelope: Envelope): void {
  if (!envelope.success) throw new AztpError('refused', `The identity service refused (${envelope.code ?? 'no code'}).`)
}

export function toRecord(sent: z.output<typeof recordShape>, name = ''): IdentityRecord {
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
  const { aztpId, valid, workloadInfo } = expect(issuedShape, envelope)
  if (valid === false) throw new AztpError('refused', 'The identity service did not issue the identity.')
  return { aztpId, workloadId: workloadInfo.workloadId, valid: true }
}

/** Actions that were asked for and answered `true`. Some versions wrap the answer in a second envelope. */
export function readPermissions(envelope: Envelope, actions: readonly string[]): ReadonlyMap<string, boolean> {
  const outer = expect(z.record(z.string(), z.unknown()), envelope)
  const inner =
    outer.success === true && typeof outer.data === 'object' && outer.data !== null ? (outer.data as Record<string, unknown>) : outer
  return new Map(actions.map((action) => [action, Object.hasOwn(inner, action) && inner[action] === true]))
}

/** This answer has no `data`: what matters stands beside `success`. */
export function readTokenUser(envelope: Envelope): TokenUser | undefined {
  const answer = userShape.safeParse(envelope.raw)
  if (!answer.success) return undefined
  const { sub, agent, provider } = answer.data.user
  return { subject: sub, agent, provider }
}

export function readToolAccess(envelope: Envelope): ToolAccess {
  const { version, tools } = expect(toolsShape, envelope)
  return { version: String(version), allowedTools: tools.allowed_tools, deniedTools: tools.denied_tools }
}

/** AZTP ids have the grammar of SPIFFE ids. Checked before a call, so that nothing odd is sent in a URL or body. */
export function requireAztpId(aztpId: string): void {
  if (typeof aztpId !== 'string' || parseWorkloadId(aztpId)?.scheme !== 'aztp') throw new AztpError('invalid', 'This is not an AZTP id.')
}
