import type { Clock } from '../core/clock.ts'
import { isPromise } from '../lib/maybe-promise.ts'
import { sha256Hex } from '../lib/sha256.ts'
import { pause, within } from '../lib/timers.ts'
import { Chain, type HashText, type LinkedEvent } from './chain.ts'
import type { CheckpointSigner } from './checkpoint.ts'
import type { AuditRecord, ChainHead } from './event.ts'
import { AuditQueue } from './queue.ts'
import { systemRecord } from './record.ts'
import { type Sink, wantsRecord } from './sink.ts'

export interface LaneOptions {
  readonly sink: Sink
  readonly capacity: number
  readonly clock: Clock
  readonly hash: HashText | undefined
  readonly signer: CheckpointSigner | undefined
  readonly onTrouble: (trouble: AuditTrouble) => void
}

/** Something an operator must know about the log itself: told once when it begins and once when it is over. */
export interface AuditTrouble {
  readonly kind: 'sink_failing' | 'queue_full' | 'recovered'
  readonly sink: string
  /** Records dropped or folded in this spell. */
  readonly lost: number
}

const batchSize = 100
/** The same for a sink that takes many at once and has fallen behind: a server at its limit turns seldom, and each turn must carry more. */
const largestBatch = 1000
const firstRetryMs = 100
const longestRetryMs = 10_000

/** One sink with its own queue and its own chain, so that a slow sink neither delays nor tears the record of another. */
export class Lane {
  readonly sink: Sink
  readonly #options: LaneOptions
  readonly #queue: AuditQueue
  #chain: Chain | undefined
  /** Linked, in order, written up to `#done`. */
  #batch: readonly LinkedEvent[] = []
  #done = 0
  #running: Promise<void> | undefined
  #scheduled = false
  #closed = false
  #wake: (() => void) | undefined
  #failing = false
  #lostInSpell = 0
  written = 0
  dropped = 0
  folded = 0
  failures = 0

  constructor(options: LaneOptions) {
    this.#options = options
    this.sink = options.sink
    this.#queue = new AuditQueue(options.capacity)
    if (options.sink.resume === undefined) this.#chain = new Chain(undefined, options.hash)
  }

  /** Records not yet written. */
  get pending(): number {
    return this.#queue.size + this.#batch.length - this.#done
  }

  get head(): ChainHead | undefined {
    return this.#chain?.head
  }

  push(record: AuditRecord): void {
    if (this.#closed || !wantsRecord(this.sink.wants ?? 'all', record) || this.sink.accepts?.(record) === false) return
    const outcome = this.#queue.push(record)
    if (outcome !== 'kept') this.#lose(outcome)
    if (this.#scheduled || this.#running !== undefined) return
    this.#scheduled = true
    // After the current run of guards, before the event loop turns: the exchange does not wait for its log.
    queueMicrotask(() => {
      this.#scheduled = false
      this.#start()
    })
  }

  /** Resolves when everything pushed so far was written. */
  async flush(): Promise<void> {
    while (!this.#closed && (this.pending > 0 || this.#queue.hasLosses)) {
      this.#start()
      await this.#running
    }
    await this.sink.flush?.()
  }

  /** Writes a last checkpoint, gives up retrying after `timeoutMs` and closes the sink. True when nothing was left behind. */
  async close(timeoutMs: number): Promise<boolean> {
    const clean = await within(this.flush(), timeoutMs)
    const { signer } = this.#options
    if (clean && signer !== undefined && this.#chain !== undefined && this.#chain.head.seq > 0) {
      await within(this.#writeCheckpoint(this.#chain, signer), timeoutMs)
    }
    this.#closed = true
    this.#wake?.()
    await within(Promise.resolve(this.sink.close?.()), timeoutMs)
    return clean
  }

  #start(): void {
    if (this.#running !== undefined || this.#closed) return
    let first: void | Promise<void> | undefined
    if (this.#chain !== undefined && this.#options.signer === undefined) {
      // The quick way: sinks that answer at once are served without a promise.
      this.#fill(this.#chain)
      try {
        first = this.#write()
      } catch {
        first = Promise.reject(new Error('The sink threw.'))
      }
      if (!isPromise(first)) {
        this.#recovered()
        if (this.#queue.size === 0) return
      }
    }
    this.#running = this.#run(first).finally(() => {
      this.#running = undefined
      if (this.#queue.size > 0) this.#start()
    })
  }

  async #run(first: void | Promise<void> | undefined): Promise<void> {
    const chain = this.#chain ?? (await this.#resume())
    const { signer, clock } = this.#options
    let started = first
    let attempt = 0
    while (chain !== undefined && !this.#closed) {
      try {
        await (started ?? this.#write())
        started = undefined
        attempt = 0
        this.#recovered()
        if (signer?.due(chain.head, clock.now()) === true) this.#batch = [chain.link(await signer.sign(chain.head, clock))]
        else this.#fill(chain)
        if (this.#batch.length === 0) return
        // A sink that answers at once must not keep the event loop from everyone else.
        await pause(0)
      } catch {
        started = undefined
        this.#failed()
        await this.#backOff(attempt++)
      }
    }
  }

  async #resume(): Promise<Chain | undefined> {
    const { clock, hash } = this.#options
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        const head = await this.sink.resume?.()
        const chain = new Chain(head, hash)
        if (head !== undefined) {
          const torn = head.torn === undefined ? {} : { tornLength: head.torn.length, tornHash: sha256Hex(head.torn) }
          this.#batch = [chain.link(systemRecord(clock, 'resume', head.torn === undefined ? 'info' : 'medium', torn))]
        }
        this.#chain = chain
        return chain
      } catch {
        this.#failed()
        await this.#backOff(attempt)
      }
    }
    return undefined
  }

  async #writeCheckpoint(chain: Chain, signer: CheckpointSigner): Promise<void> {
    this.#batch = [chain.link(await signer.sign(chain.head, this.#options.clock))]
    this.#done = 0
    await this.#write()
  }

