import type { ServerResponse } from 'node:http'
import type { BodyTransform, Exchange, TransformOutput } from '../../src/core/exchange.ts'
import type { HeaderPairs, Reply, ResponseHead } from '../../src/core/http.ts'
import { andThen, isPromise, type MaybePromise } from '../../src/lib/maybe-promise.ts'
import { applyHead, type HeadArguments, readHead, sameHead, settleArguments } from './head.ts'
import { drain, unreadBody } from './unread-body.ts'

/** Fields that speak of a body that is not sent. */
const aboutBody: ReadonlySet<string> = new Set(
  'content-type content-length content-encoding content-language content-range content-disposition content-location content-md5 content-digest repr-digest digest etag last-modified accept-ranges transfer-encoding trailer'.split(
    ' ',
  ),
)

type Callback = (error?: Error | null) => void
type Answer = Awaited<ReturnType<Exchange['respond']>>

/** The methods that are replaced, with every way of calling them folded into one. */
interface Methods {
  writeHead(this: ServerResponse, ...args: HeadArguments): ServerResponse
  write(this: ServerResponse, chunk: unknown, encoding?: unknown, callback?: unknown): boolean
  end(this: ServerResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse
  flushHeaders(this: ServerResponse): void
}

/**
 * Stands between a handler and its response: `writeHead`, `write`, `end` and `flushHeaders` of the same object are replaced,
 * so whatever a framework builds on them is covered. What the exchange lets pass goes through with its own arguments, and the
 * replaced methods step aside.
 *
 * Phases: `open`, no head yet; `held`, the head is known and nothing is sent; `streaming`, the head is sent and chunks are
 * transformed; `through`, no longer in the way; `over`, the response is complete and what a handler still writes is dropped.
 */
export class ResponsePatch {
  readonly #res: ServerResponse
  readonly #exchange: Pick<Exchange, 'respond'>
  readonly #original: Methods
  readonly #patched: Methods
  /** What middleware in front of us had set; it stays on a refusal (CORS, request ids). */
  readonly #outer: HeaderPairs

  #phase: 'open' | 'held' | 'streaming' | 'through' | 'over' = 'open'
  /** The head the exchange was asked about. */
  #seen: ResponseHead | undefined
  #transform: BodyTransform | undefined
  /** Counts the heads: an answer about a head that was replaced meanwhile is void. */
  #turn = 0
  #ended = false
  /** The handler says it all in one `end(body)`: Node would announce its length, and so do we. */
  #atOnce = false
  /** Steps waiting for one that is under way. Undefined when none is. */
  #queue: (() => MaybePromise<void>)[] | undefined
  #writable = true

  constructor(res: ServerResponse, exchange: Pick<Exchange, 'respond'>) {
    this.#res = res
    this.#exchange = exchange
    this.#outer = readHead(res).headers
    const { writeHead: head, write, end, flushHeaders } = res as unknown as Methods
    this.#original = { writeHead: head, write, end, flushHeaders }
    const writeHead = (...args: HeadArguments): ServerResponse => this.#onHead(args)
    this.#patched = {
      writeHead,
      write: (chunk, encoding, callback) => this.#onWrite(chunk, encoding, callback),
      end: (chunk, encoding, callback) => this.#onEnd(chunk, encoding, callback),
      flushHeaders: () => this.#onFlush(),
    }
    Object.assign(res, this.#patched)
    // Node's old alias would go round the patch.
    if ('writeHeader' in res) res.writeHeader = writeHead
  }

  /** Answers with this, whatever the handler did or will do. The response must not have begun. */
  reply(reply: Reply): void {
    this.#turn++
    this.#replace(reply)
  }

