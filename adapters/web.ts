import type { BodyInput, BodyOutput, BodyPlan, Exchange, ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import type { Reply } from '../src/core/http.ts'
import { andThen, type MaybePromise } from '../src/lib/maybe-promise.ts'
import type { SafeMcp } from '../src/safe-mcp.ts'
import { Attachment } from './attachment.ts'
import { factsOf } from './web/facts.ts'
import { differs, editAsleep, replaceAsleep, withBody, withHeaders } from './web/hand-on.ts'
import { type Incoming, letGo, sleeperOf, unreadLength } from './web/incoming.ts'
import { isInMemory } from './web/lightweight.ts'
import { holdOutgoing, refuseLateWrites } from './web/outgoing.ts'
import { connectionOf } from './web/platform.ts'
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

/** Keeps a worker alive until the work is done. */
export type WaitUntil = (work: Promise<unknown>) => void

/** One fetch request on its way through an exchange. */
export class WebExchange {
  readonly exchange: Exchange
  /** True once a guard refused: what goes out is a reply, not the handler's response. */
  #refused = false
  /** The rewrite that stands in the request already. */
  #applied: string | undefined

  readonly #info: unknown
  readonly #flush: (() => Promise<void>) | undefined
  readonly #waitUntil: WaitUntil | undefined
  #closed = false
  /** The message whose body was read below the request and pushed back. */
  #incoming: Incoming | undefined

  /** `info` is what the platform passes beside the request, `path` the one the router goes by. */
  constructor(source: ExchangeSource, request: Request, info: unknown, path?: string, waitUntil?: WaitUntil) {
    const pristine = sleeperOf(request, info)?.headersAsleep === true
    this.exchange = source.open(factsOf(request, connectionOf(request, info), pristine, path), request)
    this.#info = info
    this.#flush = (source as Partial<SafeMcp>).flush
    this.#waitUntil = waitUntil
  }

  /** Before the handler. A reply given back means: send it, and do not run the handler. */
  enter(host: WebHost): MaybePromise<Reply | undefined> {
    return this.#admit(host, this.exchange.begin())
  }

  /** The guards of a route join. */
  join(host: WebHost, guards: readonly Guard[]): MaybePromise<Reply | undefined> {
    return this.#admit(host, this.exchange.add(guards))
  }

  #admit(host: WebHost, judged: MaybePromise<Reply | undefined>): MaybePromise<Reply | undefined> {
    const admitted = andThen(judged, (reply) => reply ?? this.#intake(host))
    return andThen(admitted, (reply) => {
      if (reply !== undefined) this.#refused = true
      return reply
    })
  }

  /** Runs the handler. */
  async handle<Result>(run: () => MaybePromise<Result>): Promise<Result> {
    const release = holdOutgoing(this.#info, this.exchange)
    try {
      return await run()
    } finally {
      release?.()
    }
  }

  /** After the handler. Gives back the same response when nothing about it changed. */
  leave(response: Response): MaybePromise<Response> {
    if (this.#refused) {
      this.#close('finished')
      return response
    }
    refuseLateWrites(response, this.exchange)
    return andThen(
      guardResponse(this.exchange, (outcome) => this.#close(outcome), response),
      (guarded) => {
        if (this.#incoming !== undefined && isInMemory(guarded)) letGo(this.#incoming)
        return guarded
      },
    )
  }

  /** The handler, or reading its answer, threw. */
  fail(): void {
    this.#close('failed')
  }

  #close(outcome: 'finished' | 'aborted' | 'failed'): void {
    if (this.#closed) return
    this.#closed = true
    this.exchange.close(outcome)
    // Platforms that stop a worker after its response (Cloudflare) must be told that audit sinks may still be busy.
    if (this.#waitUntil !== undefined && this.#flush !== undefined) this.#waitUntil(this.#flush())
  }

  #intake(host: WebHost): MaybePromise<Reply | undefined> {
    const { exchange } = this
    const plan = exchange.bodyPlan
    if (!plan.read) return this.#handOn(host, undefined)
    return andThen(this.#read(host, plan), (read) => andThen(exchange.receive(read.input), (reply) => reply ?? this.#handOn(host, read)))
  }

  #read(host: WebHost, plan: BodyPlan): MaybePromise<BodyRead> {
    const { request } = host
    const sleeper = sleeperOf(request, this.#info)
    if (sleeper === undefined && request.bodyUsed) return andThen(host.taken(), (taken) => ({ input: taken ?? { fault: 'consumed' } }))
    const length = sleeper === undefined ? undefined : unreadLength(sleeper)
    if (length === 0) return { input: { bytes: new Uint8Array(0) } }
    if (length !== undefined) this.#incoming = sleeper?.incoming
    return readBody(request, this.exchange.context.request.headers, plan, length === undefined ? undefined : sleeper?.incoming)
  }

  /** The handler gets the original bytes, or the one serialisation of what the guards made of them. */
  #handOn(host: WebHost, read: BodyRead | undefined): undefined {
    const { body } = this.exchange
    if (body.changed && body.text !== this.#applied) {
      this.#applied = body.text
      this.#replace(host, new TextEncoder().encode(body.text), true)
    } else if (read?.bytes !== undefined) {
      this.#replace(host, read.bytes, read.inflated === true)
    } else if (read?.rest !== undefined) {
      host.replace(withBody(host.request, read.rest, this.exchange.requestHeaderEdits, false))
    } else {
      this.#edit(host)
    }
    host.expose(this.exchange, body)
  }

  #replace(host: WebHost, bytes: Uint8Array<ArrayBuffer>, replaced: boolean): void {
    const { request } = host
    const edits = this.exchange.requestHeaderEdits
    const sleeper = sleeperOf(request, this.#info)
    const inPlace = sleeper !== undefined && replaceAsleep(request, sleeper, bytes, edits)
    host.replace(inPlace ? request : withBody(request, bytes, edits, replaced))
  }

  #edit(host: WebHost): void {
    const { request } = host
    const edits = this.exchange.requestHeaderEdits
    if (edits.size === 0) return
    const sleeper = sleeperOf(request, this.#info)
    if (sleeper !== undefined) editAsleep(request, sleeper, edits)
    else if (differs(request.headers, edits)) {
      const next = withHeaders(request, edits)
      if (next !== request) host.replace(next)
    }
  }
}

const open = new Attachment<WebExchange>()

/** Remembers the exchange under objects that live exactly as long as the request: a context, a request, an incoming message. */
export function remember(exchange: WebExchange, ...keys: readonly (object | undefined)[]): void {
  for (const key of keys) if (key !== undefined) open.attach(key, exchange)
}

/** The open exchange of this request, if an outer `safeMcp()` or `guard()` opened one. */
export function recall(...keys: readonly (object | undefined)[]): WebExchange | undefined {
  for (const key of keys) {
    const exchange = key === undefined ? undefined : open.of(key)
    if (exchange !== undefined) return exchange
  }
  return undefined
}
