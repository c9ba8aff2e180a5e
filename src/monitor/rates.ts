import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { MonitorDetails, MonitorEventType } from './event.ts'
import { CountWindow } from './window.ts'

export interface Thresholds {
  /** Requests with a threat, of all requests. Default 0.1. */
  readonly threatDetection: number
  /** Failed identity verifications, of all verifications. Default 0.05. */
  readonly identityFailure: number
  /** Violated policy checks, of all checks. Default 0.15. */
  readonly policyViolation: number
}

export type RateName = keyof Thresholds

/** A rate over the window. */
export interface Rate {
  /** 0 to 1; 0 when there was nothing to measure. */
  readonly rate: number
  readonly threshold: number
  readonly count: number
  readonly of: number
  readonly exceeded: boolean
}

type Counter = 'events' | 'requests' | 'threats' | 'verifications' | 'identityFailures' | 'policyChecks' | 'policyViolations'

const counters: readonly Counter[] = [
  'events',
  'requests',
  'threats',
  'verifications',
  'identityFailures',
  'policyChecks',
  'policyViolations',
]

const buckets = 60

const titles: Readonly<Record<RateName, string>> = {
  threatDetection: 'High threat detection rate',
  identityFailure: 'High identity failure rate',
  policyViolation: 'High policy violation rate',
}

export interface RatesOptions {
  readonly windowMs: number
  readonly minimumEvents: number
  readonly minimumSample: number
  readonly thresholds: Partial<Thresholds>
}

/** The three rates of the design, each over its own denominator: a flood of one kind of event cannot hide another. */
export class Rates {
  readonly #options: RatesOptions
  readonly #thresholds: Thresholds
  readonly #window: CountWindow<Counter>

  constructor(options: RatesOptions) {
    this.#options = options
    this.#thresholds = { threatDetection: 0.1, identityFailure: 0.05, policyViolation: 0.15, ...options.thresholds }
    checkKeys(options.thresholds as unknown, Object.keys(titles), 'monitor.thresholds')
    for (const [name, value] of Object.entries(this.#thresholds)) {
      if (typeof value === 'number' && value > 0 && value <= 1) continue
      throw new SafeMcpConfigError({
        code: 'invalid_option',
        path: `monitor.thresholds.${name}`,
        message: 'must be above 0 and at most 1.',
      })
    }
    this.#window = new CountWindow(counters, options.windowMs, buckets)
  }

  count(type: MonitorEventType, details: MonitorDetails, now: number): void {
    const add = (counter: Counter) => this.#window.add(counter, now)
    add('events')
    if (type === 'request') add('requests')
    else if (type === 'threat_detected') add('threats')
    else if (type === 'identity_verification') {
      add('verifications')
      if (failed(details)) add('identityFailures')
    } else if (type === 'policy_check') {
      add('policyChecks')
      if (details.allowed === false) add('policyViolations')
    }
  }

  judge(now: number): (Rate & { readonly name: RateName; readonly title: string })[] {
    return (Object.keys(titles) as RateName[]).map((name) => ({ name, title: titles[name], ...this.#rate(name, now) }))
  }

  snapshot(now: number): Readonly<Record<RateName, Rate>> {
    return {
      threatDetection: this.#rate('threatDetection', now),
      identityFailure: this.#rate('identityFailure', now),
      policyViolation: this.#rate('policyViolation', now),
    }
  }

  events(now: number): number {
    return this.#window.sum('events', now)
  }

  #rate(name: RateName, now: number): Rate {
    const [count, of] = this.#fraction(name, now)
    const threshold = this.#thresholds[name]
    const rate = of === 0 ? 0 : Math.min(1, count / of)
    const enough = this.events(now) > this.#options.minimumEvents && of >= this.#options.minimumSample
    return { rate, threshold, count, of, exceeded: enough && rate > threshold }
  }

  #fraction(name: RateName, now: number): readonly [count: number, of: number] {
    const sum = (counter: Counter) => this.#window.sum(counter, now)
    switch (name) {
      case 'threatDetection': {
        // Where nobody reports requests, every event stands for one, as in the AZTP design.
        const requests = sum('requests')
        return [sum('threats'), requests > 0 ? requests : sum('events')]
      }
      case 'identityFailure':
        return [sum('identityFailures'), sum('verifications')]
      case 'policyViolation':
        return [sum('policyViolations'), sum('policyChecks')]
    }
  }
}

function failed(details: MonitorDetails): boolean {
  return details.success === false || details['valid'] === false || details['verified'] === false
}
