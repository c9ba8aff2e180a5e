import type { BodyInput, BodyPlan } from '../../src/core/exchange.ts'
import type { HeaderView } from '../../src/core/http.ts'
import { joinBytes } from '../../src/lib/bytes.ts'
import type { MaybePromise } from '../../src/lib/maybe-promise.ts'
import { type Incoming, readWire } from './incoming.ts'
import { inflate } from './inflate.ts'

/** What reading a request body came to, and what must now be handed on in its place. */
export interface BodyRead {
  readonly input: BodyInput
  /** The whole body in identity coding. Undefined after a fault, and where the wire's own bytes were pushed back. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined
  /** True when `bytes` are not what the wire had: the content coding was undone. */
  readonly inflated?: boolean
  /** After a fault: all that was read and all that is still to come. Undefined when the body was not touched. */
  readonly rest?: ReadableStream<Uint8Array> | undefined
}

const untouched = (fault: 'too-large' | 'coding' | 'left'): BodyRead => ({ input: { fault } })

/**
 * Reads a request body, counting bytes as they arrive: a declared length is believed only where it is already too much.
 * `maxBytes` holds for the coded bytes and for what they inflate to.
 */
export function readBody(request: Request, headers: HeaderView, plan: BodyPlan, incoming?: Incoming): MaybePromise<BodyRead> {
  const { maxBytes, peek } = plan
  const coding = contentCoding(headers.all('content-encoding'))
  if (peek !== undefined) return coding === 'identity' ? readStream(request.body, maxBytes, peek) : untouched('left')
  if (coding === 'unknown') return untouched('coding')
  if (declaredLength(headers.get('content-length')) > maxBytes) return untouched('too-large')

  const raw = incoming === undefined ? readStream(request.body, maxBytes) : readWire(incoming).then(fromWire)
  return coding === 'identity' ? raw : raw.then((coded) => inflated(coded, coding, maxBytes, incoming === undefined))
}

function fromWire(bytes: Uint8Array | undefined): BodyRead {
  return { input: bytes === undefined ? { fault: 'truncated' } : { bytes } }
}

/** `taken`: what was read is gone from the request and must be replayed where it cannot be undone. */
async function inflated(raw: BodyRead, coding: 'gzip' | 'deflate', maxBytes: number, taken: boolean): Promise<BodyRead> {
  if ('fault' in raw.input) return raw
  const coded = (raw.input as { readonly bytes: Uint8Array<ArrayBuffer> }).bytes
  const bytes = await inflate(coded, coding, maxBytes)
  if (typeof bytes !== 'string') return { input: { bytes }, bytes, inflated: true }
  return { input: { fault: bytes }, rest: taken ? replay([coded]) : undefined }
}

function whole(bytes: Uint8Array<ArrayBuffer>): BodyRead {
  return { input: { bytes }, bytes }
}

async function readStream(body: ReadableStream<Uint8Array> | null, maxBytes: number, peek?: BodyPlan['peek']): Promise<BodyRead> {
  if (body === null) return whole(new Uint8Array(0))
  const chunks: Uint8Array[] = []
  let size = 0
  let undecided = peek !== undefined
  try {
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.byteLength
      const seen = undecided ? peek?.(value) : undefined
      if (seen === 'leave') return { input: { fault: 'left' }, rest: replay(chunks, reader) }
      if (seen === 'read') undecided = false
      if (size > maxBytes) return { input: { fault: 'too-large' }, rest: replay(chunks, reader) }
    }
  } catch {
    // The client went away, the platform refused the rest of its bytes, or somebody else holds the stream.
    return { input: { fault: 'truncated' } }
  }
  return whole(joinBytes(chunks, size))
}

/** The codings of RFC 9110 section 8.4.1 that every runtime can undo. Several codings at once are refused as unknown. */
function contentCoding(fields: readonly string[]): 'identity' | 'gzip' | 'deflate' | 'unknown' {
  const name = fields.join(',').trim().toLowerCase()
  if (name === '' || name === 'identity') return 'identity'
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  return name === 'deflate' ? 'deflate' : 'unknown'
}

function declaredLength(header: string | undefined): number {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : 0
}

/** A body again: first what was read, then whatever the reader still gives. */
function replay(chunks: readonly Uint8Array[], reader?: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  let next = 0
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = chunks[next++]
        if (chunk !== undefined) return controller.enqueue(chunk)
        const read = await reader?.read()
        if (read === undefined || read.done) controller.close()
        else controller.enqueue(read.value)
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
