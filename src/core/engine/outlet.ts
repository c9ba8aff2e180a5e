import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { isJsonType, parseMediaType } from '../../lib/media-type.ts'
import type { BodyTransform } from '../exchange.ts'
import type { TextTransform } from '../guard.ts'
import { editHead, headerOf, type Reply, type ResponseHead, valuesOf } from '../http.ts'
import { eventStream } from './event-stream.ts'
import { glancesOf } from './glances.ts'
import { isTextType } from './intake.ts'
import { type Ask, type Judgement, judge } from './judge.ts'
import type { OutletEnv } from './parts.ts'
import type { ExchangeState } from './state.ts'
import { textStream } from './text-stream.ts'
import { closedOrNoted } from './uninspected.ts'
import { wholeBody } from './whole-body.ts'

export type Opened = BodyTransform | 'pass' | { readonly passWith: ResponseHead } | { readonly reply: Reply }

/** Decides, once the head is known, how the body leaves: untouched, held whole, or as a guarded stream. */
export function openResponse(head: ResponseHead, env: OutletEnv): MaybePromise<Opened> {
  const { state, parts, guards } = env
  if (head.status < 200) return 'pass'
  const asked = guards.filter((guard) => guard.onResponse !== undefined)
  if (asked.length === 0) return choose(head, head, env)
  let now = head
  const ask: Ask = (guard) => guard.onResponse?.(now, state)
  const judged = judge(asked, state, parts.observers, 'response', ask, undefined, (_message, value) => {
    now = value as ResponseHead
    return undefined
  })
  return andThen(judged, (outcome: Judgement) => {
    if (outcome.denial !== undefined) return { reply: env.refuse(outcome.denial) }
    return choose(now, head, env)
  })
}

/** `given` is the head as the handler made it, `head` what guards made of that. */
function choose(head: ResponseHead, given: ResponseHead, env: OutletEnv): Opened {
  const { state, parts } = env
  const guards = env.guards.filter((guard) => guard.needs?.replies === true && !state.isRelaxed(guard))
  const plain = passing(head, given, state)
  if (guards.length === 0 || hasNoBody(head, state)) return plain
  const media = parseMediaType(valuesOf(head, 'content-type'))
  const json = isJsonType(media.essence)
  const events = media.essence === 'text/event-stream'
  if (json || events) parts.noteAnswer(state, head)
  const text = isInspectedText(media.essence, state) || guards.some((guard) => guard.needs?.mediaTypes?.includes(media.essence))
  const markup = state.mcp !== undefined && head.status >= 400 && media.essence === 'text/html'
  const ranges = media.essence === 'multipart/byteranges' && state.guarded
  if (!json && !events && !text && !markup && !ranges) return plain
  if (!state.guarded && isDownload(head)) return plain

  const withheld = uninspectable(head)
  if (withheld !== undefined) return closedOrNoted(withheld, env) ?? plain

  const { limits, requests, denied, refuse, status } = env
  const inner: OutletEnv = { state, parts, limits, guards, glances: glancesOf(guards, state), requests, denied, refuse, status }
  const edited = withResponseHeaders(head, state)
  if (events) return eventStream(editHead(edited, streamEdits), inner)
  if (json) return wholeBody(edited, inner, 'json')
  const transforms = guards
    .map((guard) => guard.onText?.(head, state))
    .filter((transform): transform is TextTransform => transform !== undefined)
  if (transforms.length === 0) return plain
  if (headerOf(head, 'content-length') !== undefined) return wholeBody(edited, inner, 'text', transforms, media.charset)
  return textStream(editHead(edited, streamEdits), transforms, media.charset)
}

const streamEdits = {
  'content-length': undefined,
  etag: undefined,
  digest: undefined,
  'content-md5': undefined,
  'content-digest': undefined,
  'repr-digest': undefined,
}

function uninspectable(head: ResponseHead): string | undefined {
  const coding = headerOf(head, 'content-encoding')
  if (coding !== undefined && coding.toLowerCase() !== 'identity' && coding !== '') return 'encoded-reply'
  return head.status === 206 ? 'partial-reply' : undefined
}

function hasNoBody(head: ResponseHead, state: ExchangeState): boolean {
  return state.request.method === 'HEAD' || head.status === 204 || head.status === 205 || head.status === 304
}

/** Text an agent or a person reads as text. Elsewhere markup, scripts and styles are the application's own. */
function isInspectedText(essence: string, state: ExchangeState): boolean {
  // Where content is guarded any text is, and so is what does not say what it is; bytes nobody matches come out as they went in.
  if (state.guarded && (essence === '' || isTextType(essence))) return true
  return (
    essence === 'text/plain' ||
    essence === 'text/markdown' ||
    essence === 'application/x-ndjson' ||
    essence === 'application/ndjson' ||
    essence === 'application/jsonl' ||
    essence === 'application/json-seq'
  )
}

/** A file being served: ranges and attachments stay byte for byte unless a guard was mounted on the route. */
function isDownload(head: ResponseHead): boolean {
  return (
    headerOf(head, 'accept-ranges') === 'bytes' || headerOf(head, 'content-disposition')?.toLowerCase().startsWith('attachment') === true
  )
}

function passing(head: ResponseHead, given: ResponseHead, state: ExchangeState): 'pass' | { readonly passWith: ResponseHead } {
  return head === given && state.responseHeaders.length === 0 ? 'pass' : { passWith: withResponseHeaders(head, state) }
}

function withResponseHeaders(head: ResponseHead, state: ExchangeState): ResponseHead {
  return state.responseHeaders.length === 0 ? head : { status: head.status, headers: [...head.headers, ...state.responseHeaders] }
}
