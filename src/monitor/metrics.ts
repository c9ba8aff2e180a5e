import { checkKeys } from '../core/check-options.ts'
import type { Observer } from '../core/observer.ts'
import { Counter, Gauge, Histogram, type Metric } from './prometheus.ts'

export interface MetricsOptions {
  /** Tools that get a label of their own; every other name is `other`. A caller chooses names, and each label is a time series. */
  readonly tools?: readonly string[] | undefined
  /** Upper bounds of the duration histogram, in seconds. */
  readonly buckets?: readonly number[] | undefined
  /** Further gauges, read when asked: `{ safe_mcp_audit_pending: () => log.stats().sinks[0]?.pending ?? 0 }`. */
  readonly gauges?: Readonly<Record<string, () => number>> | undefined
}

/** An observer that counts, for Prometheus. */
export interface Metrics extends Observer {
  readonly name: 'metrics'
  /** Media type of {@link Metrics.text}. */
  readonly contentType: string
  /** All metrics in the Prometheus text format, version 0.0.4. */
  text(): string
}

const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const maxSeries = 1000

/**
 * ```ts
 * const counts = metrics({ tools: ['search'] })
 * app.get('/metrics', (_req, res) => res.type(counts.contentType).send(counts.text()))
 * ```
 */
export function metrics(options: MetricsOptions = {}): Metrics {
  checkKeys(options as unknown, ['tools', 'buckets', 'gauges'], 'metrics')
  const { buckets = defaultBuckets, gauges = {} } = options
  const tools = new Set(options.tools ?? [])
  const requests = new Counter('safe_mcp_requests_total', 'Exchanges that are over.', ['route', 'outcome'], maxSeries)
  const denials = new Counter(
    'safe_mcp_denials_total',
    'Refusals, and what monitor mode would have refused.',
    ['code', 'guard', 'enforced'],
    maxSeries,
  )
  const rewrites = new Counter('safe_mcp_rewrites_total', 'Messages and replies that were repaired.', ['guard', 'phase'], maxSeries)
  const findings = new Counter('safe_mcp_findings_total', 'Findings by rule.', ['rule', 'severity'], maxSeries)
  const calls = new Counter('safe_mcp_tool_calls_total', 'Tool calls by decision.', ['tool', 'decision'], maxSeries)
  const durations = new Histogram('safe_mcp_request_duration_seconds', 'Time from the first byte seen to the end of the exchange.', buckets)
  const all: Metric[] = [requests, denials, rewrites, findings, calls, durations]
  for (const [name, read] of Object.entries(gauges)) all.push(new Gauge(name, read))
  const toolLabel = (tool: string) => (tools.has(tool) ? tool : 'other')

  return {
    name: 'metrics',
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: () => all.map((metric) => metric.text()).join(''),
    onMessage({ tool }) {
      if (tool !== undefined) calls.add([toolLabel(tool), 'allow'])
    },
    onFinding({ rule, severity }) {
      findings.add([rule, severity])
    },
    onVerdict({ action, guard, phase, enforced, denial, message }) {
      if (action === 'rewrite') return rewrites.add([guard, phase])
      denials.add([denial?.code ?? 'unknown', guard, String(enforced)])
      if (enforced && message?.tool !== undefined && message.direction === 'inward') calls.add([toolLabel(message.tool), 'deny'])
    },
    onClose({ outcome, durationMs }, ctx) {
      requests.add([ctx.mcp === undefined ? 'plain' : 'mcp', outcome])
      durations.observe(durationMs / 1000)
    },
  }
}
