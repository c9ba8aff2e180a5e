import type { Finding, SlotKind } from '../core/finding.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'

/** What a detector is told besides the text. */
export interface DetectorContext {
  readonly slot: SlotKind
  /** Score of the rules alone. */
  readonly score: number
  /** Aborts when the scanner no longer waits. */
  readonly signal?: AbortSignal | undefined
}

/** What a detector says: how likely the text is an attack (0 to 1, calibrated), and where, if it knows. */
export interface Detection {
  readonly score: number
  readonly findings?: readonly Finding[] | undefined
}

/**
 * Code that judges text besides the rules: a classifier, a model, a service. Its score is combined with that of the rules
 * as one more independent witness.
 */
export interface Detector {
  /** Id of its findings. */
  readonly name: string
  detect(text: string, context: DetectorContext): MaybePromise<Detection | undefined>
  /** Answers at once; then `scan` asks it too, not only `scanAsync`. */
  readonly sync?: boolean | undefined
  /** Asked only about these slots. Default: all. */
  readonly slots?: readonly SlotKind[] | undefined
  /** How long to wait for an answer. Default 1,000. */
  readonly timeoutMs?: number | undefined
  /** Without an answer: `open` goes by the rules alone (default), `closed` flags the text. */
  readonly fail?: 'open' | 'closed' | undefined
  /** Answers kept, by text and slot. Default 256; 0 keeps none. */
  readonly cacheEntries?: number | undefined
}

/** An asynchronous detector with its time limit, its memory and its way to fail. */
export class DetectorRunner {
  readonly #detector: Detector
  readonly #limit: number
  #young = new Map<string, Promise<Detection | undefined>>()
  #old = new Map<string, Promise<Detection | undefined>>()

  constructor(detector: Detector) {
    this.#detector = detector
    this.#limit = detector.cacheEntries ?? 256
  }

  async ask(text: string, slot: SlotKind, score: number): Promise<Detection | undefined> {
    const key = `${slot}\n${text}`
    const cached = this.#young.get(key) ?? this.#old.get(key)
    if (cached !== undefined) return cached
    const answer = this.#ask(text, slot, score)
    // Long texts are not kept: the memory of the cache must stay bounded. Failures are not kept either.
    if (this.#limit > 0 && text.length <= 16_384) {
      if (this.#young.size >= this.#limit / 2) {
        this.#old = this.#young
        this.#young = new Map()
      }
      const kept = this.#young
      kept.set(key, answer)
      answer.then((detection) => detection?.findings?.some((finding) => finding.rule.endsWith('/unavailable')) && kept.delete(key))
    }
    return answer
  }

  async #ask(text: string, slot: SlotKind, score: number): Promise<Detection | undefined> {
    const { name, timeoutMs = 1000, fail = 'open' } = this.#detector
    const controller = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        controller.abort()
        reject(new Error('late'))
      }, timeoutMs)
    })
    try {
      return await Promise.race([Promise.resolve(this.#detector.detect(text, { slot, score, signal: controller.signal })), late])
    } catch {
      return {
        score: fail === 'closed' ? 1 : 0,
        findings: [{ rule: `${name}/unavailable`, severity: fail === 'closed' ? 'high' : 'info' }],
      }
    } finally {
      clearTimeout(timer)
    }
  }
}
