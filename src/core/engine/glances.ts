import type { Guard } from '../guard.ts'
import type { ExchangeState } from './state.ts'

type Look = NonNullable<Guard['glance']>

/** How the guards tell from raw JSON whether they have to do with it, so that most of it need not be parsed. */
export class Glances {
  readonly #state: ExchangeState
  readonly #looks: readonly Look[]
  readonly #followers: readonly Look[]
  /** All of them may be shown several messages in one text. */
  readonly skim: boolean

  constructor(guards: readonly (Guard & { readonly glance: Look })[], state: ExchangeState) {
    this.#state = state
    // Guards that look for the same share their glance.
    this.#looks = [...new Set(guards.map(({ glance }) => glance))]
    this.#followers = guards.flatMap(({ follows }) => follows ?? [])
    this.skim = guards.every(({ skims }) => skims === true)
  }

  /** Some guard has to do with this JSON, or with one of the messages in this text. */
  stop(text: string): boolean {
    for (const look of this.#looks) if (look(text, this.#state)) return true
    return false
  }

  /** What no glance stopped: some guard takes it for the sequel of what went before. To be asked once a message, in order. */
  follow(json: string): boolean {
    for (const look of this.#followers) if (look(json, this.#state)) return true
    return false
  }
}

/** The glances of guards that look at replies; undefined when one of them wants to see every reply. */
export function glancesOf(guards: readonly Guard[], state: ExchangeState): Glances | undefined {
  const judging = guards.filter(({ onReply }) => onReply !== undefined)
  return judging.every((guard): guard is Guard & { readonly glance: Look } => guard.glance !== undefined)
    ? new Glances(judging, state)
    : undefined
}
