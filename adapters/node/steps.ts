import { isPromise, type MaybePromise } from '../../src/lib/maybe-promise.ts'

export type Step = () => MaybePromise<void>

/** Runs steps in order: at once while all are synchronous, in a queue behind one that is not. */
export class Steps {
  readonly #idle: () => void
  readonly #failed: (error: Error) => void
  #waiting: Step[] | undefined

  /** `idle` is called when a queue has run dry, `failed` when a step of it threw; what is left is dropped then. */
  constructor(idle: () => void, failed: (error: Error) => void) {
    this.#idle = idle
    this.#failed = failed
  }

  /** True while a step is under way. */
  get busy(): boolean {
    return this.#waiting !== undefined
  }

  /** True when the step is done already. */
  run(step: Step): boolean {
    if (this.#waiting !== undefined) {
      this.#waiting.push(step)
      return false
    }
    const done = step()
    if (!isPromise(done)) return true
    const waiting: Step[] = []
    this.#waiting = waiting
    this.#go(done, waiting).catch(this.#failed)
    return false
  }

  /** Forgets the steps that wait. */
  clear(): void {
    if (this.#waiting !== undefined) this.#waiting.length = 0
  }

  async #go(first: Promise<void>, waiting: Step[]): Promise<void> {
    try {
      await first
      for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
        const done = step()
        if (isPromise(done)) await done
      }
    } finally {
      this.#waiting = undefined
    }
    this.#idle()
  }
}
