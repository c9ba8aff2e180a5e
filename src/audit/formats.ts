import type { Severity } from '../core/finding.ts'
import type { AuditEvent } from './event.ts'

const product = 'safe-mcp'

const cefSeverity: Readonly<Record<Severity, number>> = { info: 1, low: 3, medium: 5, high: 8, critical: 10 }
const ocsfSeverity: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 }

/** One line of the Common Event Format (ArcSight CEF, version 0), without a syslog header. */
function cef(event: AuditEvent): string {
  const id = event.code ?? event.decision ?? event.type
  const name = [event.decision ?? event.type, event.method, event.tool].filter((part) => part !== undefined).join(' ')
  const header = ['CEF:0', product, product, '1', id, name, String(cefSeverity[event.severity])].map(cefHeader).join('|')
  const fields: [string, string | number | undefined][] = [
    ['rt', Date.parse(event.time)],
    ['externalId', event.id],
    ['act', event.decision],
    ['outcome', event.outcome],
    ['reason', event.reason],
    ['suser', event.user],
    ['src', event.client],
    ['requestMethod', event.http?.method],
    ['request', event.http?.path],
    ['cs1Label', event.tool === undefined ? undefined : 'tool'],
    ['cs1', event.tool],
    ['cs2Label', event.exchange === undefined ? undefined : 'exchange'],
    ['cs2', event.exchange],
    ['cs3Label', event.trace === undefined ? undefined : 'trace'],
    ['cs3', event.trace],
    ['cs4Label', event.findings === undefined ? undefined : 'rules'],
    ['cs4', event.findings?.map((finding) => finding.rule).join(',')],
    ['cs5Label', event.argumentsHash === undefined ? undefined : 'argumentsHash'],
    ['cs5', event.argumentsHash],
    ['cn1Label', 'seq'],
    ['cn1', event.seq],
    ['fileHash', event.hash],
  ]
  const extension = fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${cefValue(String(value))}`])).join(' ')
  return `${header}|${extension}`
}

/** An API Activity event (class 6003) of the Open Cybersecurity Schema Framework 1.3, with the `security_control` profile. */
function ocsf(event: AuditEvent) {
  const denied = event.decision === 'deny'
  return {
    activity_id: 99,
    activity_name: event.method ?? event.type,
    category_uid: 6,
    class_uid: 6003,
    type_uid: 600399,
    time: Date.parse(event.time),
    severity_id: ocsfSeverity[event.severity],
    status_id: denied || event.outcome === 'failed' ? 2 : 1,
    status_code: event.code,
    status_detail: event.reason,
    duration: event.durationMs === undefined ? undefined : Math.round(event.durationMs),
    action_id: event.decision === undefined ? 0 : denied ? 2 : 1,
    // Allowed, Blocked, Corrected.
    disposition_id: event.decision === undefined ? 0 : denied ? 2 : event.decision === 'rewrite' ? 11 : 1,
    message: [event.decision ?? event.type, event.tool].filter((part) => part !== undefined).join(' '),
    metadata: {
      version: '1.3.0',
      profiles: ['security_control'],
      product: { name: product, vendor_name: product },
      uid: event.id,
      sequence: event.seq,
      correlation_uid: event.trace ?? event.exchange,
    },
    actor: {
      user: event.user === undefined ? undefined : { uid: event.user },
      idp: event.provider === undefined ? undefined : { name: event.provider },
    },
    api: {
      operation: event.method ?? event.http?.method ?? event.type,
      service: event.tool === undefined ? undefined : { name: event.tool },
    },
    src_endpoint: event.client === undefined ? {} : { ip: event.client },
    http_request: event.http === undefined ? undefined : { http_method: event.http.method, url: { path: event.http.path } },
    http_response: event.http?.status === undefined ? undefined : { code: event.http.status },
    unmapped: {
      chain: event.chain,
      prev: event.prev,
      hash: event.hash,
      guard: event.guard,
      statement: event.statement,
      arguments_hash: event.argumentsHash,
      rules: event.findings?.map((finding) => finding.rule),
      techniques: techniquesOf(event),
      mitigations: event.mitigations,
      details: event.details,
    },
  }
}

/** The event record of the AZTP design. */
function aztp(event: AuditEvent) {
  return {
    event_id: event.id,
    timestamp: event.time,
    event_type: event.type === 'decision' ? `request_${event.decision}` : event.type,
    safe_mcp_technique: techniquesOf(event)[0] ?? null,
    severity: event.severity.toUpperCase(),
    component_id: event.components?.at(-1) ?? null,
    user_id: event.user ?? null,
    threat_indicators: event.findings?.map((finding) => finding.rule) ?? [],
    mitigation_applied: event.mitigations ?? [],
    details: event,
  }
}

/** Pure functions from an event to what other systems read. All text in an event is bounded and free of control characters already. */
export const formats = { cef, ocsf, aztp } as const

function techniquesOf(event: AuditEvent): string[] {
  return [...new Set(event.findings?.flatMap((finding) => finding.technique ?? []) ?? [])]
}

function cefHeader(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('\r', ' ')
}

function cefValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
