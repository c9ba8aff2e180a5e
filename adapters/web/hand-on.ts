import { replaceWire, type Sleeper, setHeader } from './incoming.ts'

/** Header changes by lower-case name; `undefined` removes. */
export type HeaderEdits = ReadonlyMap<string, string | undefined>

/** Fields that describe the body a rewrite or an inflation replaced. */
const staleFields = ['content-encoding', 'transfer-encoding', 'content-md5', 'digest', 'content-digest', 'repr-digest']

/** The same request with another body. `replaced`: not the bytes of the wire, so length and digests must become those of `body`. */
export function withBody(
  request: Request,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  edits: HeaderEdits,
  replaced: boolean,
): Request {
  const headers = new Headers(request.headers)
  if (replaced && body instanceof Uint8Array) {
    for (const name of staleFields) headers.delete(name)
    headers.set('content-length', String(body.byteLength))
  }
  applyEdits(headers, edits)
  return body instanceof Uint8Array ? rebuild(request, { headers, body }) : rebuild(request, { headers, body, duplex: 'half' })
}

/** Replaces the body of a request that still sleeps, without waking it. False where that is not possible any more. */
export function replaceAsleep(request: Request, sleeper: Sleeper, body: Uint8Array, edits: HeaderEdits): boolean {
  if (!replaceWire(sleeper.incoming, body)) return false
  const stale = staleFields.map((name): [string, undefined] => [name, undefined])
  editAsleep(request, sleeper, new Map<string, string | undefined>([...stale, ['content-length', String(body.byteLength)], ...edits]))
  return true
}

/** Header changes on a request that still sleeps, in every view of it. */
export function editAsleep(request: Request, { incoming, headersAsleep }: Sleeper, edits: HeaderEdits): void {
  for (const [name, value] of edits) if (incoming.headers[name] !== value) setHeader(incoming, name, value)
  if (!headersAsleep) applyEdits(request.headers, edits)
}

/** True when some edit is not yet true of these headers. */
export function differs(headers: Headers, edits: HeaderEdits): boolean {
  for (const [name, value] of edits) if (headers.get(name) !== (value ?? null)) return true
  return false
}

/** The same request with header changes: in place where the platform lets us, else as a new one. */
export function withHeaders(request: Request, edits: HeaderEdits): Request {
  try {
    applyEdits(request.headers, edits)
    return request
  } catch {
    // Headers of requests that Deno and Cloudflare received are immutable.
    const headers = new Headers(request.headers)
    applyEdits(headers, edits)
    return rebuild(request, { headers })
  }
}

function applyEdits(headers: Headers, edits: HeaderEdits): void {
  for (const [name, value] of edits) {
    if (value === undefined) headers.delete(name)
    else headers.set(name, value)
  }
}

/** A request of the same class (Next.js hands out its own), with whatever earlier wrappers hung on it (`auth`). */
function rebuild(request: Request, init: RequestInit & { duplex?: 'half' }): Request {
  const Kind = request.constructor as typeof Request
  const next = new Kind(request, init)
  for (const [key, value] of Object.entries(request)) {
    if (!(key in next)) Object.defineProperty(next, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return next
}
