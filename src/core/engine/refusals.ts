import type { DenialCode } from '../codes.ts'
import type { Reply } from '../http.ts'
import type { Message } from '../message.ts'
import type { Phase } from '../observer.ts'
import { type RefusedMessage, renderBatchDenial, renderDenial } from '../render.ts'
import type { Denial } from '../verdict.ts'
import type { Judgement } from './judge.ts'
import type { EngineParts } from './parts.ts'
import { type ExchangeState, tell } from './state.ts'

/** How one exchange says no, and what it said. */
export class Refusals {
  /** The first refusal, by its code. */
  denied: DenialCode | undefined
  /** What the caller is answered with: the handler's status until something else is written. */
  status: number | undefined
  readonly #parts: EngineParts
  readonly #state: ExchangeState
  readonly #messages: () => readonly Message[]

  /** `messages`: the entries of a batch, each of which is refused by its id. */
  constructor(parts: EngineParts, state: ExchangeState, messages: () => readonly Message[]) {
    this.#parts = parts
    this.#state = state
    this.#messages = messages
  }

  /** A refusal the engine itself makes. In monitor mode it is recorded and the body goes on unread. */
  refuse(denial: Denial, phase: Phase, message?: RefusedMessage): Reply | undefined {
    const state = this.#state
    const enforced = state.mode !== 'monitor'
    tell(this.#parts.observers, (observer) => observer.onVerdict?.({ guard: 'exchange', phase, action: 'deny', enforced, denial }, state))
    return enforced ? this.render(denial, message) : undefined
  }

  render(denial: Denial, message: RefusedMessage | Message | undefined): Reply {
    const parts = this.#parts
    const state = this.#state
    this.denied ??= denial.code
    const own = parts.ownReply(denial, state)
    if (own !== undefined) return this.write(own)
    const refused = message?.kind === 'plain' ? undefined : (message as RefusedMessage | undefined)
    const place = { exchangeId: state.id, mcp: state.mcp, message: refused }
    const shown = parts.exposeFindings ? { ...denial, data: { ...denial.data, findings: state.findings } } : denial
    return this.write(
      state.mcp?.batch ? renderBatchDenial(shown, place, this.#messages() as readonly RefusedMessage[]) : renderDenial(shown, place),
    )
  }

  /** The reply that a judgement asks for, if it does. */
  answer({ reply, denial }: Judgement, message: Message | undefined): Reply | undefined {
    if (reply !== undefined) return this.write(reply)
    return denial === undefined ? undefined : this.render(denial, message)
  }

  /** A reply as it goes out, with the headers guards set. */
  write(reply: Reply): Reply {
    this.status = reply.status
    const more = this.#state.responseHeaders
    return more.length === 0 ? reply : { ...reply, headers: [...reply.headers, ...more] }
  }
}
