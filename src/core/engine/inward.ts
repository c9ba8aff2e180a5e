import { andThen, isPromise, type MaybePromise } from '../../lib/maybe-promise.ts'
import { codeFacts } from '../codes.ts'
import type { Guard } from '../guard.ts'
import type { Reply } from '../http.ts'
import type { Message } from '../message.ts'
import type { Denial } from '../verdict.ts'
import { type Ask, type Judgement, judge } from './judge.ts'
import { LazyMessage } from './messages.ts'
import type { EngineParts } from './parts.ts'
import type { Refusals } from './refusals.ts'
import { type ExchangeState, tell } from './state.ts'

const askMessage: Ask = (guard, message, state) => guard.onMessage?.(message as Message, state)

/** The messages of one request on their way through the guards, as they stand now. */
export class InwardMessages {
  list: Message[] = []
  /** Some guard rewrote one. */
  changed = false
  readonly #parts: EngineParts
  readonly #state: ExchangeState
  readonly #refusals: Refusals
  /** Rewritten messages as they came: what mirrored headers show, also when a route's guards rewrite a second time. */
  #wire: Map<number, Message> | undefined
  #toldObservers = false

  constructor(parts: EngineParts, state: ExchangeState, refusals: Refusals) {
    this.#parts = parts
    this.#state = state
    this.#refusals = refusals
  }

  /** Every message passes every guard of these layers; one denied entry refuses the whole body. */
  judge(guards: readonly Guard[], from = 0): MaybePromise<Reply | undefined> {
    const parts = this.#parts
    const state = this.#state
    for (let i = from; i < this.list.length; i++) {
      const message = this.list[i] as Message
      const judged = judge(guards, state, parts.observers, 'message', askMessage, message, LazyMessage.rewritten)
      if (isPromise(judged)) return judged.then((outcome) => this.#settle(i, message, outcome) ?? this.judge(guards, i + 1))
      const reply = this.#settle(i, message, judged)
      if (reply !== undefined) return reply
    }
    if (!this.#toldObservers) {
      this.#toldObservers = true
      for (const message of this.list) tell(parts.observers, (observer) => observer.onMessage?.(message, state))
    }
    return undefined
  }

  /** A guard that requires a body gets to refuse its absence. */
  judgeNone(guards: readonly Guard[]): MaybePromise<Reply | undefined> {
    const required = guards.filter((guard) => guard.needs?.body === 'required')
    if (required.length === 0) return undefined
    const state = this.#state
    const message = LazyMessage.ofText({ kind: 'plain', direction: 'inward', mediaType: 'text/plain' }, '', { value: undefined })
    const judged = judge(required, state, this.#parts.observers, 'message', (guard) => guard.onMessage?.(message, state))
    return andThen(judged, (outcome) => this.#refusals.answer(outcome, message))
  }

  #settle(index: number, before: Message, outcome: Judgement): Reply | undefined {
    if (outcome.denial !== undefined && before.kind === 'response') {
      // A tool waits for this answer. Dropping it would hang the tool; an error lets it end.
      this.#replace(index, LazyMessage.ofValue(before, refusedAnswer(before, outcome.denial)))
      return undefined
    }
    const reply = this.#refusals.answer(outcome, before)
    if (reply !== undefined) return reply
    if (outcome.message !== undefined && outcome.message !== before) this.#replace(index, outcome.message)
    return undefined
  }

  #replace(index: number, message: Message): void {
    const state = this.#state
    this.#wire ??= new Map()
    const before = this.#wire.get(index) ?? (this.list[index] as Message)
    this.#wire.set(index, before)
    this.list[index] = message
    this.changed = true
    if (state.mcp === undefined) return
    for (const [name, value] of this.#parts.mirror(before, message, state)) state.setRequestHeader(name, value)
  }
}

/** The answer that stands in place of a refused one, so that the tool waiting for it can end. */
function refusedAnswer(message: Message, denial: Denial): unknown {
  const facts = codeFacts(denial.code)
  return { jsonrpc: '2.0', id: message.id, error: { code: facts.rpc, message: facts.title, data: { code: denial.code } } }
}
