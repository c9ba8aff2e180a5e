import type { DenialCode } from './codes.ts'
import type { GuardContext } from './context.ts'
import type { Finding } from './finding.ts'
import type { Message } from './message.ts'
import type { Denial } from './verdict.ts'

/** The part of an exchange a verdict was given in. */
export type Phase = 'request' | 'message' | 'response' | 'reply' | 'text'

/** One verdict other than allow. */
export interface VerdictRecord {
  readonly guard: string
  readonly phase: Phase
  readonly action: 'deny' | 'rewrite'
  /** False where monitor mode recorded what it would have done. */
  readonly enforced: boolean
  readonly denial?: Denial | undefined
  readonly message?: Message | undefined
}

/** An exchange, once it is over. */
export interface ExchangeSummary {
  readonly id: string
  readonly outcome: 'finished' | 'aborted' | 'failed'
  /** Status that was sent, when one was. */
  readonly status?: number | undefined
  /** Code of the enforced denial, when there was one. */
  readonly denied?: DenialCode | undefined
  readonly durationMs: number
}

/** Sees everything, changes nothing. An observer that throws is counted and otherwise ignored. */
export interface Observer {
  readonly name: string
  /** An inbound message that every guard let pass. */
  onMessage?(message: Message, ctx: GuardContext): void
  onFinding?(finding: Finding, ctx: GuardContext): void
  onVerdict?(record: VerdictRecord, ctx: GuardContext): void
  onClose?(summary: ExchangeSummary, ctx: GuardContext): void
  /** Resolves when all that was seen is where it belongs. */
  flush?(): Promise<void>
  close?(): Promise<void>
}
