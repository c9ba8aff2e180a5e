import type { GuardContext } from '../core/context.ts'
import type { Message } from '../core/message.ts'
import type { Observer } from '../core/observer.ts'
import { printable } from '../lib/printable.ts'
import { parseTraceparent, type TraceContext } from '../lib/trace-context.ts'

/** The part of `@opentelemetry/api` (1.x) that is used: pass the module itself. */
export interface OtelApi {
  readonly trace: {
    getTracer(name: string): OtelTracer
    setSpanContext(context: unknown, span: { traceId: string; spanId: string; traceFlags: number; isRemote: boolean }): unknown
  }
  readonly metrics: { getMeter(name: string): OtelMeter }
  readonly ROOT_CONTEXT: unknown
}

interface OtelTracer {
  startSpan(name: string, options: { kind: number; startTime: number; attributes: Attributes }, context: unknown): OtelSpan
}

interface OtelSpan {
  addEvent(name: string, attributes: Attributes, time: number): unknown
  setStatus(status: { code: number }): unknown
  end(time: number): void
}

interface OtelMeter {
  createHistogram(name: string, options: { description: string; unit: string }): { record(value: number, attributes: Attributes): void }
  createCounter(name: string, options: { description: string; unit: string }): { add(value: number, attributes: Attributes): void }
}

type Attributes = Record<string, string | number | boolean>

export interface OtelOptions {
  /** `import * as api from '@opentelemetry/api'`. The package is yours to install; nothing is loaded without it. */
  readonly api: OtelApi
  /** Tools that are named in metrics; every other one is `other`. Spans name them all. */
  readonly tools?: readonly string[] | undefined
  /** The most span events for findings and verdicts of one exchange. Default 32. */
  readonly maxEvents?: number | undefined
}

interface Noted {
  readonly name: string
  readonly attributes: Attributes
  readonly time: number
}

interface Trail {
  message: Message | undefined
  parent: TraceContext | undefined
  denied: string | undefined
  readonly events: Noted[]
}

const serverKind = 1
const errorStatus = 2

/**
 * Traces and metrics with the semantic conventions for MCP: a server span `tools/call search` for each exchange with an MCP message, under
 * the caller's trace (from `_meta.traceparent`, or else the header), with findings and refusals as span events; histogram
 * `mcp.server.operation.duration` in seconds.
 *
 * Spans are made when an exchange is over, with its true times; they are not the parent of what your handler traces.
 */
