import { joinBytes } from '../../src/lib/bytes.ts'

/**
 * The part of a Node `IncomingMessage` that matters here. Described, not imported: these adapters load on every runtime.
 */
export interface Incoming {
  readonly httpVersionMajor: number
  readonly rawHeaders: string[]
  headers: Record<string, string | string[] | undefined>
  readonly complete: boolean
  readonly destroyed: boolean
  readonly readableDidRead: boolean
  readonly readableEnded: boolean
  readonly readableEncoding: string | null
  readonly readableFlowing: boolean | null
  readonly readableLength: number
  /** Bodies that a platform read before the server did. `@hono/node-server` takes it for the body where it is a Buffer. */
  rawBody?: Uint8Array
  read(): Uint8Array | null
  unshift(chunk: Uint8Array): void
  on(event: string, listener: () => void): void
  off(event: string, listener: () => void): void
}

/** How far a lightweight request of `@hono/node-server` has been woken. */
export interface Sleeper {
  readonly incoming: Incoming
  /** True while nobody has looked at its headers: they will be made from the incoming message's. */
  readonly headersAsleep: boolean
}

/**
 * The incoming message that a lightweight request of `@hono/node-server` still stands for.
 *
 * Such a request becomes a real one, at many times the cost of everything we do, when its body is touched; and replacing it costs
 * the same. Reading the message below it, and pushing back what was read, leaves it asleep. Undefined for every other request, and
 * once the request was woken: then it has a body of its own.
 */
export function sleeperOf(request: Request, info: unknown): Sleeper | undefined {
  const incoming =
    typeof info === 'object' && info !== null ? ((info as { incoming?: unknown }).incoming as Incoming | undefined) : undefined
  if (typeof incoming?.unshift !== 'function' || incoming.httpVersionMajor !== 1) return undefined
  let made = false
  let headersAsleep = true
  for (const key of Object.getOwnPropertySymbols(request)) {
    const value: unknown = (request as unknown as Record<symbol, unknown>)[key]
    if (value === undefined || value === false) continue
    if (key.description === 'incomingKey') made = value === incoming
    else if (key.description === 'headersKey') headersAsleep = false
    else if (key.description === 'requestCache' || key.description === 'bodyConsumedDirectly') return undefined
  }
  return made ? { incoming, headersAsleep } : undefined
}

/**
 * The length of the message's body where Node itself holds the client to it and nobody has begun to read: then it can be
 * read below the request. Undefined where it cannot.
 */
export function unreadLength({ incoming }: Sleeper): number | undefined {
  const unread = incoming.readableFlowing === null && !incoming.readableDidRead && incoming.readableEncoding === null && !incoming.destroyed
  const length = incoming.headers['content-length']
  const framed = incoming.headers['transfer-encoding'] === undefined && typeof length === 'string' && !('rawBody' in incoming)
  return unread && framed ? Number(length) : undefined
}

/**
 * Reads a message of known length whole, in paused mode, and puts it back in the same tick: a tick later the stream emits `end` and
 * takes nothing back any more. The lightweight request refuses a stream that was read before, but takes `rawBody`.
 */
export function readWire(incoming: Incoming): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const settle = (bytes?: Uint8Array<ArrayBuffer>): void => {
      incoming.off('readable', onReadable)
      incoming.off('close', onClose)
      incoming.off('error', onClose)
      resolve(bytes)
    }
    const onClose = (): void => settle()
    const onReadable = (): void => {
      for (let chunk = incoming.read(); chunk !== null; chunk = incoming.read()) {
        chunks.push(chunk)
        size += chunk.byteLength
      }
      if (!incoming.complete) return
      const bytes = joinLike(chunks, size)
      putBack(incoming, bytes)
      settle(bytes)
    }
    incoming.on('readable', onReadable)
    incoming.on('close', onClose)
    incoming.on('error', onClose)
  })
}

/**
 * Takes what was pushed back off the message when nobody is going to: left there, the server would wait for it to be read, with three timers
 * for every request.
 */
export function letGo(incoming: Incoming): void {
  const unread = incoming.rawBody !== undefined && incoming.readableLength === incoming.rawBody.byteLength
  if (unread && incoming.readableFlowing === null) while (incoming.readableLength > 0 && incoming.read() !== null);
}

/** Puts other bytes in place of a body that was pushed back. False where somebody has taken it since. */
export function replaceWire(incoming: Incoming, bytes: Uint8Array): boolean {
  const before = incoming.rawBody
  const whole = before !== undefined && incoming.readableLength === before.byteLength && !incoming.readableEnded
  if (!whole || incoming.readableFlowing === true) return false
  while (incoming.readableLength > 0 && incoming.read() !== null);
  putBack(incoming, joinLike([before.subarray(0, 0), bytes], bytes.byteLength))
  return true
}

function putBack(incoming: Incoming, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return
  incoming.unshift(bytes)
  incoming.rawBody = bytes
}

/** Joins chunks into one of their own class, for `rawBody` must be a Buffer and this file must not know what that is. */
function joinLike(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const kind = chunks[0]?.constructor as { concat?: (list: readonly Uint8Array[], size: number) => Uint8Array<ArrayBuffer> } | undefined
  if (chunks.length === 1 || kind?.concat === undefined) return joinBytes(chunks, size)
  return kind.concat(chunks, size)
}

/** Sets or removes (`undefined`) a header in both views Node offers. `name` must be lower-case. */
export function setHeader({ headers, rawHeaders }: Incoming, name: string, value: string | undefined): void {
  // `headers` is made from `rawHeaders` when it is first read, which was just now: before they change.
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) if (rawHeaders[i]?.toLowerCase() === name) rawHeaders.splice(i, 2)
  if (value === undefined) delete headers[name]
  else {
    rawHeaders.push(name, value)
    headers[name] = value
  }
}
