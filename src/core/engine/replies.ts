import { type JsonResult, readJsonText } from '../../lib/json.ts'
import { andThen, isPromise, type MaybePromise } from '../../lib/maybe-promise.ts'
import { bytesOf, readUtf8 } from '../../lib/utf8.ts'
import { type RecognisedMessage, recogniseReply } from '../../mcp/recognise.ts'
import type { Chunk } from '../exchange.ts'
import type { Message } from '../message.ts'
import { denialMessage } from '../render.ts'
import type { Denial } from '../verdict.ts'
import { type Ask, judge } from './judge.ts'
import { LazyMessage } from './messages.ts'
import type { OutletEnv } from './parts.ts'
import { createTextCodec } from './text-codec.ts'

/** What became of one outbound JSON text: the same bytes, another text, or a refusal of the whole of it. */
export type ReplyOutcome = 'same' | { readonly text: string } | { readonly denial: Denial }

/** Depth and size are the application's own choice on the way out; only the byte bound holds. */
export const replyLimits = { maxDepth: 1000, maxNodes: 10_000_000 }

/** False when no guard has anything to do with this JSON, so that it may leave unparsed. */
function isInteresting(json: string, { glances }: OutletEnv): boolean {
  return glances === undefined || glances.stop(json) || glances.follow(json)
}

/** Judges a whole JSON reply. */
export function judgeReplyBody(body: Chunk, env: OutletEnv): MaybePromise<ReplyOutcome> {
  const decoded = readUtf8(body)
  if (decoded.ok && !isInteresting(decoded.text, env)) return 'same'
  const bytes = bytesOf(body)
  const read: JsonResult = decoded.ok
    ? readJsonText(decoded.text, replyLimits, bytes)
    : { ok: false, fault: decoded.fault === 'bom' ? 'bom' : 'encoding' }
  if (read.ok) return judgeReply({ text: read.text, value: read.value }, env)
  const { state } = env
  if (state.guarded && state.mode !== 'monitor' && read.fault !== 'syntax' && read.fault !== 'bom') {
    // Two readers could see two different replies. What we judged and serialised again has one reading.
    return readLossy(bytes, env)
  }
  // JSON by its label only: judged as the text it is.
  const codec = createTextCodec(undefined)
  const text = codec.decode(bytes) + codec.finish()
  const parts = { kind: 'plain', direction: 'outward', mediaType: 'text/plain' } as const
  return judgeMessage(LazyMessage.ofText(parts, text, { value: text }), env)
}

/** Judges the JSON of a reply or of one event. `always`: the text given leaves, not the bytes it was read from. */
export function judgeReply(
  json: { readonly text: string; readonly value: unknown },
  env: OutletEnv,
  always = false,
): MaybePromise<ReplyOutcome> {
  const messages = recogniseReply(json.value)
  if (messages === undefined) {
    const parts = { kind: 'plain', direction: 'outward', mediaType: 'application/json' } as const
    const judged = judgeMessage(LazyMessage.ofText(parts, json.text, { value: json.value }), env)
    return always ? andThen(judged, (outcome) => (outcome === 'same' ? { text: json.text } : outcome)) : judged
  }
  const batch = Array.isArray(json.value)
  const out: string[] = []
  let changed = always
  const step = (from: number): MaybePromise<ReplyOutcome> => {
    for (let i = from; i < messages.length; i++) {
      const message = toOutward(messages[i] as RecognisedMessage, batch ? undefined : json.text, env)
      const outcome = judgeMessage(message, env)
      const settle = (settled: ReplyOutcome): ReplyOutcome | undefined => {
        if (settled === 'same') out.push(message.text)
        else if ('denial' in settled) {
          const instead = env.state.mcp === undefined ? undefined : refusedMessage(message, settled.denial, env)
          if (instead === undefined) return settled
          env.denied(settled.denial)
          changed = true
          out.push(instead)
        } else {
          changed = true
          out.push(settled.text)
        }
        return undefined
      }
      if (isPromise(outcome)) return outcome.then((settled) => settle(settled) ?? step(i + 1))
      const ended = settle(outcome)
      if (ended !== undefined) return ended
    }
    if (!changed) return 'same'
    return { text: batch ? `[${out.join(',')}]` : (out[0] as string) }
  }
  return step(0)
}

const askReply: Ask = (guard, message, state) => guard.onReply?.(message as Message, state)

function judgeMessage(message: Message, env: OutletEnv): MaybePromise<ReplyOutcome> {
  const { state, parts, guards } = env
  const judged = judge(guards, state, parts.observers, 'reply', askReply, message, LazyMessage.rewritten)
  const toOutcome = (outcome: { message: Message | undefined; denial?: Denial | undefined }): ReplyOutcome => {
    if (outcome.denial !== undefined) return { denial: outcome.denial }
    return outcome.message === message || outcome.message === undefined ? 'same' : { text: outcome.message.text }
  }
  return isPromise(judged) ? judged.then(toOutcome) : toOutcome(judged)
}

/** Gives a response the method and tool of the request it answers, when this exchange saw it; by shape otherwise. */
function toOutward(entry: RecognisedMessage, text: string | undefined, env: OutletEnv): Message {
  const asked =
    entry.kind === 'response' ? env.requests.find((request) => request.kind === 'request' && request.id === entry.id) : undefined
  const parts = {
    kind: entry.kind,
    direction: 'outward',
    id: entry.id,
    method: entry.method ?? asked?.method,
    tool: entry.tool ?? asked?.tool,
    mediaType: 'application/json',
  } as const
  return text === undefined ? LazyMessage.ofValue(parts, entry.value) : LazyMessage.ofText(parts, text, { value: entry.value })
}

/** The error in place of a refused response. A refused server request or notification has none: it is dropped. */
function refusedMessage(message: Message, denial: Denial, env: OutletEnv): string | undefined {
  if (message.kind !== 'response' || env.state.mcp === undefined) return undefined
  const method = message.method ?? (hasToolContent(message.value) ? 'tools/call' : undefined)
  const refused = { kind: 'request', id: message.id, method, tool: message.tool } as const
  return JSON.stringify(denialMessage(denial, refused, env.state.mcp, env.state.id))
}

function hasToolContent(value: unknown): boolean {
  const result = (value as { result?: { content?: unknown } }).result
  return typeof result === 'object' && result !== null && Array.isArray(result.content)
}

function readLossy(bytes: Uint8Array, env: OutletEnv): MaybePromise<ReplyOutcome> {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes))
    return judgeReply({ text: JSON.stringify(value), value }, env, true)
  } catch {
    return { denial: { code: 'output_blocked', reason: 'the reply cannot be read' } }
  }
}
