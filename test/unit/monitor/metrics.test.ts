import { expect, test } from 'vitest'
import { deny } from '../../../src/core/verdict.ts'
import { metrics as createMetrics } from '../../../src/monitor/index.ts'
import { testContext, toolCall } from '../support/context.ts'

const denial = deny('tool_denied').denial

test('requests, refusals, repairs, findings and calls are counted in the Prometheus text format', () => {
  const metrics = createMetrics({ tools: ['search'], gauges: { queue_length: () => 7 } })
  const ctx = testContext()
  metrics.onMessage?.(toolCall('search'), ctx)
  metrics.onMessage?.(toolCall('other-"name"\n'), ctx)
  metrics.onFinding?.({ rule: 'pii/email', severity: 'medium' }, ctx)
  metrics.onVerdict?.({ guard: 'tools', phase: 'message', action: 'deny', enforced: true, denial, message: toolCall('search') }, ctx)
  metrics.onVerdict?.({ guard: 'output', phase: 'reply', action: 'rewrite', enforced: true }, ctx)
  metrics.onClose?.({ id: ctx.id, outcome: 'finished', status: 200, durationMs: 30 }, ctx)
  const lines = metrics.text().split('\n')
  expect(lines).toContain('safe_mcp_tool_calls_total{tool="search",decision="allow"} 1')
  expect(lines).toContain('safe_mcp_tool_calls_total{tool="other",decision="allow"} 1')
  expect(lines).toContain('safe_mcp_tool_calls_total{tool="search",decision="deny"} 1')
  expect(lines).toContain('safe_mcp_denials_total{code="tool_denied",guard="tools",enforced="true"} 1')
  expect(lines).toContain('safe_mcp_rewrites_total{guard="output",phase="reply"} 1')
  expect(lines).toContain('safe_mcp_findings_total{rule="pii/email",severity="medium"} 1')
  expect(lines).toContain('safe_mcp_requests_total{route="plain",outcome="finished"} 1')
  expect(lines).toContain('safe_mcp_request_duration_seconds_bucket{le="0.025"} 0')
  expect(lines).toContain('safe_mcp_request_duration_seconds_bucket{le="0.05"} 1')
  expect(lines).toContain('safe_mcp_request_duration_seconds_bucket{le="+Inf"} 1')
  expect(lines).toContain('queue_length 7')
  for (const line of lines) expect(line === '' || line.startsWith('#') || /^[a-z_]+(\{[^\n]*\})? [0-9.e+-]+$/.test(line), line).toBe(true)
})

test('ever new rules and tools do not make ever new time series', () => {
  const metrics = createMetrics()
  const ctx = testContext()
  for (let i = 0; i < 5000; i++) {
    metrics.onFinding?.({ rule: `custom/${i}`, severity: 'low' }, ctx)
    metrics.onMessage?.(toolCall(`tool-${i}`), ctx)
  }
  expect(metrics.text().split('\n').length).toBeLessThan(1100)
  expect(metrics.text()).toContain('safe_mcp_findings_total{rule="other",severity="other"} 4000')
})
