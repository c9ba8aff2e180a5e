import { describe, expect, test } from 'vitest'
import { deny } from '../../../src/core/verdict.ts'
import { type Alert, type AlertChannel, aztpAlert, aztpEvent, createMonitor, type MonitorOptions } from '../../../src/monitor/index.ts'
import { ManualClock, principal, testContext, toolCall } from '../support/context.ts'

function watch(options: MonitorOptions = {}) {
  const clock = new ManualClock()
  const alerts: Alert[] = []
  const monitor = createMonitor({ clock, onAlert: (alert) => alerts.push(alert), ...options })
  const times = (count: number, ...args: Parameters<typeof monitor.record>) => {
    for (let i = 0; i < count; i++) monitor.record(...args)
  }
  return { clock, alerts, monitor, times }
}

describe('rates', () => {
  test('up to 100 events nothing is judged; from the 101st on a threat rate above a tenth alerts, once', () => {
    const { alerts, times, monitor } = watch()
    times(80, 'request')
    times(20, 'threat_detected')
    expect(alerts).toEqual([])
    monitor.record('request')
    expect(alerts).toMatchObject([
      { type: 'SAFE_MCP_THRESHOLD', title: 'High threat detection rate', status: 'firing', severity: 'HIGH', threshold: 0.1 },
    ])
    expect(alerts[0]?.rate).toBeCloseTo(20 / 81)
    times(50, 'request')
    expect(alerts).toHaveLength(1)
  })

  test('a rate at its threshold is not above it', () => {
    const { alerts, times } = watch()
    times(190, 'request')
    times(10, 'request')
    times(20, 'threat_detected')
    expect(alerts).toEqual([])
    times(1, 'threat_detected')
    expect(alerts).toHaveLength(1)
  })

  test('each rate has its own denominator: a flood of requests does not hide failing identities or violated policies', () => {
    const { alerts, times } = watch()
    times(10_000, 'request')
    times(94, 'identity_verification', { success: true })
    times(6, 'identity_verification', { success: false })
    times(80, 'policy_check', { allowed: true })
    times(20, 'policy_check', { allowed: false })
    expect(alerts.map((alert) => alert.title)).toEqual(['High identity failure rate', 'High policy violation rate'])
  })

  test('a handful of verifications is too few to judge', () => {
    const { alerts, times } = watch()
    times(200, 'request')
    times(3, 'identity_verification', { success: false })
    expect(alerts).toEqual([])
  })

  test('what is older than the window is forgotten, and the alert is resolved', () => {
    const { alerts, times, clock, monitor } = watch()
    times(100, 'request')
    times(30, 'threat_detected')
    expect(alerts).toHaveLength(1)
    clock.advance(30 * 60_000)
    times(100, 'request')
    expect(alerts.at(-1)?.status).toBe('firing')
    clock.advance(30 * 60_000)
    monitor.check()
    expect(alerts.at(-1)).toMatchObject({ status: 'resolved', title: 'High threat detection rate', rate: 0 })
    expect(monitor.snapshot()).toMatchObject({ events: 100, openAlerts: [] })
  })

  test('where nobody reports requests every event counts as one', () => {
    const { alerts, times } = watch()
    times(101, 'threat_detected')
    expect(alerts.map((alert) => alert.title)).toEqual(['High threat detection rate'])
  })

  test('a clock that goes back neither throws nor loses counts', () => {
    const { clock, times, monitor } = watch()
    times(10, 'request')
    clock.advance(-3_600_000)
    times(10, 'request')
    expect(monitor.snapshot().events).toBe(20)
  })
})

describe('severe events', () => {
  test('HIGH and CRITICAL alert at once with the record of the design, milder ones do not', () => {
    const { alerts, monitor } = watch()
    for (const severity of ['INFO', 'LOW', 'MEDIUM', undefined] as const) monitor.record('threat_detected', { severity })
    expect(alerts).toEqual([])
    const event = monitor.record('threat_detected', {
      severity: 'HIGH',
      technique: 'SAFE-T1001',
      component_id: 'ai-agent',
      user_id: 'user-1',
      threats: ['prompt_injection'],
      mitigation: ['BLOCK_REQUEST'],
    })
    expect(aztpAlert(alerts[0] as Alert)).toEqual({
      alert_type: 'SAFE_MCP_SECURITY_EVENT',
      severity: 'HIGH',
      event_id: event.id,
      technique: 'SAFE-T1001',
      component: 'ai-agent',
      user: 'user-1',
      threats: ['prompt_injection'],
      timestamp: event.timestamp,
    })
    expect(aztpEvent(event)).toMatchObject({
      event_type: 'threat_detected',
      component_id: 'ai-agent',
      mitigation_applied: ['BLOCK_REQUEST'],
    })
    monitor.record('threat_detected', { severity: 'critical' })
    expect(alerts[1]?.severity).toBe('CRITICAL')
  })

  test('like alerts within the quiet time become one that counts them, and one that stays away is resolved', () => {
    const { alerts, monitor, clock, times } = watch()
    times(50, 'threat_detected', { severity: 'HIGH', user: 'a' })
    monitor.record('threat_detected', { severity: 'HIGH', user: 'b' })
    expect(alerts).toHaveLength(2)
    clock.advance(299_000)
    monitor.record('threat_detected', { severity: 'HIGH', user: 'a' })
    clock.advance(2000)
    monitor.record('threat_detected', { severity: 'HIGH', user: 'a' })
    expect(alerts.filter((alert) => alert.status === 'firing')).toHaveLength(3)
    expect(alerts.find((alert) => alert.suppressed === 50)).toBeDefined()
    expect(alerts.filter((alert) => alert.status === 'resolved').map((alert) => alert.user)).toEqual(['b'])
  })

  test('a storm of ever new names is bounded and counted', () => {
    const { alerts, monitor, clock } = watch()
    for (let i = 0; i < 5000; i++) monitor.record('threat_detected', { severity: 'CRITICAL', user: `u${i}` })
    expect(alerts.filter((alert) => alert.type === 'SAFE_MCP_SECURITY_EVENT').length).toBeLessThanOrEqual(60)
    clock.advance(60_000)
    monitor.record('threat_detected', { severity: 'CRITICAL', user: 'later' })
    expect(alerts.findLast((alert) => alert.user === 'later')?.suppressed).toBeGreaterThan(4900)
  })
})

