import type { Clock } from './clock.ts'
import type { DenialCode } from './codes.ts'
import type { Finding } from './finding.ts'
import type { RequestFacts } from './http.ts'
import type { Mode } from './mode.ts'
import type { AuthInfo, ChainReport, Principal } from './principal.ts'

/** What is known of an MCP exchange, decided by the body and cross-checked with headers. */
export interface McpFacts {
  /** `legacy`: sessions and `initialize`. `modern`: revision 2026-07-28, everything per request. */
  readonly era: 'legacy' | 'modern'
  /** Revision named by body or header, when one was named. */
  readonly revision?: string | undefined
  /** The body is a JSON array. */
  readonly batch: boolean
  /** Method of the one message, or of a batch's first entry. Undefined on GET, DELETE and posted responses. */
  readonly method?: string | undefined
  /** Tool of a `tools/call`. */
  readonly tool?: string | undefined
  readonly sessionId?: string | undefined
  /** Where headers and body contradict each other, or name a revision nobody speaks. The protocol guard refuses it. */
  readonly disagreement?:
    | { readonly code: DenialCode; readonly reason?: string; readonly data?: Readonly<Record<string, unknown>> }
    | undefined
}

/** All a guard may know and do. */
export interface GuardContext {
  /** Exchange id: in every denial, finding and audit event. */
  readonly id: string
  readonly request: RequestFacts
  /** Undefined on plain routes, and before the body was read where only the body can tell. */
  readonly mcp: McpFacts | undefined
  readonly principal: Principal | undefined
  readonly authInfo: AuthInfo | undefined
  readonly chain: ChainReport | undefined
  readonly mode: Mode
  /** True on MCP routes and where a per-route guard is mounted: content is repaired or denied there, not only noted. */
  readonly guarded: boolean
  readonly findings: readonly Finding[]
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Notes between hooks of one guard or observer, keyed by something only that one has. */
  readonly notes: Map<unknown, unknown>
  report(finding: Finding): void
  /** Attaches the verified caller. Only identity verification calls this. */
  authenticate(principal: Principal, authInfo?: AuthInfo): void
  /** Attaches the verified component chain. */
  attachChain(chain: ChainReport): void
  /** The typed value a schema made of the body, for handlers. Wire bytes stay as they are. */
  setTypedBody(value: unknown): void
  /** Sets or removes (`undefined`) a request header before the handler sees it. Lower-case name. */
  setRequestHeader(name: string, value: string | undefined): void
  /** Adds a header to the response, whoever writes it. Lower-case name. */
  setResponseHeader(name: string, value: string): void
  /** Loosens content guards for this exchange from now on (`relax`). */
  relax(guards: Readonly<Record<string, false>>): void
}
