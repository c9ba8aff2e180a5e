import type { Context } from 'hono'
import type { BodyInput, BodyOutput, Exchange } from '../../src/core/exchange.ts'
import type { Reply } from '../../src/core/http.ts'
import { viewOf } from '../view.ts'
import { remember, type WebExchange, type WebHost } from '../web.ts'

const encoder = new TextEncoder()

/**
 * Where Hono keeps the request, its parsed body and what handlers look up.
 *
 * A class, for an object literal with accessors would get a hidden class of its own on every request.
 */
export class HonoHost implements WebHost {
  readonly #context: Context
  readonly #exchange: WebExchange

  constructor(context: Context, exchange: WebExchange) {
    this.#context = context
    this.#exchange = exchange
  }

  get request(): Request {
    return this.#context.req.raw
  }

  taken(): Promise<BodyInput | undefined> {
    return takenBody(this.#context)
  }

  replace(request: Request): void {
    const { req } = this.#context
    req.raw = request
    req.bodyCache = {}
    remember(this.#exchange, request)
  }

  expose(exchange: Exchange, body: BodyOutput): void {
    const c = this.#context
    const { authInfo } = exchange.context
    c.set('safeMcp', viewOf(exchange))
    if (authInfo !== undefined) c.set('auth', authInfo)
    // The name is that of the official SDK's Hono app. Whoever parsed before us must not hand on the unguarded value.
    if (body.parsed || (body.changed && c.get('parsedBody') !== undefined)) c.set('parsedBody', body.value)
    if (body.typed !== undefined) c.req.addValidatedData('json', body.typed.value as object)
  }
}

/** What is left of a body that was read before us: Hono's own cache, or the value the official SDK's app parsed. */
async function takenBody(c: Context): Promise<BodyInput | undefined> {
  const { bodyCache } = c.req
  try {
    if (bodyCache.arrayBuffer !== undefined) return { bytes: new Uint8Array(await bodyCache.arrayBuffer) }
    if (bodyCache.text !== undefined) return { bytes: encoder.encode(await bodyCache.text) }
    if (bodyCache.blob !== undefined) return { bytes: new Uint8Array(await (await bodyCache.blob).arrayBuffer()) }
    if (bodyCache.json !== undefined) return { parsed: await bodyCache.json }
    if (bodyCache.formData !== undefined) return { parsed: Object.fromEntries(await bodyCache.formData) }
  } catch {
    return { fault: 'truncated' }
  }
  const parsed: unknown = c.get('parsedBody')
  return parsed === undefined ? undefined : { parsed }
}

/** Sends a reply in place of the handler. Headers that middleware set before us (CORS, request ids) stay where the reply has none. */
export function send(c: Context, reply: Reply): void {
  const headers = new Headers()
  for (const [name, value] of reply.headers) headers.append(name, value)
  for (const [name, value] of c.res.headers) if (!headers.has(name) && !name.startsWith('content-')) headers.append(name, value)
  put(c, new Response(reply.body as BodyInit | undefined, { status: reply.status, headers }))
}

/** Replaces the response. Hono copies the old headers, length and digests included, onto a new response unless the old one is gone. */
export function put(c: Context, response: Response | undefined): void {
  c.res = undefined
  if (response !== undefined) c.res = response
}
