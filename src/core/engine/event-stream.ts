import { joinBytes } from '../../lib/bytes.ts'
import { readJsonText } from '../../lib/json.ts'
import { isPromise, type MaybePromise } from '../../lib/maybe-promise.ts'
import { bytesOf, encodeUtf8 } from '../../lib/utf8.ts'
import { headFacts, recogniseReply } from '../../mcp/recognise.ts'
import { isMcpMethod } from '../../mcp/routes.ts'
import { createSseDecoder, encodeEvent, type RowEvent, readRow, type SseItem } from '../../mcp/sse.ts'
import type { BodyTransform, TransformOutput } from '../exchange.ts'
import type { EventTransform, SseEvent } from '../guard.ts'
import type { ResponseHead } from '../http.ts'
import type { OutletEnv } from './parts.ts'
import { countPlain, isPlain, textOfEvents } from './plain-events.ts'
import { judgeReply, type ReplyOutcome, replyLimits } from './replies.ts'

/**
 * Server-Sent Events as they flow: each JSON-RPC message in them is judged, then each event passes the guards' event transforms.
 * An event nobody changed leaves as its original bytes, at once.
 */
export function eventStream(head: ResponseHead, env: OutletEnv): BodyTransform {
  const decoder = createSseDecoder({ maxEventBytes: env.limits.maxEventBytes })
  const transforms = env.guards
    .map((guard) => guard.onEvents?.(head, env.state))
    .filter((transform): transform is EventTransform => transform !== undefined)
  const skips = env.guards.every((guard) => guard.onEvents === undefined || guard.glance !== undefined)
  /** Raw bytes of events a transform may keep back. */
  const originals = new WeakMap<SseEvent, Uint8Array>()
  let ended = false

  const write = (events: readonly SseEvent[], out: Uint8Array[]): void => {
    for (const event of events) out.push(originals.get(event) ?? encodeEvent(event))
  }

  /** Sends an event that was judged on its way: at once and as it came when no transform has anything to do with it. */
  const send = (item: SseItem, event: SseEvent, json: EventData | undefined, out: Uint8Array[]): void => {
    const same = event === item.event
    if (transforms.length === 0) {
      out.push(same ? item.raw : encodeEvent(event))
      return
    }
    if (same) originals.set(event, item.raw)
    let events = (transforms[0] as EventTransform).push(event, same ? json : undefined)
    for (let i = 1; i < transforms.length; i++)
      events = events.flatMap((one) => (transforms[i] as EventTransform).push(one, one === item.event ? json : undefined))
    write(events, out)
  }

  const rest = (): readonly SseEvent[] => {
    let events: readonly SseEvent[] = []
    for (const transform of transforms) events = [...events.flatMap((one) => transform.push(one)), ...transform.end()]
    return events
  }

  /** The event after its message was judged; undefined ends the stream. */
  const settle = (event: SseEvent, outcome: ReplyOutcome): SseEvent => {
    if (outcome === 'same') return event
    if ('text' in outcome) return { ...event, data: outcome.text }
    env.denied(outcome.denial)
    // Nothing can stand for a refused request or notification: its place in the stream (id, retry) stays, its data does not.
    return env.state.mcp === undefined
      ? { ...event, event: 'error', data: JSON.stringify({ code: outcome.denial.code, exchange: env.state.id }) }
      : { id: event.id, retry: event.retry, comments: [...(event.comments ?? []), ' withheld'] }
  }

  const judgeEvent = (event: SseEvent, json: EventData | undefined): MaybePromise<SseEvent> => {
    if (json === undefined) return event
    if (env.state.mcp === undefined) noticeMcp(json.value, env)
    const outcome = judgeReply(json, env, json.ambiguous)
    return isPromise(outcome) ? outcome.then((settled) => settle(event, settled)) : settle(event, outcome)
  }

  /** `known`: so many of the items are somebody's business. */
  const run = (items: readonly SseItem[], out: Uint8Array[], from = 0, known = 0): MaybePromise<TransformOutput> => {
    for (let i = from; i < items.length; i++) {
      const item = items[i] as SseItem
      if (skips && i >= known && isPlain(item.event.data, env)) {
        out.push(item.raw)
        continue
      }
      const json = readData(item.event, env)
      const judged = judgeEvent(item.event, json)
      if (isPromise(judged)) {
        return judged.then((event) => {
          send(item, event, json, out)
          return run(items, out, i + 1)
        })
      }
      send(item, judged, json, out)
    }
    return joined(out)
  }

  const take = (bytes: Uint8Array, out: Uint8Array[], known = 0): MaybePromise<TransformOutput> => {
    const decoded = decoder.push(bytes)
    if (decoded.ok) return run(decoded.items, out, 0, known)
    ended = true
    env.denied({ code: 'output_blocked' })
    env.state.report({ rule: 'output/large-event', severity: 'medium' })
    return { last: encodeEvent({ event: 'error', data: JSON.stringify({ code: 'output_blocked', exchange: env.state.id }) }) }
  }

  return {
    kind: 'stream',
    head,
    gathers: true,
    push(chunk) {
      if (ended) return undefined
      // Servers write whole events: those that are no guard's business are not even taken apart.
      const text = skips && decoder.idle ? textOfEvents(chunk, env.limits.maxEventBytes) : undefined
      const row = text === undefined ? undefined : readRow(text)
      if (text === undefined || row === undefined) return take(bytesOf(chunk), [])
      const plain = countPlain(row, text, env)
      if (plain === row.length) return chunk
      if (plain === 0) return take(bytesOf(chunk), [], 1)
      const { end } = row[plain - 1] as RowEvent
      return take(encodeUtf8(text.slice(end)), [encodeUtf8(text.slice(0, end))], 1)
    },
    end() {
      if (ended) return undefined
      const left = decoder.flush()
      const done = run(left === undefined ? [] : [left], [])
      const finish = (before: TransformOutput): TransformOutput => {
        const out: Uint8Array[] = before instanceof Uint8Array ? [before] : []
        write(rest(), out)
        return joined(out)
      }
      return isPromise(done) ? done.then(finish) : finish(done)
    },
  }
}

/** A stream somebody opened without saying what it is shows by its first message that it is MCP's standalone stream. */
function noticeMcp(value: unknown, { state }: OutletEnv): void {
  if (state.request.method !== 'GET') return
  const [message] = recogniseReply(value) ?? []
  if (message !== undefined && (message.method === undefined || isMcpMethod(message.method))) state.mcp = headFacts(state.request)
}

interface EventData {
  readonly text: string
  readonly value: unknown
  /** Two readers could read the original differently; `text` has one reading and must replace it. */
  readonly ambiguous: boolean
}

function readData({ data }: SseEvent, { state }: OutletEnv): EventData | undefined {
  const first = data?.trimStart()[0]
  if (data === undefined || (first !== '{' && first !== '[')) return undefined
  const strict = state.guarded && state.mode !== 'monitor'
  const read = strict ? readJsonText(data, replyLimits) : undefined
  if (read?.ok === true) return { text: data, value: read.value, ambiguous: false }
  try {
    const value: unknown = JSON.parse(data)
    return { text: strict ? JSON.stringify(value) : data, value, ambiguous: strict }
  } catch {
    return undefined
  }
}

function joined(out: readonly Uint8Array[]): Uint8Array | undefined {
  return out.length === 0 ? undefined : joinBytes(out)
}
