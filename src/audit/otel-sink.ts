import type { Severity } from '../core/finding.ts'
import type { AuditEvent } from './event.ts'
import { readableLine } from './readable.ts'
import type { Sink } from './sink.ts'

/** The part of a logger of `@opentelemetry/api-logs` that is used. */
export interface OtelLogger {
  emit(record: {
    timestamp: number
    severityNumber: number
    severityText: string
    body: string
    attributes: Record<string, string | number | boolean>
  }): void
}

/** Severity numbers of the OpenTelemetry log data model: INFO, INFO3, WARN, ERROR, FATAL. */
const severityNumbers: Readonly<Record<Severity, number>> = { info: 9, low: 11, medium: 13, high: 17, critical: 21 }

/**
 * Hands events to OpenTelemetry logs.
 *
 * ```ts
 * import { logs } from '@opentelemetry/api-logs'
 * createAuditLog({ sinks: [otelSink({ logger: logs.getLogger('safe-mcp') })] })
 * ```
 */
export function otelSink(options: { readonly logger: OtelLogger; readonly accepts?: Sink['accepts'] }): Sink {
  const { logger, accepts } = options
  return {
    name: 'otel',
    ...(accepts === undefined ? {} : { accepts }),
    write(event) {
      logger.emit({
        timestamp: Date.parse(event.time),
        severityNumber: severityNumbers[event.severity],
        severityText: event.severity.toUpperCase(),
        body: readableLine(event),
        attributes: attributesOf(event),
      })
    },
  }
}

function attributesOf(event: AuditEvent): Record<string, string | number | boolean> {
  const all: Record<string, string | number | boolean | undefined> = {
    'event.name': `safe_mcp.${event.type}`,
    'event.id': event.id,
    'safe_mcp.audit.seq': event.seq,
    'safe_mcp.audit.chain': event.chain,
    'safe_mcp.audit.prev': event.prev,
    'safe_mcp.audit.hash': event.hash,
    'safe_mcp.exchange': event.exchange,
    'safe_mcp.decision': event.decision,
    'safe_mcp.enforced': event.enforced,
    'safe_mcp.guard': event.guard,
    'safe_mcp.arguments_hash': event.argumentsHash,
    'safe_mcp.rules': event.findings?.map((finding) => finding.rule).join(','),
    'error.type': event.code,
    'user.id': event.user,
    'client.address': event.client,
    'mcp.method.name': event.method,
    'gen_ai.tool.name': event.tool,
    'http.request.method': event.http?.method,
    'http.response.status_code': event.http?.status,
    'url.path': event.http?.path,
    trace_id: event.trace,
  }
  const present: Record<string, string | number | boolean> = {}
  for (const [key, value] of Object.entries(all)) if (value !== undefined) present[key] = value
  return present
}
