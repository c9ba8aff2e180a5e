import type { BodyInput } from '../../src/core/exchange.ts'
import { join } from './bytes.ts'
import { inflate } from './inflate.ts'

/** What reading a request body came to, and what is now left to hand on. */
export interface BodyRead {
  readonly input: BodyInput
  /** The whole body in identity coding; undefined after a fault. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined
  /** True when `bytes` are not what the wire had: the content coding was undone. */
  readonly inflated?: boolean
  /** After a fault: all that was read and all that is still to come. Undefined when the body was not touched. */
  readonly rest?: ReadableStream<Uint8Array> | undefined
}

const untouched = (fault: 'too-large' | 'coding'): BodyRead => ({ input: { fault } })

/**
 * Reads a request body, counting bytes as they arrive: a declared length is believed only where it is already too much.
 * `maxBytes` holds for the coded bytes and for what they inflate to.
 */
export async function readBody(request: Request, maxBytes: number): Promise<BodyRead> {
  const coding = contentCoding(request.headers.get('content-encoding'))
  if (coding === 'unknown') return untouched('coding')
  if (declaredLength(request.headers.get('content-length')) > maxBytes) return untouched('too-large')
  if (request.body === null) return whole(new Uint8Array(0))

  const raw = await collect(request.body, maxBytes)
  if (!('bytes' in raw) || coding === 'identity') return raw
  const bytes = await inflate(raw.bytes as Uint8Array<ArrayBuffer>, coding, maxBytes)
  if (typeof bytes === 'string') return { input: { fault: bytes }, rest: replay([raw.bytes as Uint8Array]) }
  return { input: { bytes }, bytes, inflated: true }
}

function whole(bytes: Uint8Array<ArrayBuffer>): BodyRead {
  return { input: { bytes }, bytes }
}

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<BodyRead> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.byteLength
      if (size > maxBytes) return { input: { fault: 'too-large' }, rest: replay(chunks, reader) }
    }
  } catch {
    // The client went away, or the platform refused the rest of its bytes.
    return { input: { fault: 'truncated' } }
  }
  return whole(join(chunks, size))
}

/** The codings of RFC 9110 section 8.4.1 that every runtime can undo. Several codings at once are refused as unknown. */
function contentCoding(header: string | null): 'identity' | 'gzip' | 'deflate' | 'unknown' {
  if (header === null) return 'identity'
  const name = header.trim().toLowerCase()
  if (name === '' || name === 'identity') return 'identity'
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  return name === 'deflate' ? 'deflate' : 'unknown'
}

function declaredLength(header: string | null): number {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : 0
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