describe('as an observer', () => {
  const finished = (id: string) => ({ id, outcome: 'finished' as const, status: 200, durationMs: 1 })

  test('requests, threats, verifications and policy checks are counted from what guards did', () => {
    const { monitor, alerts } = watch()
    const good = testContext({ principal: principal('a') })
    monitor.onMessage?.(toolCall('t'), good)
    monitor.onClose?.(finished(good.id), good)
    const bad = testContext({ principal: principal('b') })
    monitor.onFinding?.({ rule: 'aztp/Pattern_007', severity: 'high', technique: 'T1102' }, bad)
    monitor.onFinding?.({ rule: 'pii/email', severity: 'high' }, bad)
    monitor.onVerdict?.({ guard: 'input', phase: 'message', action: 'deny', enforced: true, denial: deny('input_blocked').denial }, bad)
    monitor.onClose?.(finished(bad.id), bad)
    const forbidden = testContext()
    monitor.onVerdict?.({ guard: 'tools', phase: 'message', action: 'deny', enforced: true, denial: deny('tool_denied').denial }, forbidden)
    monitor.onClose?.(finished(forbidden.id), forbidden)
    const forged = testContext()
    monitor.onVerdict?.(
      { guard: 'identity', phase: 'request', action: 'deny', enforced: true, denial: deny('identity_invalid').denial },
      forged,
    )
    monitor.onClose?.(finished(forged.id), forged)
    expect(monitor.snapshot().rates).toMatchObject({
      threatDetection: { count: 1, of: 4 },
      identityFailure: { count: 1, of: 3 },
      policyViolation: { count: 1, of: 2 },
    })
    expect(alerts).toMatchObject([{ severity: 'HIGH', user: 'b', threats: ['aztp/Pattern_007'], technique: 'T1102' }])
  })
})

describe('channels', () => {
  test('a channel that fails is tried again and then given up, audited, and others get theirs', async () => {
    let tries = 0
    const broken: AlertChannel = {
      name: 'broken',
      send() {
        tries++
        throw new Error('down')
      },
    }
    const got: Alert[] = []
    const audited: string[] = []
    const { monitor } = watch({
      channels: [broken, { name: 'good', send: async (alert) => void got.push(alert) }],
      attempts: 3,
      firstRetryMs: 5,
      audit: { record: (type) => void audited.push(type) },
    })
    monitor.record('threat_detected', { severity: 'HIGH' })
    expect(tries).toBe(0) // not in the way of the request
    await monitor.flush()
    expect(tries).toBe(3)
    expect(got).toHaveLength(1)
    expect(audited).toEqual(['alert', 'alert_failed'])
    expect(monitor.snapshot()).toMatchObject({ alertsSent: 1, alertsFailed: 1 })
    await monitor.close()
  })

  test('a channel that hangs does not grow without bound', async () => {
    const failures: string[] = []
    const { monitor } = watch({
      channels: [{ name: 'hang', send: () => new Promise(() => {}) }],
      maxAlertsPerMinute: 1000,
      onFailure: (failure) => failures.push(failure.reason),
    })
    for (let i = 0; i < 500; i++) monitor.record('x', { severity: 'HIGH', user: `u${i}` })
    expect(failures.length).toBeGreaterThanOrEqual(399)
    expect(new Set(failures)).toEqual(new Set(['queue_full']))
  })
})

test('options that make no sense are refused', () => {
  expect(() => createMonitor({ thresholds: { threatDetection: 2 } })).toThrow(/thresholds.threatDetection/)
  expect(() => createMonitor({ thresholds: { threatDetections: 0.2 } as never })).toThrow(/Did you mean/)
  expect(() => createMonitor({ windowMs: 0 })).toThrow(/windowMs/)
  expect(() => createMonitor({ channel: [] } as never)).toThrow(/channels/)
})
