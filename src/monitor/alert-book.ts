import type { Alert } from './alert.ts'

interface Open {
  alert: Alert
  lastSeen: number
  /** When the last notice went out. */
  notified: number
  suppressed: number
}

export interface AlertBookOptions {
  /** Like alerts within this time become one; one that stays away this long is resolved. */
  readonly quietMs: number
  /** Alerts that are open at once. */
  readonly maxOpen: number
  /** New alerts a minute; what is beyond is counted. */
  readonly maxPerMinute: number
  readonly notify: (alert: Alert) => void
}

/**
 * Remembers which alerts are open: repeats them rarely, tells when they are over. Bounded, so that an attack with ever new names floods
 * neither memory nor the people on call.
 */
export class AlertBook {
  readonly #options: AlertBookOptions
  readonly #open = new Map<string, Open>()
  #minute = 0
  #inMinute = 0
  #overflow = 0

  constructor(options: AlertBookOptions) {
    this.#options = options
  }

  get open(): readonly Alert[] {
    return [...this.#open.values()].map((entry) => entry.alert)
  }

  /** Raises an alert, or counts it towards one that is open. */
  raise(alert: Alert, now: number): void {
    const known = this.#open.get(alert.key)
    if (known !== undefined) {
      known.lastSeen = now
      if (now - known.notified < this.#options.quietMs) {
        known.suppressed++
        return
      }
      this.#notify(known, { ...alert, suppressed: known.suppressed }, now)
      return
    }
    if (!this.#admit(now)) return
    const suppressed = this.#overflow
    this.#overflow = 0
    const entry: Open = { alert, lastSeen: now, notified: now, suppressed: 0 }
    this.#open.set(alert.key, entry)
    this.#notify(entry, suppressed === 0 ? alert : { ...alert, suppressed }, now)
  }

  /** Says that something is over. */
  resolve(key: string, now: number, more: Partial<Alert> = {}): void {
    const entry = this.#open.get(key)
    if (entry === undefined) return
    this.#open.delete(key)
    const { suppressed } = entry
    const alert = { ...entry.alert, ...more, status: 'resolved' as const, timestamp: new Date(now).toISOString() }
    this.#options.notify(suppressed === 0 ? alert : { ...alert, suppressed })
  }

  /** Resolves what has stayed away, except what `resolve` alone may end. */
  sweep(now: number, keep: (alert: Alert) => boolean): void {
    for (const [key, entry] of this.#open) {
      if (!keep(entry.alert) && now - entry.lastSeen >= this.#options.quietMs) this.resolve(key, now)
    }
  }

  #notify(entry: Open, alert: Alert, now: number): void {
    entry.alert = alert
    entry.notified = now
    entry.suppressed = 0
    this.#options.notify(alert)
  }

  #admit(now: number): boolean {
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#inMinute = 0
    }
    if (this.#open.size >= this.#options.maxOpen || this.#inMinute >= this.#options.maxPerMinute) {
      this.#overflow++
      return false
    }
    this.#inMinute++
    return true
  }
}
