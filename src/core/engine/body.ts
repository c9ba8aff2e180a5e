import type { BodyOutput } from '../exchange.ts'
import type { InwardMessages } from './inward.ts'
import type { ExchangeState } from './state.ts'

/** The body as handlers get it, read from the messages as they stand now. */
export class ExchangeBody implements BodyOutput {
  readonly #state: ExchangeState
  readonly #messages: InwardMessages

  constructor(state: ExchangeState, messages: InwardMessages) {
    this.#state = state
    this.#messages = messages
  }

  get changed(): boolean {
    return this.#messages.changed
  }
  get text(): string {
    const [only] = this.#messages.list
    if (only === undefined) return ''
    return this.#isBatch() ? JSON.stringify(this.value) : only.text
  }
  get value(): unknown {
    const messages = this.#messages.list
    return this.#isBatch() ? messages.map((message) => message.value) : messages[0]?.value
  }
  get parsed(): boolean {
    return this.#state.mcp !== undefined && this.#messages.list.length > 0
  }
  get typed(): { readonly value: unknown } | undefined {
    return this.#state.typedBody
  }

  #isBatch(): boolean {
    return this.#state.mcp?.batch === true
  }
}
