import type { AlertSeverity } from './event.ts'

/** Something a person should look at, or that it is over. Built of rule names and ids; never of what was matched. */
export interface Alert {
  /** Same for all notices about one thing, from its first alert to its recovery: what channels deduplicate by. */
  readonly key: string
  readonly status: 'firing' | 'resolved'
  readonly type: 'SAFE_MCP_SECURITY_EVENT' | 'SAFE_MCP_THRESHOLD'
  readonly severity: AlertSeverity
  /** One sentence. */
  readonly title: string
  /** The event that raised it. */
  readonly eventId: string
  readonly technique?: string | undefined
  readonly component?: string | undefined
  readonly user?: string | undefined
  readonly threats: readonly string[]
  /** ISO 8601. */
  readonly timestamp: string
  /** Measured and allowed rate, between 0 and 1, of threshold alerts. */
  readonly rate?: number | undefined
  readonly threshold?: number | undefined
  /** Like events that raised no alert of their own since the last notice. */
  readonly suppressed?: number | undefined
}

/** Where alerts go. What throws or rejects is tried again, then given up, counted and audited. */
export interface AlertChannel {
  readonly name: string
  send(alert: Alert): void | Promise<void>
}

/** The alert record of the AZTP design. */
export function aztpAlert(alert: Alert) {
  return {
    alert_type: alert.type,
    severity: alert.severity,
    event_id: alert.eventId,
    technique: alert.technique ?? null,
    component: alert.component ?? null,
    user: alert.user ?? null,
    threats: alert.threats,
    timestamp: alert.timestamp,
  }
}
