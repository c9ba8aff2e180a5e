import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { AuditEvent, AuditRecord, ChainHead } from './event.ts'

/** All decisions, those that changed or denied something, or denials alone. What monitor mode would have denied counts as a denial. */
export type Wanted = 'all' | 'changes' | 'denials'

/**
 * Where audit events go. Calls never overlap: the next write waits for the promise of the last one. What throws or rejects is tried
 * again, with the same event, until it succeeds; meanwhile events wait in a bounded queue.
 */
export interface Sink {
  readonly name: string
  /** Which decisions this sink wants at the least; records that no sink wants are not even made. Default `all`. */
  readonly wants?: Wanted | undefined
  /** Which records this sink wants; all by default. Its chain is made of these alone. */
  accepts?(record: AuditRecord): boolean
  /** `line` is the JSON text the event's hash covers: a sink that keeps lines keeps this one. */
  write(event: AuditEvent, line: string): void | Promise<void>
  /** In place of `write`, for sinks that are cheaper by the batch. All or nothing. */
  writeMany?(events: readonly AuditEvent[], lines: readonly string[]): void | Promise<void>
  /** Where this sink's chain stands, so that it goes on over a restart. Asked once, before the first write. */
  resume?(): MaybePromise<ChainHead | undefined>
  flush?(): void | Promise<void>
  close?(): void | Promise<void>
}

/** Whether a sink that wants `wanted` wants this record. What is no decision is always wanted. */
export function wantsRecord(wanted: Wanted, { decision, enforced }: AuditRecord): boolean {
  if (wanted === 'all' || decision === undefined || decision === 'deny' || enforced === false) return true
  return wanted === 'changes' && decision === 'rewrite'
}
