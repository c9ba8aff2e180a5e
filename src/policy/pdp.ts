import type { Finding } from '../core/finding.ts'
import type { ChainReport, Principal } from '../core/principal.ts'
import type { DenyAs } from '../core/verdict.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'

/** What is protected. Prompts and resources follow the same rules as tools. */
export type ResourceType = 'tool' | 'prompt' | 'resource'

/** Who asks: the authenticated caller, one component of its chain, or nobody known. */
export interface Subject {
  /** `user`, `agent`, `service`, `component` or `anonymous`. */
  readonly type: string
  /** Empty for `anonymous`. */
  readonly id: string
  /** Attributes, then the verified facts, which attributes cannot shadow: `scopes`, `provider`, `trust_domain`, ... */
  readonly properties: Readonly<Record<string, unknown>>
}

/** What a decision may depend on besides who and what. */
export interface PolicyContext {
  /** Arguments of the call. Absent while a list is filtered: the question is then whether *some* arguments could be allowed. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
  /** Unix time in milliseconds. */
  readonly time?: number | undefined
  /** Address of the peer socket. */
  readonly ip?: string | undefined
  /** Signed one-time approval that came with the call. Not sent to remote decision points. */
  readonly approval?: string | undefined
  /** Id of the exchange. */
  readonly exchange?: string | undefined
  /** Aborts when nobody waits for the answer any more. Not sent to remote decision points. */
  readonly signal?: AbortSignal | undefined
  /** Facts of your own, for questions you ask yourself. */
  readonly [fact: string]: unknown
}

/** A question to a policy decision point, with the names of AuthZEN 1.0. */
export interface PolicyRequest {
  readonly subject: Subject
  /** The MCP method: `tools/call`, `prompts/get`, `resources/read`. A name without a slash is itself what patterns are about. */
  readonly action: { readonly name: string }
  /** `id` is the tool's or prompt's name or the resource's URI, compared exactly. */
  readonly resource: { readonly type: ResourceType; readonly id: string }
  readonly context: PolicyContext
}

/** Codes a policy may refuse with. */
export type PolicyDenialCode =
  | 'tool_denied'
  | 'scope_insufficient'
  | 'identity_required'
  | 'schema_invalid'
  | 'approval_required'
  | 'provider_unavailable'

/** What must happen besides letting the call through. */
export interface Obligations {
  /** Write an audit record even though the call is allowed. */
  readonly audit?: boolean | undefined
  /** Let the call through only with a signed one-time approval. */
  readonly approval?: boolean | undefined
}

/** An answer. Only `decision: true` allows. */
export interface Decision {
  readonly decision: boolean
  /** For audit and tests; never shown to the caller. */
  readonly reason: string
  /** Why it was refused; `tool_denied` when absent. */
  readonly code?: PolicyDenialCode | undefined
  /** Id of the statement that decided. */
  readonly statement?: string | undefined
  /** With `scope_insufficient`: every scope this operation needs. */
  readonly scopes?: readonly string[] | undefined
  readonly obligations?: Obligations | undefined
  /** What argument checks noticed. Pointers start at the arguments. */
  readonly findings?: readonly Finding[] | undefined
  /** Safe to show: per-path schema faults. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  readonly denyAs?: DenyAs | undefined
}

/** Answers questions. Anything that can say yes or no plugs in here: documents, lists, remote services, Cedar, your own code. */
export interface PolicyDecisionPoint {
  readonly name: string
  evaluate(request: PolicyRequest): MaybePromise<Decision>
  /** Answers many questions of one subject at once, in order. Lists are filtered with it where it exists. */
  evaluateAll?(requests: readonly PolicyRequest[]): MaybePromise<readonly Decision[]>
}

const anonymous: Subject = { type: 'anonymous', id: '', properties: {} }
const subjects = new WeakMap<Principal, Subject>()

/** The caller as a policy sees it. */
export function subjectOf(principal: Principal | undefined): Subject {
  if (principal === undefined) return anonymous
  let subject = subjects.get(principal)
  if (subject === undefined) {
    const { id, kind, attributes, scopes, provider, issuer, chain, assurance, aztpId, trustDomain } = principal
    const verified = {
      id,
      kind,
      scopes,
      provider,
      issuer,
      subject: principal.subject,
      chain,
      assurance,
      aztp_id: aztpId,
      trust_domain: trustDomain,
    }
    subject = { type: kind, id, properties: { ...attributes, ...verified } }
    subjects.set(principal, subject)
  }
  return subject
}

/** One component of a verified chain as a policy sees it: a decision can be asked for it as well as for the caller. */
export function componentSubject(chain: ChainReport | undefined, id: string): Subject {
  const component = chain?.components.find((one) => one.id === id || one.aztpId === id)
  if (component === undefined || !component.valid) return anonymous
  const { status, aztpId, identityType } = component
  return { type: 'component', id, properties: { id, status, identity_type: identityType, aztp_id: aztpId } }
}
