import { pause, within } from '../lib/timers.ts'
import type { Alert, AlertChannel } from './alert.ts'

/** An alert that could not be delivered. */
export interface AlertFailure {
  readonly channel: string
  /** Key of the alert. */
  readonly key: string
  readonly reason: 'failed' | 'queue_full'
}

export interface DispatcherOptions {
  readonly channels: readonly AlertChannel[]
  readonly maxQueued: number
  readonly attempts: number
  readonly firstRetryMs: number
  readonly onFailure: (failure: AlertFailure) => void
}

/** Sends alerts off the request path: one queue for each channel, bounded, with retries that back off with jitter. */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #queues: Map<AlertChannel, Alert[]>
  readonly #running = new Map<AlertChannel, Promise<void>>()
  readonly #wakes = new Set<() => void>()
  #closed = false
  sent = 0
  failed = 0

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#queues = new Map(options.channels.map((channel) => [channel, []]))
  }

  send(alert: Alert): void {
    for (const [channel, queue] of this.#queues) {
      if (this.#closed || queue.length >= this.#options.maxQueued) {
        this.#fail(channel, alert, 'queue_full')
        continue
      }
      queue.push(alert)
      if (this.#running.has(channel)) continue
      this.#running.set(
        channel,
        this.#drain(channel, queue).finally(() => this.#running.delete(channel)),
      )
    }
  }

  async flush(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values())
  }

  async close(timeoutMs: number): Promise<void> {
    await within(this.flush(), timeoutMs)
    this.#closed = true
    for (const wake of this.#wakes) wake()
  }

  async #drain(channel: AlertChannel, queue: Alert[]): Promise<void> {
    // The request that raised the alert goes on first.
    await Promise.resolve()
    for (let alert = queue.shift(); alert !== undefined; alert = queue.shift()) {
      if (await this.#deliver(channel, alert)) this.sent++
      else this.#fail(channel, alert, 'failed')
    }
  }

  async #deliver(channel: AlertChannel, alert: Alert): Promise<boolean> {
    for (let attempt = 0; attempt < this.#options.attempts && !this.#closed; attempt++) {
      if (attempt > 0) await this.#backOff(attempt)
      try {
        await channel.send(alert)
        return true
      } catch {
        // Why a webhook fails is its operator's business, and its answer is not ours to keep.
      }
    }
    return false
  }

  async #backOff(attempt: number): Promise<void> {
    const longest = this.#options.firstRetryMs * 2 ** (attempt - 1)
    let mine: (() => void) | undefined
    await pause(longest / 2 + Math.random() * (longest / 2), (wake) => {
      mine = wake
      this.#wakes.add(wake)
    })
    if (mine !== undefined) this.#wakes.delete(mine)
  }

  #fail(channel: AlertChannel, alert: Alert, reason: AlertFailure['reason']): void {
    this.failed++
    this.#options.onFailure({ channel: channel.name, key: alert.key, reason })
  }
}
