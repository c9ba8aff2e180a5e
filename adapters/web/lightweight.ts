import type { HeaderPairs } from '../../src/core/http.ts'
import { Attachment } from '../attachment.ts'

/** A body that is in memory already, or a stream. */
export type NakedBody = string | Uint8Array | ReadableStream<Uint8Array> | null

/** The body of a response, and whether the response is one of those that sleep until somebody reads it. */
export interface Peeked {
  readonly body: NakedBody
  readonly asleep: boolean
  /** Its headers, where they can be read without waking it. */
  readonly headers?: HeaderPairs | undefined
}

/** Texts that responses were made of, where we saw them being made. */
const texts = new Attachment<string>()

/** Notes the text a response has just been made of: looking at it then needs no reading, and the response can be sent as it is. */
export function noteText(response: Response, text: string): void {
  texts.attach(response, text)
}

/** The symbol the lightweight responses met last keep their parts under. */
let cacheKey: symbol | undefined

/**
 * The body of a response, without waking it.
 *
 * `@hono/node-server` hands out lightweight responses which keep `[status, body, headers]` under a symbol of their own and become
 * real ones, at several times the cost of everything we do, as soon as somebody reads `body`; reading `headers` costs half of that. We look
 * and never write there: the response keeps a second copy of its body, and a redaction of the first would be undone when it wakes.
 * A response of any other make gives the text it was noted with, or its `body`.
 */
export function peek(response: Response): Peeked {
  const cache = cacheOf(response)
  if (cache !== undefined) {
    const [, body, headers] = cache
    if (body === null || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream)
      return { body, asleep: true, headers: plainPairs(headers, body) }
  }
  const text = texts.of(response)
  return { body: text === undefined || response.bodyUsed ? response.body : text, asleep: false }
}

/** True when the server sends the response without reading a stream. */
export function isInMemory(response: Response): boolean {
  const body = cacheOf(response)?.[1]
  return body === null || typeof body === 'string' || body instanceof Uint8Array
}

function cacheOf(response: Response): readonly unknown[] | undefined {
  const owner = response as unknown as Record<symbol, unknown>
  if (cacheKey === undefined || !Object.hasOwn(owner, cacheKey)) {
    const key = Object.getOwnPropertySymbols(response).find(({ description }) => description === 'cache')
    if (key === undefined) return undefined
    cacheKey = key
  }
  const cache = owner[cacheKey]
  return Array.isArray(cache) && cache.length === 3 && typeof cache[0] === 'number' ? cache : undefined
}

/** What the server will send for headers that were given as a plain object of strings, or not at all. */
function plainPairs(headers: unknown, body: NakedBody): HeaderPairs | undefined {
  if (headers === undefined) return body === null ? [] : [['content-type', 'text/plain; charset=UTF-8']]
  if (typeof headers !== 'object' || headers === null || Object.getPrototypeOf(headers) !== Object.prototype) return undefined
  const pairs = Object.entries(headers as Record<string, unknown>)
  return pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string') ? pairs : undefined
}
