import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { GuardContext } from './context.ts'
import type { ResponseHead } from './http.ts'
import type { Message } from './message.ts'
import type { Mode } from './mode.ts'
import type { ExchangeSummary } from './observer.ts'
import type { Verdict } from './verdict.ts'

/** One Server-Sent Event, comments included. `data` has its lines joined with `\n`. */
export interface SseEvent {
  readonly data?: string | undefined
  readonly event?: string | undefined
  readonly id?: string | undefined
  readonly retry?: string | undefined
  /** Comment lines without the leading colon, in order. */
  readonly comments?: readonly string[] | undefined
}

/** Rewrites text as it flows. What it keeps back must be bounded. */
export interface TextTransform {
  push(text: string): string
  end(): string
}

/** Rewrites a stream of events. It never merges or reorders them; what it keeps back must be bounded. */
export interface EventTransform {
  /** `json`: the parsed data, where the engine has parsed it. */
  push(event: SseEvent, json?: { readonly value: unknown }): readonly SseEvent[]
  end(): readonly SseEvent[]
}

/** Bounds on what is read and held. Sizes in bytes, after content decoding. */
export interface BodyLimits {
  /** Request body. */
  readonly maxBytes: number
  /** Nesting of JSON. */
  readonly maxDepth: number
  /** Values and keys in one JSON document. */
  readonly maxNodes: number
  /** Entries of a JSON-RPC batch. */
  readonly maxBatch: number
  /** JSON reply held for inspection. */
  readonly maxReplyBytes: number
  /** One Server-Sent Event. */
  readonly maxEventBytes: number
}

/** What a guard needs to see. Declared, so that the engine never special-cases a guard by name. */
export interface GuardNeeds {
  /** Wants `onMessage` for bodies of plain routes too; `required` also when there is none. MCP bodies are always read. */
  readonly body?: boolean | 'required' | undefined
  /** Refuses bodies that cannot be shown to it: uploads, images, media types nobody here reads. */
  readonly readable?: boolean | undefined
  /** Wants `onReply`, `onText` or `onEvents`. */
  readonly replies?: boolean | undefined
  /** Media types, beyond JSON and plain text, whose replies `onText` wants: `text/html`. */
  readonly mediaTypes?: readonly string[] | undefined
  /** Tightens the bounds of the exchange. */
  readonly limits?: Partial<BodyLimits> | undefined
}

/**
 * One security concern with phase hooks. A hook returns a verdict, never a response. A hook that throws denies.
 *
 * Requests pass guards in order; replies pass the innermost route's guards first, then the outer ones in order.
 */
export interface Guard {
  readonly name: string
  readonly needs?: GuardNeeds | undefined
  /** Overrides the exchange's mode for this guard. */
  readonly mode?: Mode | undefined
  /** Denies even in monitor mode. Only for what an operator turned on on purpose (identity). */
  readonly always?: boolean | undefined
  /** Head only: method, path, headers. */
  onRequest?(ctx: GuardContext): MaybePromise<Verdict | void>
  /** One inbound message or plain body. */
  onMessage?(message: Message, ctx: GuardContext): MaybePromise<Verdict | void>
  /** The head of a response before its body. `rewrite(head)` sends another one in its place. */
  onResponse?(head: ResponseHead, ctx: GuardContext): MaybePromise<Verdict | void>
  /** One outbound message or plain body. */
  onReply?(message: Message, ctx: GuardContext): MaybePromise<Verdict | void>
  /**
   * A cheap look at the raw JSON text of a reply or event. False: `onReply` has nothing to do with it, whatever it means, so it need not even
   * be parsed; nor is a JSON-RPC event then shown to `onEvents`. Must never be wrong on that side; escapes in the text are not undone yet. Without it every reply is parsed.
   */
  glance?(json: string, ctx: GuardContext): boolean
  /**
   * The glance may be shown several messages at once, with the lines of their events between them: false then goes for each of them. Not for
   * one that counts, parses, or goes by where a text begins.
   */
  readonly skims?: boolean | undefined
  /**
   * Asked about each message that no glance stops, once and in order: the glance of a guard that remembers what went before. True: the
   * message is parsed after all.
   */
  follows?(json: string, ctx: GuardContext): boolean
  /** Opened once for a text reply that streams. */
  onText?(head: ResponseHead, ctx: GuardContext): TextTransform | undefined
  /** Opened once for an event stream; sees each event after `onReply` saw the JSON-RPC message in it. */
  onEvents?(head: ResponseHead, ctx: GuardContext): EventTransform | undefined
  onClose?(summary: ExchangeSummary, ctx: GuardContext): void
}

/** Types a guard written in place. It adds nothing at run time. */
export function defineGuard(guard: Guard): Guard {
  return guard
}
