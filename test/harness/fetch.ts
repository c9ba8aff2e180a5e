import { type FetchHandler, type GuardedRequest, guard, safeMcp } from 'safe-mcp/fetch'
import { listen } from './node-server.ts'
import type { HandlerContext, HandlerResponse, Harness, Route, TestApp } from './types.ts'

/** A bare fetch handler, served over a socket. */
export const fetchHandler: Harness = {
  name: 'fetch handler',
  network: true,
  parsedBefore: false,
  start: (app) => listen(fetchApp(app)),
}

export function fetchApp({ options, routes }: TestApp): (request: Request, ...rest: any[]) => Response | Promise<Response> {
  const served = routes.map((route) => ({ route, run: handlerOf(route) }))
  const router: FetchHandler = (request, ...rest) => {
    const { pathname } = new URL(request.url)
    const found = served.find(({ route }) => route.path === pathname && (route.method === undefined || route.method === request.method))
    return found === undefined ? new Response('404 Not Found', { status: 404 }) : found.run(request, ...rest)
  }
  return options === false ? (router as (request: Request) => Response | Promise<Response>) : safeMcp(options ?? {}, router)
}

function handlerOf({ guards, handler }: Route): FetchHandler {
  const run: FetchHandler = async (request) => respond(await handler(contextOf(request)))
  return guards === undefined ? run : guard(...guards)(run)
}

function contextOf(request: GuardedRequest): HandlerContext {
  const { pathname, searchParams } = new URL(request.url)
  return {
    method: request.method,
    path: pathname,
    query: searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
    json: () => request.json(),
    bytes: async () => new Uint8Array(await request.arrayBuffer()),
    text: () => request.text(),
    get typedBody() {
      return request.safeMcp.body
    },
    safeMcp: request.safeMcp,
    auth: request.auth,
  }
}

function respond({ status = 200, headers: given = {}, json, body }: HandlerResponse): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given))
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one)
  if (json !== undefined) {
    if (!headers.has('content-type')) headers.set('content-type', 'application/json')
    return new Response(JSON.stringify(json), { status, headers })
  }
  if (body === undefined) return new Response(null, { status, headers })
  if (typeof body === 'string' || body instanceof Uint8Array) return new Response(body as BodyInit, { status, headers })
  return new Response(pulled(body), { status, headers })
}

function pulled(chunks: AsyncIterable<string | Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
