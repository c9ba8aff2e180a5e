import { checkInteger, checkKeys } from '../core/check-options.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import type { Observer } from '../core/observer.ts'
import { release } from '../lib/timers.ts'
import type { Alert, AlertChannel } from './alert.ts'
import { AlertBook } from './alert-book.ts'
import { type AlertFailure, Dispatcher } from './dispatcher.ts'
import { type MonitorDetails, type MonitorEvent, type MonitorEventType, toMonitorEvent } from './event.ts'
import { createFeed } from './feed.ts'
import { type Rate, type RateName, Rates, type Thresholds } from './rates.ts'

export interface MonitorOptions {
  /** Where alerts go. Default: nowhere but `onAlert`. */
  readonly channels?: readonly AlertChannel[] | undefined
  /** Rates above which an alert is raised. Default: threats 0.1, identity failures 0.05, policy violations 0.15. */
  readonly thresholds?: Partial<Thresholds> | undefined
  /** Length of the sliding window. Default 3,600,000: one hour. */
  readonly windowMs?: number | undefined
  /** Rates are judged once the window holds more events than this. Default 100. */
  readonly minimumEvents?: number | undefined
  /** ... and at least this many of the rate's own kind. Default 20. */
  readonly minimumSample?: number | undefined
  /** Like alerts within this time become one, and one that stays away this long is resolved. Default 300,000. */
  readonly quietMs?: number | undefined
  /** New alerts a minute; those beyond are counted in the next. Default 60. */
  readonly maxAlertsPerMinute?: number | undefined
  /** Tries per alert and channel. Default 5. */
  readonly attempts?: number | undefined
  /** Wait before the second try; doubles, with jitter. Default 1000. */
  readonly firstRetryMs?: number | undefined
  /** Told of every event. */
  readonly onEvent?: ((event: MonitorEvent) => void) | undefined
  /** Told of every alert, before the channels. */
  readonly onAlert?: ((alert: Alert) => void) | undefined
  /** Told of alerts that no channel took. */
  readonly onFailure?: ((failure: AlertFailure) => void) | undefined
  /** An audit log: alerts and failures to deliver them are recorded in it. */
  readonly audit?:
    | { record(type: string, note: { severity?: 'high' | 'info'; details: Readonly<Record<string, unknown>> }): void }
    | undefined
  readonly clock?: Clock | undefined
}

/** The state of the window, for a status page. */
export interface MonitorSnapshot {
  readonly rates: Readonly<Record<RateName, Rate>>
  readonly events: number
  readonly openAlerts: readonly Alert[]
  readonly alertsSent: number
  readonly alertsFailed: number
}

/** An observer that watches rates and severities and raises alerts. */
export interface Monitor extends Observer {
  readonly name: 'monitor'
  /** Reports something of your own. */
  record(type: MonitorEventType, details?: MonitorDetails): MonitorEvent
  /** Looks at rates and open alerts now. Happens by itself whenever something is recorded. */
  check(): void
  snapshot(): MonitorSnapshot
  /** Resolves when alerts raised so far were delivered or given up. */
  flush(): Promise<void>
  close(): Promise<void>
}

const optionKeys = [
  'channels',
  'thresholds',
  'windowMs',
  'minimumEvents',
  'minimumSample',
  'quietMs',
  'maxAlertsPerMinute',
  'attempts',
  'firstRetryMs',
  'onEvent',
  'onAlert',
  'onFailure',
  'audit',
  'clock',
] as const satisfies readonly (keyof MonitorOptions)[]

/**
 * Watches for what single requests do not show.
 *
 * ```ts
 * const monitor = createMonitor({ channels: [channels.slack({ url })] })
 * app.use(safeMcp({ monitor }))
 * monitor.record('threat_detected', { severity: 'HIGH', technique: 'T1102', threats: ['prompt_injection'] })
 * ```
 */
