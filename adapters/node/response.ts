import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type BodyTransform, type Chunk, type Exchange, isChunk, type TransformOutput } from '../../src/core/exchange.ts'
import type { Reply, ResponseHead } from '../../src/core/http.ts'
import { andThen, isPromise, type MaybePromise } from '../../src/lib/maybe-promise.ts'
import { toChunk } from './chunk.ts'
import { applyHead, type HeadArguments, isBodiless, readHead, sameHead, settleArguments } from './head.ts'
import { Replaced } from './methods.ts'
import { pretend, unpretend } from './pretence.ts'
import { writeReply } from './reply.ts'
import { Steps } from './steps.ts'
import { Turn } from './turn.ts'

type Callback = (error?: Error | null) => void
type Answer = Awaited<ReturnType<Exchange['respond']>>

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
  readonly #methods: Replaced
  readonly #steps: Steps
  /** What middleware in front of us had set. */
  readonly #outer: OutgoingHttpHeaders

  #phase: 'open' | 'held' | 'streaming' | 'through' | 'over' = 'open'
  /** The head the exchange was asked about. */
  #seen: ResponseHead | undefined
  #transform: BodyTransform | undefined
  /** Counts the heads: an answer about a head that was replaced meanwhile is void. */
  #turn = 0
  #ended = false
  /** The handler says it all in one `end(body)`: Node would announce its length, and so do we. */
  #atOnce = false
  /** What the last write said about going on. */
  #writable = true
  #gathered: Turn | undefined

  constructor(res: ServerResponse, exchange: Pick<Exchange, 'respond'>) {
    this.#res = res
    this.#exchange = exchange
    this.#outer = res.getHeaders()
    this.#steps = new Steps(
      () => this.#onIdle(),
      (error) => res.destroy(error),
    )
    this.#methods = new Replaced(res, {
      writeHead: (...args) => this.#onHead(args),
      write: (chunk, encoding, callback) => this.#onWrite(chunk, encoding, callback),
      end: (chunk, encoding, callback) => this.#onEnd(chunk, encoding, callback),
      flushHeaders: () => this.#onFlush(),
    })
  }

  /** Answers with this, whatever the handler did or will do. */
  reply(reply: Reply): void {
    this.#turn++
    this.#replace(reply)
  }

  /** The connection is gone or the response is out: lets go of all that is held. */
  release(): void {
    this.#turn++
    this.#transform = undefined
    this.#gathered?.take()
    this.#steps.clear()
    this.#stepAside()
  }

  // What handlers call

  #onHead(args: HeadArguments): ServerResponse {
    const undecided = this.#phase === 'open' || this.#phase === 'held'
    if (this.#methods.inside || !undecided) return this.#methods.call('writeHead', ...args)
    if (!this.#ended) this.#ask(args)
    return this.#res
  }

  #onWrite(chunk: unknown, encoding: unknown, callback: unknown): boolean {
    if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    if (this.#isAside() || !isChunk(chunk)) return this.#methods.call('write', chunk, encoding, callback)
    if (this.#ended) return this.#afterEnd(callback as Callback | undefined)
    this.#ask()
    if (this.#isAside()) return this.#methods.call('write', chunk, encoding, callback)
    // A producer may use its buffer again once we call back; what waits needs a copy.
    const piece = toChunk(chunk, encoding, this.#steps.busy || this.#phase === 'held')
    if (typeof piece === 'string' && callback === undefined && this.#gathers) return this.#gather(piece)
    this.#pushGathered()
    return this.#pushNext(piece, callback as Callback | undefined)
  }

  #onEnd(chunk: unknown, encoding: unknown, callback: unknown): ServerResponse {
    if (typeof chunk === 'function') [chunk, encoding, callback] = [undefined, undefined, chunk]
    else if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding]
    const empty = chunk === undefined || chunk === null || chunk === ''
    if (this.#isAside() || !(empty || isChunk(chunk))) return this.#methods.call('end', chunk, encoding, callback)
    if (this.#ended) {
      if (empty) this.#onFinish(callback)
      else this.#afterEnd(callback as Callback | undefined)
      return this.#res
    }
    this.#atOnce = this.#phase === 'open'
    this.#ask()
    if (this.#isAside()) return this.#methods.call('end', chunk, encoding, callback)
    this.#ended = true
    this.#onFinish(callback)
    this.#pushGathered()
    const piece = empty ? undefined : toChunk(chunk as string, encoding, false)
    if (!this.#steps.run(() => this.#finish(piece)) && this.#phase !== 'over') pretend(this.#res)
    return this.#res
  }

  #onFlush(): void {
    if (this.#isAside()) this.#methods.call('flushHeaders')
    else if (!this.#ended) {
      this.#ask()
      this.#steps.run(() => {
        if (this.#phase === 'streaming' || this.#phase === 'through') this.#methods.call('flushHeaders')
      })
    }
  }

  #onIdle(): void {
    if (this.#phase === 'through') this.#stepAside()
    if (!this.#ended && !this.#res.destroyed && !this.#res.writableNeedDrain) this.#res.emit('drain')
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
    this.#phase = 'held'
    this.#seen = head
    this.#transform = undefined
    this.#steps.clear()
    // Arguments of `writeHead` must outlast this call where the answer does not come within it.
    if (this.#steps.busy) this.#adopt(args)
    const own = this.#steps.busy ? undefined : args
    this.#steps.run(() => {
      const answer = this.#exchange.respond(head)
      if (!isPromise(answer)) return this.#settle(answer, own, args !== undefined)
      this.#adopt(own)
      return answer.then((late) => {
        if (turn === this.#turn) this.#settle(late, undefined, args !== undefined)
      })
    })
  }

  /** Puts what `writeHead` was given on the response. */
  #adopt(args: HeadArguments | undefined): void {
    if (args === undefined) return
    settleArguments(this.#res, args)
    this.#seen = readHead(this.#res)
  }

  #settle(answer: Answer, args: HeadArguments | undefined, explicit: boolean): void {
    if (answer === 'pass') {
      this.#stepAside()
      if (args !== undefined) this.#methods.call('writeHead', ...args)
      else if (explicit) this.#sendHead()
      return
    }
    this.#adopt(args)
    if ('reply' in answer) this.#replace(answer.reply)
    else if ('passWith' in answer || isBodiless(this.#res)) {
      applyHead(this.#res, 'passWith' in answer ? answer.passWith : answer.head)
      this.#stepAside()
      if (explicit) this.#sendHead()
    } else {
      this.#transform = answer
      if (answer.kind === 'stream' && !this.#atOnce) this.#begin()
    }
  }

  #sendHead(): void {
    unpretend(this.#res)
    this.#methods.call('writeHead', this.#res.statusCode)
  }

  /** Sends the head of the transform, when it is still held. `length`: of a body that is known whole. */
  #begin(length?: number): void {
    const res = this.#res
    if (this.#phase !== 'held' || this.#transform === undefined) return
    this.#phase = 'streaming'
    unpretend(this.#res)
    // Who is made to wait may have set headers meanwhile, which nobody has seen.
    if (this.#transform.head !== this.#seen || this.#steps.busy) applyHead(res, this.#transform.head)
    const announced = length === undefined || res.hasHeader('transfer-encoding') || res.hasHeader('trailer')
    if (!announced && Number(res.getHeader('content-length')) !== length) res.setHeader('Content-Length', length)
    this.#sendHead()
  }

  // The body

  get #gathers(): boolean {
    return this.#phase === 'streaming' && this.#transform?.gathers === true && !this.#steps.busy && !this.#methods.wrapped
  }

  #gather(text: string): boolean {
    this.#gathered ??= new Turn(() => {
      if (this.#res.destroyed) return
      try {
        this.#pushGathered()
      } catch (error) {
        // No handler is there any more to hear of it.
        this.#res.destroy(error as Error)
      }
    })
    return this.#gathered.add(text) ? this.#pushGathered() : !this.#res.writableNeedDrain
  }

  /** Sends what was gathered on its way, before anything else is. */
  #pushGathered(): boolean {
    const text = this.#gathered?.take() ?? ''
    return text === '' || this.#pushNext(text, undefined)
  }

  #pushNext(piece: Chunk, callback: Callback | undefined): boolean {
    this.#writable = true
    return this.#steps.run(() => this.#push(piece, callback)) && this.#writable
  }

  #push(piece: Chunk, callback: Callback | undefined): MaybePromise<void> {
    if (this.#phase === 'through') {
      this.#writable = this.#methods.call('write', piece, undefined, callback)
      return
    }
    if (this.#transform === undefined) return later(callback)
    const output = this.#transform.push(piece)
    if (!isPromise(output)) return this.#send(output, callback)
    const turn = this.#turn
    return output.then((late) => {
      if (turn === this.#turn) this.#send(late, callback)
    })
  }

  #send(output: TransformOutput, callback: Callback | undefined): void {
    if (isChunk(output)) {
      this.#begin()
      this.#writable = this.#methods.call('write', output, undefined, callback)
      return
    }
    later(callback)
    // The handler sent something, so the client may have the head although the text is held back.
    if (output !== undefined) this.#conclude(output)
    else if (this.#phase === 'streaming') this.#methods.call('flushHeaders')
  }

  #finish(piece: Chunk | undefined): MaybePromise<void> {
    if (this.#phase === 'through') {
      unpretend(this.#res)
      this.#methods.call('end', piece)
      return
    }
    const transform = this.#transform
    if (transform === undefined) return
    const turn = this.#turn
    return andThen(piece === undefined ? undefined : transform.push(piece), (first) => {
      if (turn !== this.#turn) return
      if (first !== undefined && !isChunk(first)) return this.#conclude(first)
      return andThen(transform.end(), (rest) => {
        if (turn === this.#turn) this.#conclude(rest, first)
      })
    })
  }

  /** Ends the response with this, after `before`. */
  #conclude(output: TransformOutput, before?: Chunk): void {
    if (output !== undefined && !isChunk(output) && 'reply' in output) {
      this.#replace(output.reply)
      return
    }
    const rest = output === undefined || isChunk(output) ? output : output.last
    const body = before === undefined || rest === undefined ? (before ?? rest) : Buffer.concat([Buffer.from(before), Buffer.from(rest)])
    this.#begin(body === undefined ? 0 : Buffer.byteLength(body))
    this.#close()
    this.#methods.call('end', body)
  }

  #replace(reply: Reply): void {
    this.#close()
    // Too late to say no in words: the client must not take what it has for the whole.
    if (this.#res.headersSent) this.#res.destroy()
    else writeReply(this.#res, this.#methods, reply, this.#outer)
  }

  #close(): void {
    this.#phase = 'over'
    this.#transform = undefined
    unpretend(this.#res)
  }

  #isAside(): boolean {
    return this.#methods.inside || (this.#phase === 'through' && !this.#steps.busy)
  }

  #stepAside(): void {
    this.#phase = 'through'
    unpretend(this.#res)
    if (!this.#steps.busy) this.#methods.restore()
  }

  // What handlers are told

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

function later(callback: Callback | undefined): void {
  if (typeof callback === 'function') process.nextTick(callback)
}
