import * as api from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, expect, test } from 'vitest'
import { createAuditLog, otelSink } from '../../../src/audit/index.ts'
import { HeaderView } from '../../../src/core/http.ts'
import { deny } from '../../../src/core/verdict.ts'
import { otelObserver } from '../../../src/monitor/index.ts'
import { testContext, toolCall } from '../support/context.ts'

const spans = new InMemorySpanExporter()
const records = new InMemoryLogRecordExporter()
const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 })] })
api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
api.metrics.setGlobalMeterProvider(meters)
logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }))
afterAll(() => meters.shutdown())

const trace = '0af7651916cd43dd8448eb211c80319c'
const meta = 'ffffffffffffffffffffffffffffffff'

test('an exchange becomes a server span under the caller\u2019s trace, with findings and refusals as events', () => {
  const observer = otelObserver({ api })
  const headers = new HeaderView([['traceparent', `00-${trace}-b7ad6b7169203331-01`]])
  const ctx = testContext({ request: { headers }, mcp: { era: 'modern', revision: '2026-07-28', batch: false, method: 'tools/call' } })
  observer.onFinding?.({ rule: 'aztp/Pattern_007', severity: 'high' }, ctx)
  const message = toolCall('search', { q: 'a secret' }, 7)
  observer.onVerdict?.(
    { guard: 'input', phase: 'message', action: 'deny', enforced: true, denial: deny('input_blocked').denial, message },
    ctx,
  )
  observer.onClose?.({ id: ctx.id, outcome: 'finished', status: 200, durationMs: 12.5 }, ctx)
  const [span] = spans.getFinishedSpans()
  expect(span).toMatchObject({
    name: 'tools/call search',
    kind: api.SpanKind.SERVER,
    parentSpanContext: { traceId: trace, spanId: 'b7ad6b7169203331', isRemote: true },
    status: { code: api.SpanStatusCode.ERROR },
    attributes: {
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2026-07-28',
      'gen_ai.tool.name': 'search',
      'jsonrpc.request.id': '7',
      'error.type': 'input_blocked',
      'http.response.status_code': 200,
    },
  })
  expect(span?.events.map((event) => event.name)).toEqual(['safe_mcp.finding', 'safe_mcp.deny'])
  expect(span?.duration[1]).toBe(12_500_000)
  expect(JSON.stringify(span?.attributes)).not.toContain('secret')
})

test('a trace in _meta wins over the header', () => {
  spans.reset()
  const observer = otelObserver({ api })
  const headers = new HeaderView([['traceparent', `00-${trace}-b7ad6b7169203331-01`]])
  const ctx = testContext({ request: { headers } })
  const value = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 't', _meta: { traceparent: `00-${meta}-b7ad6b7169203331-01` } },
  }
  observer.onMessage?.({ ...toolCall('t'), value }, ctx)
  observer.onClose?.({ id: ctx.id, outcome: 'finished', durationMs: 1 }, ctx)
  expect(spans.getFinishedSpans()[0]?.spanContext().traceId).toBe(meta)
})

test('metrics name protocol methods and configured tools only', async () => {
  const observer = otelObserver({ api, tools: ['search'] })
  for (const [method, tool] of [
    ['tools/call', 'search'],
    ['tools/call', 'evil-1'],
    ['x/evil', undefined],
  ] as const) {
    const ctx = testContext()
    observer.onMessage?.({ ...toolCall('t'), method, tool }, ctx)
    observer.onClose?.({ id: ctx.id, outcome: 'finished', durationMs: 250 }, ctx)
  }
  await meters.forceFlush()
  const metrics = points.getMetrics().flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics))
  const duration = metrics.findLast((metric) => metric.descriptor.name === 'mcp.server.operation.duration')
  expect(duration?.descriptor.unit).toBe('s')
  const labels = duration?.dataPoints.map((point) => [point.attributes['mcp.method.name'], point.attributes['gen_ai.tool.name']])
  expect(labels).toContainEqual(['tools/call', 'search'])
  expect(labels).toContainEqual(['tools/call', 'other'])
  expect(labels).toContainEqual(['other', undefined])
  expect(JSON.stringify(labels)).not.toContain('evil')
})

test('audit events become log records', async () => {
  const log = createAuditLog({ sinks: [otelSink({ logger: logs.getLogger('safe-mcp') })] })
  const ctx = testContext()
  log.onVerdict?.(
    { guard: 'tools', phase: 'message', action: 'deny', enforced: true, denial: deny('tool_denied').denial, message: toolCall('t') },
    ctx,
  )
  await log.flush()
  const [record] = records.getFinishedLogRecords()
  expect(record).toMatchObject({ severityNumber: 13, severityText: 'MEDIUM' })
  expect(record?.body).toContain('denied POST /mcp tools/call t: tool_denied'.slice(0, 20))
  expect(record?.attributes).toMatchObject({ 'error.type': 'tool_denied', 'safe_mcp.audit.seq': 1, 'gen_ai.tool.name': 't' })
})
