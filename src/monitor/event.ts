import type { Severity } from '../core/finding.ts'
import { printable } from '../lib/printable.ts'

/** Severities as the AZTP design writes them. */
export type AlertSeverity = 'INFO' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'

/**
 * What a monitor event is about. Rates are made of these: `request`; `threat_detected`; `identity_verification` (with
 * `success: false` when it failed); `policy_check` (with `allowed: false` when it was violated). Other types alert by their
 * severity.
 */
export type MonitorEventType = 'request' | 'threat_detected' | 'identity_verification' | 'policy_check' | 'output_redacted' | (string & {})

/** What `record` takes. The names of the AZTP design (`component_id`, `user_id`) are understood as well. */
export interface MonitorDetails {
  readonly severity?: AlertSeverity | Severity | undefined
  readonly technique?: string | undefined
  readonly component?: string | undefined
  readonly user?: string | undefined
  readonly threats?: readonly string[] | undefined
  readonly mitigation?: readonly string[] | undefined
  /** Of `identity_verification`. Default true. */
  readonly success?: boolean | undefined
  /** Of `policy_check`. Default true. */
  readonly allowed?: boolean | undefined
  readonly [more: string]: unknown
}

/** One thing the monitor saw. */
export interface MonitorEvent {
  /** UUID. */
  readonly id: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly type: MonitorEventType
  readonly severity: AlertSeverity
  readonly technique: string | undefined
  readonly component: string | undefined
  readonly user: string | undefined
  readonly threats: readonly string[]
  readonly mitigation: readonly string[]
  readonly details: Readonly<Record<string, unknown>>
}

const severities: ReadonlySet<string> = new Set(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])

/** Makes an event of a type and details of any shape: strings are bounded and escaped, unknown severities are `INFO`. */
export function toMonitorEvent(type: MonitorEventType, details: MonitorDetails, now: number): MonitorEvent {
  const severity = String(details.severity ?? 'INFO').toUpperCase()
  return {
    id: crypto.randomUUID(),
    timestamp: new Date(now).toISOString(),
    type: printable(String(type), 64),
    severity: (severities.has(severity) ? severity : 'INFO') as AlertSeverity,
    technique: text(details.technique),
    component: text(details.component ?? details['componentId'] ?? details['component_id']),
    user: text(details.user ?? details['userId'] ?? details['user_id']),
    threats: texts(details.threats),
    mitigation: texts(details.mitigation ?? details['mitigations']),
    details,
  }
}

/** The same event under the names of the AZTP design. */
export function aztpEvent(event: MonitorEvent) {
  return {
    event_id: event.id,
    timestamp: event.timestamp,
    event_type: event.type,
    safe_mcp_technique: event.technique ?? null,
    severity: event.severity,
    component_id: event.component ?? null,
    user_id: event.user ?? null,
    threat_indicators: event.threats,
    mitigation_applied: event.mitigation,
    details: event.details,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? printable(value, 128) : undefined
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value
    .slice(0, 32)
    .filter((item) => typeof item === 'string')
    .map((item) => printable(item, 128))
}
