import type { Clock } from '../core/clock.ts'
import type { GuardContext } from '../core/context.ts'
import { compareSeverity, type Finding, type Severity } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import { own } from '../lib/json-object.ts'
import { printable } from '../lib/printable.ts'
import { parseTraceparent } from '../lib/trace-context.ts'
import { canonicalArguments } from '../mcp/arguments-hash.ts'
import type { HashText } from './chain.ts'
import type { AuditDetails, AuditEventType, AuditRecord } from './event.ts'

/** The most findings one event lists. */
export const maxFindings = 32

/** What an event says of one message: names, a hash and a size. */
export interface MessageFacts {
  readonly id: string | number | undefined
  readonly method: string | undefined
  readonly tool: string | undefined
  readonly argumentsHash: string | undefined
  readonly argumentsLength: number | undefined
  readonly trace: string | undefined
}

/** Takes from a message what may be kept. */
export function messageFacts(message: Message, hash: HashText): MessageFacts {
  const params = own(message.value, 'params')
  const args = message.tool === undefined ? undefined : canonicalArguments(message)
  return {
    id: message.id,
    method: message.method === undefined ? undefined : printable(message.method, 128),
    tool: message.tool === undefined ? undefined : printable(message.tool, 128),
    argumentsHash: args === undefined ? undefined : hash(args),
    argumentsLength: args?.length,
    trace: parseTraceparent(own(own(params, '_meta'), 'traceparent'))?.traceId,
  }
}

/** What an event says of the exchange and its caller. */
export function exchangeFacts(ctx: GuardContext) {
  const { request, principal, chain } = ctx
  return {
    exchange: ctx.id,
    trace: parseTraceparent(request.headers.get('traceparent'))?.traceId,
    user: principal === undefined ? undefined : printable(principal.id),
    provider: principal?.provider,
    components: chain?.components.slice(0, 16).map((component) => printable(component.id, 128)),
    client: request.remoteAddress,
  } as const
}

/** Method and path; the query stays out, because secrets travel in it. */
export function httpFacts(ctx: GuardContext, status?: number) {
  return { method: printable(ctx.request.method, 16), path: printable(ctx.request.path), ...(status === undefined ? {} : { status }) }
}

/** Findings as they may be logged: a pointer is made of keys the caller chose. */
export function loggable(finding: Finding): Finding {
  const { rule, severity, technique, pointer, range, layers } = finding
  return {
    rule: printable(rule, 128),
    severity,
    ...(technique === undefined ? {} : { technique }),
    ...(pointer === undefined ? {} : { pointer: printable(pointer) }),
    ...(range === undefined ? {} : { range }),
    ...(layers === undefined ? {} : { layers }),
  }
}

/** The worst of some findings, at least `floor`. */
export function worst(findings: readonly Finding[], floor: Severity): Severity {
  let severity = floor
  for (const finding of findings) if (compareSeverity(finding.severity, severity) > 0) severity = finding.severity
  return severity
}

/** A record the log writes about itself. */
export function systemRecord(clock: Clock, type: AuditEventType, severity: Severity, details: AuditDetails): AuditRecord {
  return { id: crypto.randomUUID(), time: new Date(clock.now()).toISOString(), type, severity, details }
}

/** Details of any shape made fit for a line: scalars and lists of strings, bounded, controls escaped. Never throws. */
export function loggableDetails(details: Readonly<Record<string, unknown>>): AuditDetails {
  const kept: Record<string, string | number | boolean | null | readonly string[]> = Object.create(null)
  for (const key of Object.keys(details).slice(0, 32)) {
    const value = details[key]
    const name = printable(key, 64)
    if (typeof value === 'string') kept[name] = printable(value, 512)
    else if (typeof value === 'boolean' || value === null || (typeof value === 'number' && Number.isFinite(value))) kept[name] = value
    else if (Array.isArray(value)) {
      kept[name] = value
        .slice(0, 32)
        .filter((item) => typeof item === 'string')
        .map((item) => printable(item))
    }
  }
  return kept
}