  /** Links the next records, when the last ones are written. */
  #fill(chain: Chain): void {
    if (this.#done < this.#batch.length) return
    const batch: LinkedEvent[] = []
    if (this.#queue.hasLosses) for (const record of this.#lossRecords()) batch.push(chain.link(record))
    const most = this.sink.writeMany === undefined ? batchSize : Math.max(batchSize, Math.min(largestBatch, this.#queue.size))
    for (const record of this.#queue.take(most)) batch.push(chain.link(record))
    this.#batch = batch
    this.#done = 0
  }

  #lossRecords(): AuditRecord[] {
    const { clock } = this.#options
    const { dropped, folded } = this.#queue.takeLosses()
    const records: AuditRecord[] = []
    if (dropped > 0) records.push(systemRecord(clock, 'loss', 'high', { dropped }))
    for (const { code, guard, count, first, last } of folded.values()) {
      records.push(systemRecord(clock, 'folded', 'high', { code, guard, count, first, last }))
    }
    return records
  }

  /** Writes what is linked and not yet written; goes on where a failed attempt stopped. */
  #write(): void | Promise<void> {
    const { sink } = this
    if (sink.writeMany !== undefined) {
      if (this.#done === this.#batch.length) return
      const rest = this.#batch.slice(this.#done)
      const written = sink.writeMany(
        rest.map((linked) => linked.event),
        rest.map((linked) => linked.line),
      )
      return isPromise(written) ? written.then(() => this.#count(rest.length)) : this.#count(rest.length)
    }
    while (this.#done < this.#batch.length) {
      const { event, line } = this.#batch[this.#done] as LinkedEvent
      const written = sink.write(event, line)
      if (isPromise(written)) {
        return written.then(() => {
          this.#count(1)
          return this.#write()
        })
      }
      this.#count(1)
    }
  }

  #count(written: number): void {
    this.#done += written
    this.written += written
    if (this.#done === this.#batch.length) {
      this.#batch = []
      this.#done = 0
    }
  }

  #lose(outcome: 'dropped' | 'folded'): void {
    this[outcome]++
    this.#lostInSpell++
    if (this.#lostInSpell === 1) this.#options.onTrouble({ kind: 'queue_full', sink: this.sink.name, lost: 1 })
  }

  #failed(): void {
    this.failures++
    if (this.#failing) return
    this.#failing = true
    this.#options.onTrouble({ kind: 'sink_failing', sink: this.sink.name, lost: this.#lostInSpell })
  }

  #recovered(): void {
    if (!this.#failing && (this.#lostInSpell === 0 || this.#queue.size >= this.#options.capacity)) return
    const lost = this.#lostInSpell
    this.#failing = false
    this.#lostInSpell = 0
    this.#options.onTrouble({ kind: 'recovered', sink: this.sink.name, lost })
  }

  async #backOff(attempt: number): Promise<void> {
    if (this.#closed) return
    const waitMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempt, 10))
    await pause(waitMs, (wake) => {
      this.#wake = wake
    })
  }
}
