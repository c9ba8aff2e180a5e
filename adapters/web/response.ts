import { type BodyTransform, type Chunk, type Exchange, isChunk, type TransformOutput } from '../../src/core/exchange.ts'
import { type HeaderPairs, headerOf, type Reply, type ResponseHead } from '../../src/core/http.ts'
import { andThen, isPromise, type MaybePromise } from '../../src/lib/maybe-promise.ts'
import { isJsonType, parseMediaType } from '../../src/lib/media-type.ts'
import { type NakedBody, type Peeked, peek } from './lightweight.ts'
import { type ByteSource, type Close, sourceOf, streamThrough } from './pull.ts'

/**
 * Lets the guards see a response on its way out. Gives back the same object when nothing about it changed.
 *
 * `close` is called here, or by the stream that is given back once it ends, fails or is cancelled. Where this throws, it was not called.
 */
export function guardResponse(exchange: Exchange, close: Close, response: Response): MaybePromise<Response> {
  const peeked = peek(response)
  const head = headOf(response, peeked)
  return andThen(exchange.respond(head), (outcome) => {
    if (outcome !== 'pass' && 'kind' in outcome) return transformed(exchange, close, outcome, { response, head, ...peeked })
    close('finished')
    if (outcome === 'pass') return response
    if ('passWith' in outcome) return withHead(response, outcome.passWith)
    discard(peeked.body)
    return replyResponse(outcome.reply, response)
  })
}

/** Writes a reply. Of the response it stands in for, only what lets a browser read the answer stays. */
export function replyResponse(reply: Reply, instead?: Response): Response {
  const headers = toHeaders(reply.headers)
  if (instead !== undefined) {
    for (const [name, value] of instead.headers) {
      if ((name === 'vary' || name.startsWith('access-control-')) && !headers.has(name)) headers.append(name, value)
    }
  }
  const body = reply.body === undefined || hasNullBody(reply.status) ? null : (reply.body as BodyInit)
  return new Response(body, { status: reply.status, headers })
}

/** A response about to leave: as the handler made it, as the guards saw its head, and its body as it lies there. */
interface Leaving extends Peeked {
  readonly response: Response
  readonly head: ResponseHead
}

function transformed(exchange: Exchange, close: Close, transform: BodyTransform, leaving: Leaving): MaybePromise<Response> {
  const { body, head } = leaving
  if (body !== null && exchange.context.request.method !== 'HEAD' && !hasNullBody(head.status)) {
    if (transform.kind === 'whole' && !(body instanceof ReadableStream)) return sendMemory(close, transform, leaving, body)
    const source = sourceOf(body)
    if (transform.kind === 'whole') return sendWhole(close, transform, leaving, source)
    return compose(streamThrough(close, transform, source), withoutLength(transform.head), leaving)
  }
  close('finished')
  discard(body)
  return compose(null, transform.head, leaving)
}

/** A body that lies in memory as a whole: where the transform lets it be, the response leaves as it is. */
function sendMemory(close: Close, transform: BodyTransform, leaving: Leaving, body: Chunk): MaybePromise<Response> {
  const done = (out: TransformOutput): Response => {
    close('finished')
    return out === body && transform.head === leaving.head ? leaving.response : concluded(transform, leaving, out)
  }
  return andThen(transform.push(body), (out) => (out === undefined ? andThen(transform.end(), done) : done(out)))
}

/** Holds the head until the transform gives bytes, a reply, or the end. */
async function sendWhole(close: Close, transform: BodyTransform, leaving: Leaving, source: ByteSource): Promise<Response> {
  for (;;) {
    const chunk = await source.read()
    let out = chunk === undefined ? transform.end() : transform.push(chunk)
    if (isPromise(out)) out = await out

    if (out !== undefined && isChunk(out) && chunk !== undefined) {
      return compose(streamThrough(close, transform, source, out), withoutLength(transform.head), leaving)
    }
    if (out === undefined && chunk !== undefined) continue
    close('finished')
    if (chunk !== undefined) source.cancel()
    return concluded(transform, leaving, out)
  }
}

/** The response once the last of its body is known. */
function concluded(transform: BodyTransform, leaving: Leaving, out: TransformOutput): Response {
  if (out !== undefined && !isChunk(out) && 'reply' in out) return replyResponse(out.reply, leaving.response)
  const last = out === undefined || isChunk(out) ? out : out.last
  const bytes = typeof last === 'string' ? encoder.encode(last) : last
  return compose(bytes ?? null, withLength(transform.head, bytes), leaving)
}

function compose(body: Uint8Array | ReadableStream<Uint8Array> | null, head: ResponseHead, { response, asleep }: Leaving): Response {
  const init = { status: head.status, headers: toHeaders(head.headers) }
  // The reason phrase is worth keeping, but not worth waking a response for: the server that made that kind does not send it.
  const reason = asleep || head.status !== response.status ? init : { ...init, statusText: response.statusText }
  return new Response(body as BodyInit | null, reason)
}

/** The response with another head; in place where its headers may be changed, so that platform extras (a WebSocket) stay. */
function withHead(response: Response, head: ResponseHead): Response {
  if (head.status === response.status) {
    try {
      replaceAll(response.headers, head.headers)
      return response
    } catch {
      // Responses that come from `fetch` have immutable headers.
    }
  }
  const next = new Response(response.body, head.status === response.status ? response : { status: head.status })
  replaceAll(next.headers, head.headers)
  return next
}

/** Status and headers. The length of a text in memory is known even where the server adds the header only later. */
function headOf(response: Response, peeked: Peeked): ResponseHead {
  const { body } = peeked
  const headers = [...(peeked.headers ?? response.headers)] as [string, string][]
  const head = { status: response.status, headers }
  // JSON is held whole in any case, and nobody asks how long it is.
  if ((typeof body !== 'string' && !(body instanceof Uint8Array)) || isJson(head)) return head
  if (headerOf(head, 'content-length') === undefined && headerOf(head, 'transfer-encoding') === undefined) {
    headers.push(['content-length', String(typeof body === 'string' ? encoder.encode(body).byteLength : body.byteLength)])
  }
  return head
}

function isJson(head: ResponseHead): boolean {
  return isJsonType(parseMediaType([headerOf(head, 'content-type') ?? '']).essence)
}

const encoder = new TextEncoder()

function toHeaders(pairs: HeaderPairs): Headers {
  const headers = new Headers()
  for (const [name, value] of pairs) headers.append(name, value)
  return headers
}

function replaceAll(headers: Headers, pairs: HeaderPairs): void {
  for (const name of [...headers.keys()]) headers.delete(name)
  for (const [name, value] of pairs) headers.append(name, value)
}

function withoutLength(head: ResponseHead): ResponseHead {
  return { status: head.status, headers: head.headers.filter(([name]) => name.toLowerCase() !== 'content-length') }
}

/** A length that was named stays named, and true. */
function withLength(head: ResponseHead, body: Uint8Array | undefined): ResponseHead {
  const { status, headers } = withoutLength(head)
  if (headers.length === head.headers.length) return head
  return { status, headers: [...headers, ['content-length', String(body?.byteLength ?? 0)]] }
}

/** The null body statuses of the Fetch standard that a Response can be made with. */
function hasNullBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function discard(body: NakedBody): void {
  if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => {})
}
