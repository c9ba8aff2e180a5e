import { checkInteger, checkKeys, checkOneOf } from '../core/check-options.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import type { Severity } from '../core/finding.ts'
import type { Observer } from '../core/observer.ts'
import { sha256Hex } from '../lib/sha256.ts'
import type { HashText } from './chain.ts'
import { type CheckpointOptions, CheckpointSigner } from './checkpoint.ts'
import { consoleSink } from './console-sink.ts'
import type { AuditEventType, AuditRecord, ChainHead } from './event.ts'
import { type AuditTrouble, Lane } from './lane.ts'
import { loggableDetails } from './record.ts'
import type { Sink, Wanted } from './sink.ts'
import { Trail } from './trail.ts'

export interface AuditOptions {
  /** Where events go. Default: `consoleSink()`, one readable line per denial. */
  readonly sinks?: readonly Sink[] | undefined
  /** Which decisions are recorded: all (default), those that changed or denied something, or denials alone. */
  readonly record?: Wanted | undefined
  /** Records also that a tool call is about to run, so that a crash in the middle of it leaves a trace. Doubles the events of tool calls. Default false. */
  readonly writeAhead?: boolean | undefined
  readonly queue?:
    | {
        /** Events waiting per sink. Default 10,000. */
        readonly maxEvents?: number | undefined
      }
    | undefined
  /**
   * A full queue: `drop` gives up the oldest *allow* events, counts them in the chain and goes on; `refuse` makes `auditGuard` answer
   * `audit_unavailable` in every mode but monitor. Strict mode always refuses. Denials are never dropped. Default `drop`.
   */
  readonly onFull?: 'drop' | 'refuse' | undefined
  readonly checkpoints?: CheckpointOptions | undefined
  /** Last pass over what a caller worded (tool names, paths) and over private reasons before it is recorded. `safeMcp()` takes secrets out. */
  readonly redact?: ((text: string) => string) | undefined
  /** SHA-256 of a text in hexadecimal, where the platform has a faster one than ours. */
  readonly hash?: HashText | undefined
  /** Told when a sink begins to fail, when events begin to be lost, and when either is over. */
  readonly onTrouble?: ((trouble: AuditTrouble) => void) | undefined
  /** The longest `close` waits for sinks. Default 10,000. */
  readonly closeTimeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

/** What you give to {@link AuditLog.record}. */
export interface AuditNote {
  readonly severity?: Severity | undefined
  readonly user?: string | undefined
  readonly exchange?: string | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

export interface AuditStats {
  /** Records made, whatever became of them. */
  readonly recorded: number
  readonly sinks: readonly {
    readonly name: string
    readonly written: number
    readonly pending: number
    readonly dropped: number
    readonly folded: number
    readonly failures: number
    readonly head: ChainHead | undefined
  }[]
}

/** An observer that keeps a hash-chained record of every decision. */
export interface AuditLog extends Observer {
  readonly name: 'audit'
  /** Adds an event of your own. Details are cut to scalars and lists of strings; what they say is your responsibility. */
  record(type: AuditEventType, note?: AuditNote): void
  /** True while a sink's queue is full: events are being lost, or would be. */
  readonly saturated: boolean
  readonly onFull: 'drop' | 'refuse'
  stats(): AuditStats
  /** Resolves when every event so far was taken by every sink. Pass it to `waitUntil` where the platform stops after the reply. */
  flush(): Promise<void>
  /** Flushes for at most `closeTimeoutMs`, writes a last checkpoint and closes the sinks. Later events are ignored. */
  close(): Promise<void>
}

const optionKeys = [
  'sinks',
  'record',
  'writeAhead',
  'queue',
  'onFull',
  'checkpoints',
  'redact',
  'hash',
  'onTrouble',
  'closeTimeoutMs',
  'clock',
] as const satisfies readonly (keyof AuditOptions)[]

/**
 * Makes an audit log.
 *
 * ```ts
 * const log = createAuditLog({ sinks: [fileSink({ path: 'audit.jsonl' })] })
 * app.use(safeMcp({ audit: log }))
 * ```
 */
export function createAuditLog(options: AuditOptions = {}): AuditLog {
  checkKeys(options as unknown, optionKeys, 'audit')
  const { sinks = [consoleSink()], record: which = 'all', writeAhead = false, clock = systemClock, hash = sha256Hex } = options
  const { onFull = 'drop', closeTimeoutMs = 10_000, redact = (text) => text, onTrouble } = options
  checkOneOf(which, ['all', 'changes', 'denials'], 'audit.record', 'all')
  checkOneOf(onFull, ['drop', 'refuse'], 'audit.onFull', 'drop')
  if (options.queue !== undefined) checkKeys(options.queue as unknown, ['maxEvents'], 'audit.queue')
  const maxEvents = checkInteger(options.queue?.maxEvents, 'audit.queue.maxEvents', 10_000)
  for (const [i, sink] of sinks.entries()) {
    if (typeof sink?.write === 'function' && typeof sink.name === 'string') continue
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: `audit.sinks[${i}]`,
      message: 'is not a sink: it needs a name and write(event).',
    })
  }
  const lanes = sinks.map(
    (sink) =>
      new Lane({
        sink,
        // When requests are refused at the brim, those already under way still find room.
        capacity: onFull === 'refuse' ? maxEvents * 2 : maxEvents,
        clock,
        hash,
        signer: options.checkpoints === undefined ? undefined : new CheckpointSigner(options.checkpoints),
        onTrouble: (trouble) => onTrouble?.(trouble),
      }),
  )
  const key = Symbol('audit')
  const wanted = least(which, sinks)
  let recorded = 0

