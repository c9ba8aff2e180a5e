import type { AuditEvent } from './event.ts'
import { readableLine } from './readable.ts'
import type { Sink, Wanted } from './sink.ts'

/** What pino, bunyan and the like offer: fields first, then the line. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface ConsoleSinkOptions {
  /** Denials alone (default), repairs too, or everything. */
  readonly show?: Wanted | undefined
  /** `line`: one readable line (default). `json`: the hashed line, for log shippers that keep it. */
  readonly format?: 'line' | 'json' | undefined
  /** A pino-compatible logger in place of the console. It gets the event and the readable line. */
  readonly logger?: Logger | undefined
}

/** Refusals as errors, repairs as warnings, the rest as information. */
export function consoleSink(options: ConsoleSinkOptions = {}): Sink {
  const { show = 'denials', format = 'line', logger } = options
  return {
    name: 'console',
    wants: show,
    // Beside decisions: alerts and losses, not what the log notes for its own order.
    accepts: ({ decision, type, severity }) => show === 'all' || decision !== undefined || (type !== 'intent' && severity !== 'info'),
    write(event, line) {
      const level = levelOf(event)
      if (logger !== undefined) logger[level](event, readableLine(event))
      else console[level](format === 'json' ? line : readableLine(event))
    },
  }
}

function levelOf(event: AuditEvent): 'info' | 'warn' | 'error' {
  if (event.decision === 'deny' || event.outcome === 'failed') return 'error'
  if (event.decision === 'rewrite' || event.enforced === false) return 'warn'
  if (event.decision === undefined && (event.severity === 'high' || event.severity === 'critical')) return 'error'
  return event.decision === undefined && event.severity !== 'info' ? 'warn' : 'info'
}
