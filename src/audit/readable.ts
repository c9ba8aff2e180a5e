import type { AuditRecord } from './event.ts'

/**
 * An event in one line for people: what happened, where, why, and where to read on. All text in it is bounded and escaped already.
 *
 * `safe-mcp denied POST /mcp tools/call file_access: tool_denied by tools (no statement matched) rule=... exchange=... docs/errors.md#tool_denied`
 */
export function readableLine(event: AuditRecord): string {
  const parts = ['safe-mcp', verb(event)]
  if (event.http !== undefined) parts.push(event.http.method, event.http.path)
  if (event.method !== undefined) parts.push(event.method)
  if (event.tool !== undefined) parts.push(event.tool)
  if (event.code !== undefined) parts.push(`${event.code} by ${event.guard ?? '?'}`)
  if (event.reason !== undefined) parts.push(`(${event.reason})`)
  for (const finding of event.findings?.slice(0, 3) ?? []) {
    parts.push(`rule=${finding.rule}${finding.pointer === undefined ? '' : ` at ${finding.pointer || '/'}`}`)
  }
  const more = (event.findingsTotal ?? event.findings?.length ?? 0) - 3
  if (more > 0) parts.push(`and ${more} more`)
  if (event.mitigations !== undefined && event.decision !== 'deny') parts.push(event.mitigations.join(' '))
  if (event.user !== undefined) parts.push(`user=${event.user}`)
  if (event.details !== undefined) parts.push(detailsOf(event.details))
  if (event.exchange !== undefined) parts.push(`exchange=${event.exchange}`)
  if (event.code !== undefined) parts.push(`see docs/errors.md#${event.code}`)
  return parts.join(' ')
}

/** An alert says what it is about; of anything else the details speak. */
function detailsOf(details: NonNullable<AuditRecord['details']>): string {
  const { title, status } = details
  return typeof title === 'string' && typeof status === 'string' ? `${status}: ${title}` : JSON.stringify(details)
}

function verb(event: AuditRecord): string {
  if (event.enforced === false) return 'would deny'
  switch (event.decision) {
    case 'deny':
      return 'denied'
    case 'rewrite':
      return 'repaired'
    case 'allow':
      return 'allowed'
    default:
      return event.type
  }
}
