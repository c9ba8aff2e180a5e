import type { McpFacts } from '../src/core/context.ts'
import type { Exchange } from '../src/core/exchange.ts'
import type { Finding } from '../src/core/finding.ts'
import type { ChainReport, Principal } from '../src/core/principal.ts'

/** What a handler may know of its exchange: `req.safeMcp`, `ctx.state.safeMcp`, `c.get('safeMcp')`. */
export interface SafeMcpView {
  /** Exchange id, the same as in refusals and audit events. */
  readonly id: string
  /** The verified caller; undefined when nobody was verified. */
  readonly principal: Principal | undefined
  /** The verified component chain, where one was asked for. */
  readonly chain: ChainReport | undefined
  readonly findings: readonly Finding[]
  /** The value `bodyGuard` made of the body, or else the body as the guards saw it. */
  readonly body: unknown
  /** Undefined on plain routes. */
  readonly mcp: McpFacts | undefined
}

/** A live view: guards that join later on the route are seen too. */
export function viewOf(exchange: Exchange): SafeMcpView {
  return new LiveView(exchange)
}

class LiveView implements SafeMcpView {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  get id() {
    return this.#exchange.context.id
  }
  get principal() {
    return this.#exchange.context.principal
  }
  get chain() {
    return this.#exchange.context.chain
  }
  get findings() {
    return this.#exchange.context.findings
  }
  get body() {
    const { typed, value } = this.#exchange.body
    return typed === undefined ? value : typed.value
  }
  get mcp() {
    return this.#exchange.context.mcp
  }
}
