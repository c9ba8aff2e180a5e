import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Exchange, ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import { type HeaderPairs, HeaderView, type Reply, type RequestFacts } from '../src/core/http.ts'
import { andThen, isPromise, type MaybePromise } from '../src/lib/maybe-promise.ts'
import { Attachment } from './attachment.ts'
import { mountedTwice } from './mount.ts'
import { type BodyHolder, readBody, replaceWire } from './node/request-body.ts'
import { requestPairs, setRequestHeader } from './node/request-headers.ts'
import { ResponsePatch } from './node/response.ts'
import { authorityOf, splitTarget } from './node/target.ts'

/** What a framework adds to the bare pair of request and response. */
export interface NodeHost {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Request target as the client sent it, before any router cut a mount path off. */
  readonly target: string
  /** Where this framework's parsers keep a body, the one handlers read first. */
  readonly holders: readonly [BodyHolder, ...BodyHolder[]]
  /** Shows the exchange to handlers. Called each time guards let the request pass. */
  show(exchange: Exchange): void
}

/** An exchange with the response it is bound to. */
interface Open {
  readonly source: ExchangeSource
  readonly exchange: Exchange
  readonly patch: ResponsePatch
  bodyRead: boolean
  /** The rewrite that the request carries already. */
  applied: string | undefined
}

const open = new Attachment<Open>()

/**
 * Opens an exchange for a request. True when the handler may run; false when the answer is written or the client is gone.
 *
 * @throws {SafeMcpConfigError} `mounted_twice` when an exchange is open already.
 */
export function enter(source: ExchangeSource, host: NodeHost): MaybePromise<boolean> {
  const { req, res } = host
  const before = open.of(req)
  // An app that hands a request back to itself (`req.url = ...; app.handle(req, res)`) passes the same mount again.
  if (before?.source === source) return true
  if (before !== undefined) throw mountedTwice()
  const gone = new Departure()
  const exchange = source.open(factsOf(host), gone)
  const entry: Open = { source, exchange, patch: new ResponsePatch(res, exchange), bodyRead: false, applied: undefined }
  open.attach(req, entry)
  onceClosed(req, res, () => {
    entry.patch.release()
    if (!res.writableFinished) gone.happened()
    exchange.close(res.writableFinished ? 'finished' : res.errored ? 'failed' : 'aborted')
  })
  const reply = exchange.begin()
  return isPromise(reply) ? reply.then((late) => proceed(entry, host, late)) : proceed(entry, host, reply)
}

/** Per-route guards join the exchange of this request. Undefined when there is none. */
export function join(guards: readonly Guard[], host: NodeHost): MaybePromise<boolean> | undefined {
  const entry = open.of(host.req)
  if (entry === undefined) return undefined
  return andThen(entry.exchange.add(guards), (reply) => proceed(entry, host, reply))
}

/** That the client is gone. Most requests end before anybody asks for the signal, which is dear to make. */
class Departure {
  #controller: AbortController | undefined
  #over = false

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#over) this.#controller.abort()
    }
    return this.#controller.signal
  }

  happened(): void {
    this.#over = true
    this.#controller?.abort()
  }
}

function proceed(entry: Open, host: NodeHost, reply: Reply | undefined): MaybePromise<boolean> {
  if (reply !== undefined) return refuse(entry, reply)
  const { exchange } = entry
  if (!exchange.bodyPlan.read || entry.bodyRead) return admit(entry, host)
  entry.bodyRead = true
  return andThen(readBody(host.req, exchange.bodyPlan, host.holders), (input) => {
    if (input === undefined) return false
    return andThen(exchange.receive(input), (late) => (late === undefined ? admit(entry, host) : refuse(entry, late)))
  })
}

function refuse({ patch }: Open, reply: Reply): false {
  patch.reply(reply)
  return false
}

/** Hands the request on: headers and body as the exchange wants the handler to see them. */
function admit(entry: Open, host: NodeHost): boolean {
  const { req, res, holders } = host
  if (res.destroyed) return false
  for (const [name, value] of entry.exchange.requestHeaderEdits) setRequestHeader(req, name, value)
  host.show(entry.exchange)
  if (!entry.bodyRead) return true
  const { changed, text, value, parsed, typed } = entry.exchange.body
  if (changed && entry.applied !== text) {
    entry.applied = text
    replaceBody(req, holders, text, value)
  }
  if (typed !== undefined || parsed) setParsed(req, holders[0], typed === undefined ? value : typed.value)
  return true
}

function setParsed(req: IncomingMessage, holder: BodyHolder, value: unknown): void {
  holder.body = value
  ;(req as { _body?: boolean })._body = true // body-parser's mark
}

/** After a rewrite every copy of the body says the same: stream, parsed value, raw copies and the headers about it. */
function replaceBody(req: IncomingMessage, holders: readonly BodyHolder[], text: string, value: unknown): void {
  const bytes = Buffer.from(text)
  replaceWire(req, bytes)
  for (const holder of holders) {
    if (holder.body !== undefined) holder.body = inKindOf(holder.body, bytes, text, value)
    if (holder.rawBody !== undefined) holder.rawBody = inKindOf(holder.rawBody, bytes, text, bytes)
  }
  setRequestHeader(req, 'content-encoding', undefined)
  for (const digest of ['content-md5', 'content-digest', 'repr-digest', 'digest']) {
    if (req.headers[digest] !== undefined) setRequestHeader(req, digest, undefined)
  }
  if (req.headers['transfer-encoding'] === undefined) setRequestHeader(req, 'content-length', String(bytes.length))
}

function inKindOf(old: unknown, bytes: Uint8Array, text: string, value: unknown): unknown {
  return typeof old === 'string' ? text : old instanceof Uint8Array ? bytes : value
}

function factsOf({ req, target }: NodeHost): RequestFacts {
  const socket = req.socket as Socket & { encrypted?: boolean }
  const { path, query } = splitTarget(target)
  return {
    method: (req.method ?? 'GET').toUpperCase(),
    path,
    query,
    headers: new HeaderView(withAuthority(requestPairs(req), target)),
    scheme: socket.encrypted === true ? 'https' : 'http',
    remoteAddress: socket.remoteAddress,
    localAddress: socket.localAddress,
  }
}

/** A target and a `Host` that disagree are two hosts: nobody behind us must go by the one that was not judged. */
function withAuthority(pairs: HeaderPairs, target: string): HeaderPairs {
  const authority = authorityOf(target)
  return authority === undefined || pairs.some(([name, value]) => name.toLowerCase() === 'host' && value === authority)
    ? pairs
    : [...pairs, ['host', authority]]
}

/** Calls back once, when the response is out or its connection is gone. */
function onceClosed(req: IncomingMessage, res: ServerResponse, closed: () => void): void {
  let pending = true
  // A pipelined response that is still waiting for its turn on the socket never hears that the socket has closed.
  const waiting = res.socket === null ? req.socket : undefined
  const once = () => {
    if (pending) closed()
    pending = false
    waiting?.off('close', once)
  }
  res.on('close', once)
  waiting?.once('close', once)
  if (res.destroyed) once()
}