  function trailOf(ctx: GuardContext): Trail {
    let trail = ctx.notes.get(key) as Trail | undefined
    if (trail === undefined) {
      trail = new Trail(hash, redact)
      ctx.notes.set(key, trail)
    }
    return trail
  }

  function append(record: AuditRecord): void {
    recorded++
    for (const lane of lanes) lane.push(record)
  }

  return {
    name: 'audit',
    onFull,
    get saturated() {
      return lanes.some((lane) => lane.pending >= maxEvents)
    },
    record(type, note = {}) {
      append({
        id: crypto.randomUUID(),
        time: new Date(clock.now()).toISOString(),
        type,
        severity: note.severity ?? 'info',
        ...(note.user === undefined ? {} : { user: note.user }),
        ...(note.exchange === undefined ? {} : { exchange: note.exchange }),
        details: loggableDetails(note.details ?? {}),
      })
    },
    onFinding(finding, ctx) {
      trailOf(ctx).finding(finding)
    },
    onMessage(message, ctx) {
      const trail = trailOf(ctx)
      trail.message(message)
      if (writeAhead && message.tool !== undefined) append(trail.intent(message, ctx))
    },
    onVerdict(verdict, ctx) {
      const record = trailOf(ctx).verdict(verdict, ctx)
      if (record !== undefined) append(record)
    },
    onClose(summary, ctx) {
      for (const record of trailOf(ctx).close(summary, ctx, wanted)) append(record)
      ctx.notes.delete(key)
    },
    stats: () => ({
      recorded,
      sinks: lanes.map(({ sink, written, pending, dropped, folded, failures, head }) => ({
        name: sink.name,
        written,
        pending,
        dropped,
        folded,
        failures,
        head,
      })),
    }),
    async flush() {
      await Promise.all(lanes.map((lane) => lane.flush()))
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close(closeTimeoutMs)))
    },
  }
}

const breadth: readonly Wanted[] = ['denials', 'changes', 'all']

/** What must be recorded so that every sink gets what it wants, but no more than `limit`. */
function least(limit: Wanted, sinks: readonly Sink[]): Wanted {
  const widest = Math.max(0, ...sinks.map((sink) => breadth.indexOf(sink.wants ?? 'all')))
  return breadth[Math.min(widest, breadth.indexOf(limit))] as Wanted
}