  /** The connection is gone or the response is out: lets go of all that is held. */
  release(): void {
    this.#turn++
    this.#transform = undefined
    if (this.#queue !== undefined) this.#queue.length = 0
    this.#stepAside()
  }

  // What handlers call

  #onHead(args: HeadArguments): ServerResponse {
    if (this.#phase === 'open' || this.#phase === 'held') {
      if (!this.#ended) this.#ask(args)
      return this.#res
    }
    // Also Node's own call, when `write` or `end` finds no head: it must reach the original.
    return this.#original.writeHead.call(this.#res, ...args)
  }

  #onWrite(chunk: unknown, encoding: unknown, callback: unknown): boolean {
    if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    const direct = () => this.#original.write.call(this.#res, chunk, encoding, callback)
    if (this.#isAside() || !isChunk(chunk)) return direct()
    if (this.#ended) return this.#afterEnd(callback as Callback | undefined)
    this.#ask()
    if (this.#isAside()) return direct()
    // A producer may use its buffer again once we call back; what waits needs a copy.
    const waits = this.#queue !== undefined || this.#phase === 'held'
    const bytes = toBytes(chunk, encoding, waits)
    this.#writable = true
    return this.#run(() => this.#push(bytes, callback as Callback | undefined)) && this.#writable
  }

  #onEnd(chunk: unknown, encoding: unknown, callback: unknown): ServerResponse {
    if (typeof chunk === 'function') [chunk, encoding, callback] = [undefined, undefined, chunk]
    else if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    const direct = () => this.#original.end.call(this.#res, chunk, encoding, callback)
    const empty = chunk === undefined || chunk === null || chunk === ''
    if (this.#isAside() || !(empty || isChunk(chunk))) return direct()
    if (this.#ended) {
      if (!empty) this.#afterEnd(callback as Callback | undefined)
      else this.#onFinish(callback)
      return this.#res
    }
    this.#atOnce = this.#phase === 'open'
    this.#ask()
    if (this.#isAside()) return direct()
    this.#ended = true
    this.#onFinish(callback)
    const bytes = empty ? undefined : toBytes(chunk as string, encoding, false)
    if (!this.#run(() => this.#finish(bytes))) this.#pretend()
    return this.#res
  }

  #onFlush(): void {
    if (this.#isAside()) {
      this.#original.flushHeaders.call(this.#res)
      return
    }
    if (this.#ended) return
    this.#ask()
    this.#run(() => {
      if (this.#phase === 'streaming' || this.#phase === 'through') this.#original.flushHeaders.call(this.#res)
    })
  }

  // The head

  /**
   * Asks the exchange about the head, once. While nothing was sent `headersSent` is false, so an error handler may still
   * write another response; a head that changed is asked about anew and what was held for the old one is dropped.
   */
  #ask(args?: HeadArguments): void {
    if (this.#phase !== 'open' && this.#phase !== 'held') return
    const head = readHead(this.#res, args)
    if (this.#seen !== undefined && sameHead(this.#seen, head)) return
    const turn = ++this.#turn
    this.#seen = head
    this.#phase = 'held'
    this.#transform = undefined
    if (this.#queue !== undefined) {
      this.#queue.length = 0
      this.#adopt(args)
    }
    const pending = this.#queue === undefined ? args : undefined
    this.#run(() => {
      const answer = this.#exchange.respond(head)
      if (!isPromise(answer)) return this.#settle(answer, pending, args !== undefined)
      this.#adopt(pending)
      return answer.then((late) => {
        if (turn === this.#turn) this.#settle(late, undefined, args !== undefined)
      })
    })
  }

  #adopt(args: HeadArguments | undefined): void {
    if (args === undefined) return
    settleArguments(this.#res, args)
    this.#seen = readHead(this.#res)
  }

  #settle(answer: Answer, args: HeadArguments | undefined, explicit: boolean): void {
    if (answer === 'pass') {
      this.#stepAside()
      if (args !== undefined) this.#original.writeHead.call(this.#res, ...args)
      else if (explicit) this.#sendHead()
      return
    }
    this.#adopt(args)
    if ('reply' in answer) this.#replace(answer.reply)
    else if ('passWith' in answer || this.#isBodiless()) {
      applyHead(this.#res, 'passWith' in answer ? answer.passWith : answer.head)
      this.#stepAside()
      if (explicit) this.#sendHead()
    } else {
      this.#transform = answer
      if (answer.kind === 'whole' || this.#atOnce) return
      this.#phase = 'streaming'
      applyHead(this.#res, answer.head)
      this.#sendHead()
    }
  }

  /** The original, not ours: Node's implicit header calls `this.writeHead`, which would wait for itself. */
  #sendHead(): void {
    this.#unpretend()
    this.#original.writeHead.call(this.#res, this.#res.statusCode)
  }

  #isBodiless(): boolean {
    const { statusCode, req } = this.#res
    return req.method === 'HEAD' || statusCode === 204 || statusCode === 304 || statusCode < 200
  }

  // The body

  #push(bytes: Uint8Array, callback: Callback | undefined): MaybePromise<void> {
    if (this.#phase === 'through') {
      this.#writable = this.#original.write.call(this.#res, bytes, undefined, callback)
      return
    }
    if (this.#transform === undefined) return later(callback)
    const turn = this.#turn
    return andThen(this.#transform.push(bytes), (output) => {
      if (turn === this.#turn) this.#send(output, callback)
    })
  }

  #send(output: TransformOutput, callback?: Callback): void {
    if (output instanceof Uint8Array) {
      this.#begin()
      this.#writable = this.#original.write.call(this.#res, output, undefined, callback)
      return
    }
    later(callback)
    if (output === undefined) {
      // The handler sent something, so the client may have the head although the text is held back.
      if (this.#phase === 'streaming') this.#original.flushHeaders.call(this.#res)
    } else if ('reply' in output) this.#replace(output.reply)
    else this.#complete(output.last)
  }

  #finish(bytes: Uint8Array | undefined): MaybePromise<void> {
    if (this.#phase === 'through') {
      this.#unpretend()
      this.#original.end.call(this.#res, bytes)
      return
    }
    const transform = this.#transform
    if (transform === undefined) return
    const turn = this.#turn
    if (this.#atOnce && transform.kind === 'stream') return this.#finishAtOnce(transform, bytes ?? new Uint8Array(0))
    return andThen(bytes === undefined ? undefined : this.#push(bytes, undefined), () => {
      if (turn !== this.#turn || this.#phase === 'over') return
      return andThen(transform.end(), (output) => {
        if (turn !== this.#turn) return
        if (output === undefined || output instanceof Uint8Array) this.#complete(output)
        else this.#send(output)
      })
    })
  }

  #finishAtOnce(transform: BodyTransform, bytes: Uint8Array): MaybePromise<void> {
    const turn = this.#turn
    return andThen(transform.push(bytes), (first) => {
      if (turn !== this.#turn) return
      if (first !== undefined && !(first instanceof Uint8Array)) return this.#send(first)
      return andThen(transform.end(), (rest) => {
        if (turn !== this.#turn) return
        if (rest === undefined || rest instanceof Uint8Array)
          this.#complete(first === undefined || rest === undefined ? (first ?? rest) : Buffer.concat([first, rest]))
        else this.#send(rest)
      })
    })
  }

  /** Sends the head of a held response, when it is still held. */
  #begin(length?: number): void {
    if (this.#phase !== 'held' || this.#transform === undefined) return
    this.#unpretend()
    applyHead(this.#res, this.#transform.head)
    const framed = this.#res.hasHeader('transfer-encoding') || this.#res.hasHeader('trailer')
    if (length !== undefined && !framed) this.#res.setHeader('Content-Length', length)
    this.#phase = 'streaming'
    this.#sendHead()
  }

  #complete(bytes: Uint8Array | undefined): void {
    this.#begin(bytes?.length ?? 0)
    this.#phase = 'over'
    this.#transform = undefined
    this.#unpretend()
    this.#original.end.call(this.#res, bytes)
  }

  #replace(reply: Reply): void {
    const res = this.#res
    this.#phase = 'over'
    this.#transform = undefined
    this.#unpretend()
    // Too late to say no in words: the client must not take what it has for the whole.
    if (res.headersSent) {
      res.destroy()
      return
    }
    const named = new Set(reply.headers.map(([name]) => name.toLowerCase()))
    const stays = (name: string): boolean => !named.has(name) && !aboutBody.has(name) && res.hasHeader(name)
    const kept = this.#outer.filter(([name]) => stays(name.toLowerCase()))
    applyHead(res, { status: reply.status, headers: [...kept, ...reply.headers] })

    const { body } = reply
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (!this.#isBodiless()) res.setHeader('Content-Length', bytes?.length ?? 0)
    const rest = unreadBody(res.req)
    if (rest !== 'long') {
      this.#sendHead()
      this.#original.end.call(res, bytes)
      if (rest === 'short') res.req.resume()
      return
    }
    res.setHeader('Connection', 'close')
    this.#sendHead()
    if (bytes === undefined) this.#original.flushHeaders.call(res)
    else this.#original.write.call(res, bytes)
    drain(res.req, () => this.#original.end.call(res))
  }

  // The order of things

  /** Runs a step, or lines it up behind one that is under way. True when it is done already. */
  #run(step: () => MaybePromise<void>): boolean {
    if (this.#queue !== undefined) {
      this.#queue.push(step)
      return false
    }
    const done = step()
    if (!isPromise(done)) return true
    this.#queue = []
    done.then(() => this.#runQueue()).catch((error: Error) => this.#res.destroy(error))
    return false
  }

  async #runQueue(): Promise<void> {
    const queue = this.#queue as (() => MaybePromise<void>)[]
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const done = step()
      if (isPromise(done)) await done
    }
    this.#queue = undefined
    if (this.#phase === 'through') this.#stepAside()
    if (!this.#ended && !this.#res.destroyed && !this.#res.writableNeedDrain) this.#res.emit('drain')
  }

  #isAside(): boolean {
    return this.#phase === 'through' && this.#queue === undefined
  }

  /** Gives the methods back, except where somebody wrapped ours: there ours stay as a passage. */
  #stepAside(): void {
    this.#phase = 'through'
    this.#unpretend()
    if (this.#queue !== undefined) return
    const res = this.#res as unknown as Methods
    for (const key of ['writeHead', 'write', 'end', 'flushHeaders'] as const) {
      if (res[key] === this.#patched[key]) Object.assign(res, { [key]: this.#original[key] })
    }
  }

  // What handlers see of a response that they ended and that is not out yet

  #pretend(): void {
    if (this.#phase === 'over' || this.#res.destroyed) return
    const yes = { configurable: true, get: () => true }
    Object.defineProperties(this.#res, { headersSent: yes, writableEnded: yes })
  }

  #unpretend(): void {
    const res = this.#res as { headersSent?: boolean; writableEnded?: boolean }
    if (!Object.hasOwn(res, 'headersSent')) return
    delete res.headersSent
    delete res.writableEnded
  }

  #onFinish(callback: unknown): void {
    if (typeof callback !== 'function') return
    if (this.#res.writableFinished) later(callback as Callback)
    else this.#res.once('finish', callback as () => void)
  }

  #afterEnd(callback: Callback | undefined): false {
    const error = Object.assign(new Error('write after end'), { code: 'ERR_STREAM_WRITE_AFTER_END' })
    process.nextTick(() => {
      callback?.(error)
      if (this.#res.listenerCount('error') > 0) this.#res.emit('error', error)
    })
    return false
  }
}

function isChunk(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === 'string' || chunk instanceof Uint8Array
}

function toBytes(chunk: string | Uint8Array, encoding: unknown, copy: boolean): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk, (encoding as BufferEncoding | null | undefined) ?? 'utf8')
  return copy ? Buffer.from(chunk) : chunk
}

function later(callback: Callback | undefined): void {
  if (typeof callback === 'function') process.nextTick(callback)
}
