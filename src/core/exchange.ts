import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { GuardContext } from './context.ts'
import type { Guard } from './guard.ts'
import type { Reply, ResponseHead } from './http.ts'

/** How the adapter reads the request body, decided from the head alone. */
export interface BodyPlan {
  /** False: leave the body alone. */
  readonly read: boolean
  /** Bytes after decoding, counted as they arrive. One byte more and the adapter stops and hands over what `receive` then refuses. */
  readonly maxBytes: number
  /** What to do when the body is larger: refuse, or hand it on unread (push back what was read). */
  readonly overflow: 'deny' | 'pass'
  /** Set: asked about what has arrived so far, before any decoding. `leave` ends reading: hand over the fault `left` and the body as it was. */
  readonly peek?: ((arrived: Uint8Array) => 'read' | 'leave' | 'more') | undefined
}

/** What the adapter read. */
export type BodyInput =
  | { readonly bytes: Uint8Array } // identity coding, whole
  | { readonly parsed: unknown } // an earlier parser consumed the stream; this is its result
  // larger than planned; unknown or broken content coding; the client stopped; somebody took it before us and left no copy; see `peek`
  | { readonly fault: 'too-large' | 'coding' | 'truncated' | 'consumed' | 'left' }

/** What to put in place of the body when `changed`. */
export interface BodyOutput {
  /** True after a rewrite: bytes, parsed value, `content-length` and copies of the body must all become this. */
  readonly changed: boolean
  readonly text: string
  readonly value: unknown
  /** True when `value` is the parsed JSON of the wire body (MCP routes): the adapter may set it and mark the body parsed. */
  readonly parsed: boolean
  /** The typed value of `bodyGuard`, for handlers. */
  readonly typed: { readonly value: unknown } | undefined
}

/** A piece of a body: bytes, or text that leaves as UTF-8. Text that nobody changes need not be encoded to be looked at. */
export type Chunk = Uint8Array | string

/**
 * The body of a response on its way out.
 *
 * `stream`: the adapter sends `head` at once and then whatever `push` gives back. `whole`: the adapter holds the head; nothing
 * goes out until a call gives back bytes (then `head` goes first), or a `Reply` that replaces the whole response.
 */
export interface BodyTransform {
  readonly kind: 'stream' | 'whole'
  readonly head: ResponseHead
  /** What is written at one time may be pushed as one text: that is cheaper to judge than its pieces. */
  readonly gathers?: boolean | undefined
  /** Gives back what may go out now: the very same chunk where nothing about it changed. */
  push(chunk: Chunk): MaybePromise<TransformOutput>
  end(): MaybePromise<TransformOutput>
}

export type TransformOutput =
  | undefined // nothing yet
  | Chunk
  | { readonly reply: Reply } // `whole` only, before any byte went out
  | { readonly last: Chunk } // write this and end the response

export function isChunk(given: unknown): given is Chunk {
  return typeof given === 'string' || given instanceof Uint8Array
}

/**
 * One HTTP request and its response, as an adapter drives it. The order of calls is
 * `begin` -> (`receive` when `bodyPlan.read`) -> per route: `add` -> (`receive` when `bodyPlan.read` became true) -> `respond` -> `close`.
 *
 * A `Reply` given back means: write it, do not run the handler, then `close`. None of the calls throws or rejects.
 */
export interface Exchange {
  readonly context: GuardContext
  readonly bodyPlan: BodyPlan
  begin(): MaybePromise<Reply | undefined>
  receive(body: BodyInput): MaybePromise<Reply | undefined>
  readonly body: BodyOutput
  /** Header changes the adapter must make before the handler runs: `undefined` removes. Lower-case names. */
  readonly requestHeaderEdits: ReadonlyMap<string, string | undefined>
  /** Per-route guards join the open exchange. */
  add(guards: readonly Guard[]): MaybePromise<Reply | undefined>
  respond(head: ResponseHead): MaybePromise<BodyTransform | 'pass' | { readonly passWith: ResponseHead } | { readonly reply: Reply }>
  close(outcome: 'finished' | 'aborted' | 'failed'): void
}

/** What an adapter opens exchanges with. */
export interface ExchangeSource {
  /** `gone` aborts when the client is gone. Where a signal is dear to make, what has one may be given: it is asked only when a guard asks. */
  open(request: import('./http.ts').RequestFacts, gone: AbortSignal | { readonly signal: AbortSignal }): Exchange
}
