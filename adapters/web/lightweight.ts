/** A body that is in memory already, or a stream. */
export type NakedBody = string | Uint8Array | ReadableStream<Uint8Array> | null

/** The body of a response, and whether the response is one of those that sleep until somebody reads it. */
export interface Peeked {
  readonly body: NakedBody
  readonly asleep: boolean
}

/**
 * The body of a response, without waking it.
 *
 * `@hono/node-server` hands out lightweight responses which keep `[status, body, headers]` under a symbol of their own and become
 * real ones, at several times the cost of everything we do, as soon as somebody reads `body`. We look and never write there:
 * the response keeps a second copy of its body, and a redaction of the first would be undone when it wakes.
 * A response of any other make gives its `body`.
 */
export function peek(response: Response): Peeked {
  for (const key of Object.getOwnPropertySymbols(response)) {
    if (key.description !== 'cache') continue
    const cache: unknown = (response as unknown as Record<symbol, unknown>)[key]
    if (!Array.isArray(cache) || cache.length !== 3 || typeof cache[0] !== 'number') continue
    const body: unknown = cache[1]
    if (body === null || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream)
      return { body, asleep: true }
  }
  return { body: response.body, asleep: false }
}
