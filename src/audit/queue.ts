import type { AuditRecord } from './event.ts'

/** What a full queue gave up since it was last asked. */
export interface Losses {
  readonly dropped: number
  readonly folded: ReadonlyMap<string, FoldedDenials>
}

/** Denials that found no room, summed up: they are never simply gone. */
export interface FoldedDenials {
  readonly code: string
  readonly guard: string
  readonly count: number
  readonly first: string
  readonly last: string
}

/**
 * A bounded first-in first-out queue that prefers what must not be lost: when it is full, the oldest record of something that was allowed
 * makes room. Where only denials wait, a further denial is added to a sum per code and guard, both of which the developer named, so the
 * sums are bounded too.
 */
export class AuditQueue {
  readonly #capacity: number
  #slots: (AuditRecord | undefined)[] = []
  /** Position of `#slots[0]` since the beginning of time; positions in `#droppable` count the same way. */
  #base = 0
  #from = 0
  #droppable: number[] = []
  #droppableFrom = 0
  #size = 0
  #dropped = 0
  #folded = new Map<string, FoldedDenials>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  get hasLosses(): boolean {
    return this.#dropped > 0 || this.#folded.size > 0
  }

  /** What became of the record, or of one that made room for it. */
  push(record: AuditRecord): 'kept' | 'dropped' | 'folded' {
    const droppable = record.decision === 'allow'
    let outcome: 'kept' | 'dropped' = 'kept'
    if (this.#size >= this.#capacity) {
      if (!this.#dropOldestAllowed()) {
        if (!droppable) return this.#fold(record)
        this.#dropped++
        return 'dropped'
      }
      outcome = 'dropped'
    }
    if (droppable) this.#droppable.push(this.#base + this.#slots.length)
    this.#slots.push(record)
    this.#size++
    return outcome
  }

  take(max: number): AuditRecord[] {
    const taken: AuditRecord[] = []
    while (taken.length < max && this.#from < this.#slots.length) {
      const record = this.#slots[this.#from]
      this.#slots[this.#from++] = undefined
      if (record !== undefined) taken.push(record)
    }
    this.#size -= taken.length
    this.#compact()
    return taken
  }

  takeLosses(): Losses {
    const losses = { dropped: this.#dropped, folded: this.#folded }
    this.#dropped = 0
    this.#folded = new Map()
    return losses
  }

  #dropOldestAllowed(): boolean {
    const taken = this.#base + this.#from
    while (this.#droppableFrom < this.#droppable.length) {
      const position = this.#droppable[this.#droppableFrom++] as number
      if (position < taken) continue
      this.#slots[position - this.#base] = undefined
      this.#size--
      this.#dropped++
      this.#compact()
      return true
    }
    return false
  }

  #fold(record: AuditRecord): 'folded' {
    const code = record.code ?? record.type
    const guard = record.guard ?? ''
    const key = `${code} ${guard}`
    const sum = this.#folded.get(key)
    this.#folded.set(key, { code, guard, count: (sum?.count ?? 0) + 1, first: sum?.first ?? record.time, last: record.time })
    return 'folded'
  }

  /** Frees the used-up front once it is most of the array, so that every record is moved at most once on average. */
  #compact(): void {
    if (this.#from > 1024 && this.#from * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#from)
      this.#base += this.#from
      this.#from = 0
    } else if (this.#slots.length > 2 * this.#capacity + 1024) {
      this.#squeeze()
    }
    if (this.#droppableFrom > 1024 && this.#droppableFrom * 2 > this.#droppable.length) {
      this.#droppable = this.#droppable.slice(this.#droppableFrom)
      this.#droppableFrom = 0
    }
  }

  /** Dropped records leave holes behind the front: a sink that hangs for hours must not let them pile up. */
  #squeeze(): void {
    this.#slots = this.#slots.filter((record) => record !== undefined)
    this.#base = 0
    this.#from = 0
    this.#droppable = []
    this.#droppableFrom = 0
    for (let i = 0; i < this.#slots.length; i++) if (this.#slots[i]?.decision === 'allow') this.#droppable.push(i)
  }
}
