import type { IncomingMessage } from 'node:http'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { BodyInput, BodyPlan } from '../../src/core/exchange.ts'
import { andThen, type MaybePromise } from '../../src/lib/maybe-promise.ts'

/** Where parsers of a framework leave a body: the request itself in Express, `ctx.request` in Koa. */
export interface BodyHolder {
  body?: unknown
  rawBody?: unknown
}

const nothing: BodyInput = { bytes: new Uint8Array(0) }

/**
 * Reads the body once and leaves the request as if nobody had: what was read is pushed back, so that later parsers, pipes
 * and `for await` see it. `undefined`: the client left before its body was whole.
 */
export function readBody(req: IncomingMessage, plan: BodyPlan, holders: readonly BodyHolder[]): MaybePromise<BodyInput | undefined> {
  // Not `req.body !== undefined`: body-parser 1.x and Koa's parsers set `{}` without reading.
  if (req.readableEnded || (req.complete && (req as { _body?: boolean })._body === true)) return parsedBody(req, holders)
  if (!hasBody(req)) return nothing
  // Something read a part of it and let it go: what we would see is not the body.
  if (req.readableDidRead) return { fault: 'consumed' }
  const coding = codingOf(req)
  const peek = coding === 'identity' ? plan.peek : undefined
  if (peek === undefined && Number(req.headers['content-length']) > plan.maxBytes) return { fault: 'too-large' }
  return andThen(readWire(req, plan.maxBytes, peek), (wire) => (wire instanceof Uint8Array ? decode(wire, coding, plan.maxBytes) : wire))
}

/** Only a framed message has a body; HTTP/2 frames by stream, not by header. */
function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length']
  if (length !== undefined) return length !== '0'
  return req.headers['transfer-encoding'] !== undefined || (req.httpVersionMajor > 1 && !req.complete)
}

/** What an earlier parser left. Its raw copy is preferred: it still shows duplicate keys. */
function parsedBody(req: IncomingMessage, holders: readonly BodyHolder[]): BodyInput {
  if (!hasBody(req)) return nothing
  for (const { rawBody } of holders) {
    if (rawBody instanceof Uint8Array) return { bytes: rawBody }
    if (typeof rawBody === 'string') return { bytes: Buffer.from(rawBody) }
  }
  for (const { body } of holders) {
    if (body === undefined) continue
    if (body instanceof Uint8Array) return { bytes: body }
    if (typeof body === 'string' && !isJsonScalar(req, body)) return { bytes: Buffer.from(body) }
    return { parsed: body }
  }
  return { fault: 'consumed' }
}

/** A JSON parser that lets scalars through leaves a string that is a value; a text parser leaves one that is the document. */
function isJsonScalar(req: IncomingMessage, body: string): boolean {
  if (!/json/i.test(req.headers['content-type'] ?? '')) return false
  const first = body.trimStart()[0]
  return first !== '{' && first !== '['
}

/**
 * Reads in paused mode, counting real bytes. The moment the message is complete everything is put back, in the same tick:
 * the stream emits `end` a tick later and then takes nothing back any more.
 */
function readWire(req: IncomingMessage, maxBytes: number, peek: BodyPlan['peek']): Promise<Uint8Array | BodyInput | undefined> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let size = 0
    let undecided = peek !== undefined

    const settle = (result: Uint8Array | BodyInput | undefined) => {
      req.off('readable', onReadable)
      req.off('close', onClose)
      resolve(result)
    }
    const onClose = () => settle(undefined)
    const onReadable = () => {
      while (req.readableLength > 0) {
        const chunk: Uint8Array | string | null = req.read()
        if (chunk === null) break
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, req.readableEncoding ?? 'utf8') : chunk
        chunks.push(bytes)
        size += bytes.length
        const seen = undecided ? peek?.(bytes) : undefined
        if (seen === 'leave') {
          pushBack(req, Buffer.concat(chunks, size))
          return settle({ fault: 'left' })
        }
        if (seen === 'read') undecided = false
        if (size > maxBytes) break
      }
      if (size <= maxBytes && !hasAll(req)) return
      const wire = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size)
      pushBack(req, wire)
      settle(size > maxBytes ? { fault: 'too-large' } : wire)
    }

    if (req.destroyed) return resolve(undefined)
    req.on('readable', onReadable)
    req.on('close', onClose)
  })
}

/** HTTP/1 says when a message is complete. HTTP/2 says so only with `end`, which is too late; its stream state knows before. */
function hasAll(req: IncomingMessage): boolean {
  return req.complete || (req as { _readableState?: { ended?: boolean } })._readableState?.ended === true
}

function pushBack(req: IncomingMessage, bytes: Uint8Array): void {
  if (bytes.length === 0) return
  const encoding = req.readableEncoding
  req.unshift(encoding === null ? bytes : Buffer.from(bytes).toString(encoding))
}

/** Puts other bytes in place of a body that was pushed back whole. Does nothing where a parser had consumed it. */
export function replaceWire(req: IncomingMessage, bytes: Uint8Array): void {
  if (req.readableEnded || req.destroyed || !hasAll(req)) return
  while (req.readableLength > 0 && req.read() !== null);
  pushBack(req, bytes)
}

function codingOf(req: IncomingMessage): string {
  return (req.headers['content-encoding'] ?? '').trim().toLowerCase() || 'identity'
}

const decoders: ReadonlyMap<string, typeof gunzip> = new Map([
  ['gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
])

/** Undoes one content coding, never past `maxBytes`. Lists of codings and bytes behind the end of the coded data are faults. */
function decode(wire: Uint8Array, coding: string, maxBytes: number): MaybePromise<BodyInput> {
  if (coding === 'identity') return { bytes: wire }
  const decoder = decoders.get(coding)
  if (decoder === undefined) return { fault: 'coding' }
  return new Promise((resolve) => {
    decoder(wire, { maxOutputLength: Math.max(1, maxBytes), info: true }, (error, result) => {
      if (error !== null)
        return resolve({ fault: (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'coding' })
      const { buffer, engine } = result as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } }
      resolve(engine.bytesWritten === wire.length ? { bytes: buffer } : { fault: 'coding' })
    })
  })
}