export function createMonitor(options: MonitorOptions = {}): Monitor {
  checkKeys(options as unknown, optionKeys, 'monitor')
  const { clock = systemClock, channels = [], audit, onEvent, onAlert, onFailure } = options
  const quietMs = checkInteger(options.quietMs, 'monitor.quietMs', 300_000)
  const rates = new Rates({
    windowMs: checkInteger(options.windowMs, 'monitor.windowMs', 3_600_000),
    minimumEvents: checkInteger(options.minimumEvents, 'monitor.minimumEvents', 100, 0),
    minimumSample: checkInteger(options.minimumSample, 'monitor.minimumSample', 20),
    thresholds: options.thresholds ?? {},
  })
  for (const [i, channel] of channels.entries()) {
    if (typeof channel?.send === 'function') continue
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: `monitor.channels[${i}]`,
      message: 'is not a channel: it needs send(alert).',
    })
  }
  const dispatcher = new Dispatcher({
    channels,
    maxQueued: 100,
    attempts: checkInteger(options.attempts, 'monitor.attempts', 5),
    firstRetryMs: checkInteger(options.firstRetryMs, 'monitor.firstRetryMs', 1000),
    onFailure(failure) {
      onFailure?.(failure)
      audit?.record('alert_failed', { severity: 'high', details: { ...failure } })
    },
  })
  const book = new AlertBook({
    quietMs,
    maxOpen: 1000,
    maxPerMinute: checkInteger(options.maxAlertsPerMinute, 'monitor.maxAlertsPerMinute', 60),
    notify(alert) {
      onAlert?.(alert)
      audit?.record('alert', { severity: alert.status === 'firing' ? 'high' : 'info', details: auditDetails(alert) })
      dispatcher.send(alert)
    },
  })
  let swept = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined

  function check(event?: MonitorEvent): void {
    const now = clock.now()
    for (const { name, title, rate, threshold, exceeded } of rates.judge(now)) {
      if (exceeded) book.raise(thresholdAlert(name, title, rate, threshold, event?.id ?? crypto.randomUUID(), now), now)
      else book.resolve(name, now, { rate })
    }
    if (now - swept >= 1000 || now < swept) {
      swept = now
      book.sweep(now, (alert) => alert.type === 'SAFE_MCP_THRESHOLD')
    }
    watch()
  }

  /** While an alert is open, look again although nothing happens: traffic that stopped must not leave it open. */
  function watch(): void {
    if (timer !== undefined || book.open.length === 0) return
    timer = setTimeout(() => {
      timer = undefined
      check()
    }, quietMs)
    release(timer)
  }

  function record(type: MonitorEventType, details: MonitorDetails = {}): MonitorEvent {
    const now = clock.now()
    const event = toMonitorEvent(type, details, now)
    rates.count(type, details, now)
    onEvent?.(event)
    if (event.severity === 'HIGH' || event.severity === 'CRITICAL') book.raise(eventAlert(event), now)
    check(event)
    return event
  }

  /** The everyday events of requests: counted without being built, judged once a second. */
  function tally(type: MonitorEventType, details: MonitorDetails, ctx: GuardContext): void {
    if (onEvent !== undefined) return void record(type, { ...details, exchange: ctx.id })
    const now = clock.now()
    rates.count(type, details, now)
    if (now - swept >= 1000 || now < swept) check()
  }

  return {
    name: 'monitor',
    record,
    check: () => check(),
    ...createFeed({ record, tally }),
    snapshot: () => ({
      rates: rates.snapshot(clock.now()),
      events: rates.events(clock.now()),
      openAlerts: book.open,
      alertsSent: dispatcher.sent,
      alertsFailed: dispatcher.failed,
    }),
    flush: () => dispatcher.flush(),
    async close() {
      clearTimeout(timer)
      await dispatcher.close(10_000)
    },
  }
}

function eventAlert(event: MonitorEvent): Alert {
  const { type, severity, technique, component, user, threats } = event
  return {
    key: [type, severity, technique ?? '', component ?? '', user ?? '', threats.join(',')].join('|'),
    status: 'firing',
    type: 'SAFE_MCP_SECURITY_EVENT',
    severity,
    title: `${severity} ${type}${threats.length === 0 ? '' : `: ${threats.slice(0, 3).join(', ')}`}`,
    eventId: event.id,
    technique,
    component,
    user,
    threats,
    timestamp: event.timestamp,
  }
}

function thresholdAlert(key: string, title: string, rate: number, threshold: number, eventId: string, now: number): Alert {
  const timestamp = new Date(now).toISOString()
  return { key, status: 'firing', type: 'SAFE_MCP_THRESHOLD', severity: 'HIGH', title, eventId, threats: [], timestamp, rate, threshold }
}

function auditDetails(alert: Alert) {
  const { key, status, type, title, eventId, rate, threshold, suppressed } = alert
  return { key, status, alertType: type, title, eventId, rate: rate ?? null, threshold: threshold ?? null, suppressed: suppressed ?? 0 }
}
