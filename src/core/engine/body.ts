import type { BodyOutput } from '../exchange.ts'
import type { Message } from '../message.ts'
import type { ExchangeState } from './state.ts'

/** The body as handlers get it, read from the messages as they stand now. */
export class ExchangeBody implements BodyOutput {
  readonly #state: ExchangeState
  readonly #messages: () => readonly Message[]
  readonly #changed: () => boolean

  constructor(state: ExchangeState, messages: () => readonly Message[], changed: () => boolean) {
    this.#state = state
    this.#messages = messages
    this.#changed = changed
  }

  get changed(): boolean {
    return this.#changed()
  }
  get text(): string {
    const [only] = this.#messages()
    if (only === undefined) return ''
    return this.#isBatch() ? JSON.stringify(this.value) : only.text
  }
  get value(): unknown {
    const messages = this.#messages()
    return this.#isBatch() ? messages.map((message) => message.value) : messages[0]?.value
  }
  get parsed(): boolean {
    return this.#state.mcp !== undefined && this.#messages().length > 0
  }
  get typed(): { readonly value: unknown } | undefined {
    return this.#state.typedBody
  }

  #isBatch(): boolean {
    return this.#state.mcp?.batch === true
  }
}
