import type { DenialCode } from '../core/codes.ts'
import type { Finding, Severity } from '../core/finding.ts'
import type { Phase } from '../core/observer.ts'

/** What became of a message: it passed, it passed after a repair, it was refused. */
export type AuditDecision = 'allow' | 'rewrite' | 'deny'

/**
 * What an audit event is about. `decision`: one per inbound message, or per exchange without one. `intent`: a tool call about to run
 * (`writeAhead`). `alert`: from the monitor. `loss`, `folded`: what a full queue cost. `resume`: a chain goes on after a restart.
 * `checkpoint`: a signature over the chain so far. Your own types through `AuditLog.record`.
 */
export type AuditEventType = 'decision' | 'intent' | 'alert' | 'loss' | 'folded' | 'resume' | 'checkpoint' | (string & {})

/** Counts, hashes and names: never what a request or reply carried. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/**
 * One thing that was decided. It cannot hold what was in the message: arguments are a hash and a size, findings name rules, text that a
 * caller chose (paths, tool names) is cut to a bound and has its control characters escaped.
 */
export interface AuditRecord {
  /** UUID of this event. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly time: string
  readonly type: AuditEventType
  readonly severity: Severity
  readonly decision?: AuditDecision | undefined
  /** False where monitor mode only noted what it would have denied. */
  readonly enforced?: boolean | undefined
  /** Code of the denial. */
  readonly code?: DenialCode | undefined
  /** Guard that denied. */
  readonly guard?: string | undefined
  readonly phase?: Phase | undefined
  /** Private reason of the denial. */
  readonly reason?: string | undefined
  /** Id of the policy statement that decided, when a policy did. */
  readonly statement?: string | undefined
  /** Exchange id: the same one the caller was shown. */
  readonly exchange?: string | undefined
  /** W3C trace id, 32 hexadecimal digits. */
  readonly trace?: string | undefined
  /** Principal id. */
  readonly user?: string | undefined
  /** The verifier that vouched for the principal. */
  readonly provider?: string | undefined
  /** Ids of the component chain, in order. */
  readonly components?: readonly string[] | undefined
  readonly client?: string | undefined
  readonly http?: { readonly method: string; readonly path: string; readonly status?: number | undefined } | undefined
  /** JSON-RPC method. */
  readonly method?: string | undefined
  readonly tool?: string | undefined
  /** SHA-256 of the canonical JSON (RFC 8785) of the arguments the handler got, hexadecimal. */
  readonly argumentsHash?: string | undefined
  /** UTF-16 length of that canonical JSON. */
  readonly argumentsLength?: number | undefined
  /** At most 32; `findingsTotal` says how many there were. */
  readonly findings?: readonly Finding[] | undefined
  readonly findingsTotal?: number | undefined
  /** What was done: `denied:tools`, `rewritten:output`. */
  readonly mitigations?: readonly string[] | undefined
  readonly outcome?: 'finished' | 'aborted' | 'failed' | undefined
  readonly durationMs?: number | undefined
  readonly details?: AuditDetails | undefined
}

/** A record in its place in a chain. Member order is part of the contract: `JSON.stringify(event)` is the line that was hashed. */
export interface AuditEvent extends AuditRecord {
  /** Counts from 1 within a chain. */
  readonly seq: number
  /** UUID of the chain. Each sink has its own. */
  readonly chain: string
  /** Hash of the event before; 64 zeros at the beginning. */
  readonly prev: string
  /** SHA-256, hexadecimal, of this event's JSON without `hash`. */
  readonly hash: string
}

/** Where a chain stands. */
export interface ChainHead {
  readonly chain: string
  readonly seq: number
  readonly hash: string
  /** What a crash left of an unfinished line after the head. */
  readonly torn?: string | undefined
}