export function otelObserver(options: OtelOptions): Observer {
  const { api, maxEvents = 32 } = options
  const tools = new Set(options.tools ?? [])
  const tracer = api.trace.getTracer('safe-mcp')
  const meter = api.metrics.getMeter('safe-mcp')
  const durations = meter.createHistogram('mcp.server.operation.duration', {
    description: 'Duration of an MCP request or notification.',
    unit: 's',
  })
  const denials = meter.createCounter('safe_mcp.denials', { description: 'Refusals.', unit: '{denial}' })
  const findings = meter.createCounter('safe_mcp.findings', { description: 'Findings.', unit: '{finding}' })
  const key = Symbol('otel')

  function trailOf(ctx: GuardContext): Trail {
    let trail = ctx.notes.get(key) as Trail | undefined
    if (trail === undefined) {
      const parent = parseTraceparent(ctx.request.headers.get('traceparent'))
      trail = { message: undefined, parent, denied: undefined, events: [] }
      ctx.notes.set(key, trail)
    }
    return trail
  }

  function note(ctx: GuardContext, name: string, attributes: Attributes): void {
    const { events } = trailOf(ctx)
    if (events.length < maxEvents) events.push({ name, attributes, time: ctx.clock.now() })
  }

  function see(message: Message, ctx: GuardContext): void {
    const trail = trailOf(ctx)
    if (trail.message !== undefined || message.direction !== 'inward') return
    trail.message = message
    trail.parent = parseTraceparent(metaTraceparent(message.value)) ?? trail.parent
  }

  return {
    name: 'otel',
    onFinding({ rule, severity, technique }, ctx) {
      findings.add(1, { 'safe_mcp.rule': rule, 'safe_mcp.severity': severity })
      note(ctx, 'safe_mcp.finding', {
        'safe_mcp.rule': rule,
        'safe_mcp.severity': severity,
        ...(technique === undefined ? {} : { 'safe_mcp.technique': technique }),
      })
    },
    onMessage: see,
    onVerdict({ action, guard, denial, enforced, message }, ctx) {
      if (message !== undefined) see(message, ctx)
      const code = denial?.code
      if (action === 'deny' && code !== undefined) {
        denials.add(1, { 'error.type': code, 'safe_mcp.guard': guard, 'safe_mcp.enforced': enforced })
        if (enforced) trailOf(ctx).denied = code
      }
      note(ctx, `safe_mcp.${action}`, {
        'safe_mcp.guard': guard,
        'safe_mcp.enforced': enforced,
        ...(code === undefined ? {} : { 'error.type': code }),
      })
    },
    onClose({ outcome, status, durationMs }, ctx) {
      const trail = trailOf(ctx)
      ctx.notes.delete(key)
      const { message, parent, denied, events } = trail
      const method = message?.method ?? ctx.mcp?.method
      if (method === undefined && events.length === 0) return
      const end = ctx.clock.now()
      const error = denied ?? (outcome === 'failed' ? 'handler_failed' : undefined)
      const shared: Attributes = {
        'mcp.method.name': printable(method ?? 'none', 64),
        ...(ctx.mcp?.revision === undefined ? {} : { 'mcp.protocol.version': printable(ctx.mcp.revision, 32) }),
        ...(error === undefined ? {} : { 'error.type': error }),
      }
      const tool = message?.tool
      const context =
        parent === undefined
          ? api.ROOT_CONTEXT
          : api.trace.setSpanContext(api.ROOT_CONTEXT, {
              traceId: parent.traceId,
              spanId: parent.spanId,
              traceFlags: parent.sampled ? 1 : 0,
              isRemote: true,
            })
      const span = tracer.startSpan(
        printable(tool === undefined ? (method ?? `${ctx.request.method}`) : `${method} ${tool}`, 128),
        {
          kind: serverKind,
          startTime: end - durationMs,
          attributes: {
            ...shared,
            ...(tool === undefined ? {} : { 'gen_ai.tool.name': printable(tool, 128), 'gen_ai.operation.name': 'execute_tool' }),
            ...(message?.id === undefined ? {} : { 'jsonrpc.request.id': printable(String(message.id), 64) }),
            ...(status === undefined ? {} : { 'http.response.status_code': status }),
            'safe_mcp.exchange': ctx.id,
          },
        },
        context,
      )
      for (const { name, attributes, time } of events) span.addEvent(name, attributes, time)
      if (error !== undefined) span.setStatus({ code: errorStatus })
      span.end(end)
      if (method === undefined) return
      durations.record(durationMs / 1000, {
        ...metricLabels(shared),
        ...(tool === undefined ? {} : { 'gen_ai.tool.name': tools.has(tool) ? tool : 'other' }),
      })
    },
  }
}

const knownMethod =
  /^(initialize|ping|(tools|prompts|resources|completion|logging|roots|sampling|elicitation|tasks|server|notifications|subscriptions)\/[a-z_/]{1,40})$/

/** A caller may call methods anything; only names of the protocol become time series. */
function metricLabels(attributes: Attributes): Attributes {
  const method = String(attributes['mcp.method.name'])
  return knownMethod.test(method) ? attributes : { ...attributes, 'mcp.method.name': 'other' }
}

function metaTraceparent(value: unknown): unknown {
  const params = (value as { params?: { _meta?: { traceparent?: unknown } | null } | null } | null | undefined)?.params
  return params?._meta?.traceparent
}
