import type { BodyInput, BodyOutput, Exchange, ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import type { Reply } from '../src/core/http.ts'
import { isPromise, type MaybePromise } from '../src/lib/maybe-promise.ts'
import { type Connection, factsOf } from './web/facts.ts'
import { differs, withBody, withHeaders } from './web/hand-on.ts'
import { type BodyRead, readBody } from './web/read-body.ts'
import { guardResponse } from './web/response.ts'

/** What differs between the hosts of fetch requests: Hono's context, or a bare handler. */
export interface WebHost {
  /** The request as the handler will see it. */
  readonly request: Request
  /** What an earlier parser made of a body it took from the request; undefined when nobody knows any more. */
  taken(): MaybePromise<BodyInput | undefined>
  /** Puts a request in the place of the present one. Copies of the body that others keep are no longer true. */
  replace(request: Request): void
  /** Called when the guards have seen the request, on every route that guards it: the place to show the result to handlers. */
  expose(exchange: Exchange, body: BodyOutput): void
}

/** One fetch request on its way through an exchange. */
export class WebExchange {
  readonly exchange: Exchange
  /** True once a guard refused: what goes out is a reply, not the handler's response. */
  #refused = false
  /** The rewrite that stands in the request already. */
  #applied: string | undefined

  constructor(source: ExchangeSource, request: Request, connection: Connection, path?: string) {
    this.exchange = source.open(factsOf(request, connection, path), request.signal)
  }

  /** Before the handler. A reply given back means: send it, and do not run the handler. */
  async enter(host: WebHost): Promise<Reply | undefined> {
    let reply = this.exchange.begin()
    if (isPromise(reply)) reply = await reply
    reply ??= await this.#intake(host)
    this.#refused = reply !== undefined
    return reply
  }

  /** The guards of a route join. */
  async join(host: WebHost, guards: readonly Guard[]): Promise<Reply | undefined> {
    let reply = this.exchange.add(guards)
    if (isPromise(reply)) reply = await reply
    reply ??= await this.#intake(host)
    this.#refused ||= reply !== undefined
    return reply
  }

  /** After the handler. Gives back the same response when nothing about it changed. */
  leave(response: Response): Response | Promise<Response> {
    if (!this.#refused) return guardResponse(this.exchange, response)
    this.exchange.close('finished')
    return response
  }

  /** The handler, or reading its answer, threw. */
  fail(): void {
    this.exchange.close('failed')
  }

  async #intake(host: WebHost): Promise<Reply | undefined> {
    const { exchange } = this
    const plan = exchange.bodyPlan
    let read: BodyRead | undefined
    if (plan.read) {
      read = host.request.bodyUsed ? { input: (await host.taken()) ?? { fault: 'truncated' } } : await readBody(host.request, plan.maxBytes)
      let reply = exchange.receive(read.input)
      if (isPromise(reply)) reply = await reply
      if (reply !== undefined) return reply
    }
    const { body } = exchange
    this.#handOn(host, read, body)
    host.expose(exchange, body)
    return undefined
  }

  /** The handler gets the original bytes, or the one serialisation of what the guards made of them. */
  #handOn(host: WebHost, read: BodyRead | undefined, body: BodyOutput): void {
    const { request } = host
    const edits = this.exchange.requestHeaderEdits
    if (body.changed && body.text !== this.#applied) {
      this.#applied = body.text
      host.replace(withBody(request, new TextEncoder().encode(body.text), edits, true))
    } else if (read?.bytes !== undefined) {
      host.replace(withBody(request, read.bytes, edits, read.inflated === true))
    } else if (read?.rest !== undefined) {
      host.replace(withBody(request, read.rest, edits, false))
    } else if (differs(request.headers, edits)) {
      const next = withHeaders(request, edits)
      if (next !== request) host.replace(next)
    }
  }
}

const open = new WeakMap<object, WebExchange>()

/** Remembers the exchange under objects that live exactly as long as the request: a context, a request, an incoming message. */
export function remember(exchange: WebExchange, ...keys: readonly (object | undefined)[]): void {
  for (const key of keys) if (key !== undefined) open.set(key, exchange)
}

/** The open exchange of this request, if an outer `safeMcp()` or `guard()` opened one. */
export function recall(...keys: readonly (object | undefined)[]): WebExchange | undefined {
  for (const key of keys) {
    const exchange = key === undefined ? undefined : open.get(key)
    if (exchange !== undefined) return exchange
  }
  return undefined
}
