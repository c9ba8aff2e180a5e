import { type Context, Hono } from 'hono'
import { stream } from 'hono/streaming'
import { guard, safeMcp } from 'safe-mcp/hono'
import type { Handler, HandlerContext, HandlerResponse, Harness, Route, TestApp } from './types.ts'

/** Hono without a socket: `app.request`. */
export const hono: Harness = {
  name: 'hono in process',
  network: false,
  parsedBefore: false,
  async start(testApp) {
    const app = honoApp(testApp)
    const url = 'http://localhost:3000'
    return {
      url,
      fetch: async (path, init) => app.request(url + path, init),
      close: async () => {},
    }
  },
}

export function honoApp(testApp: TestApp): Hono {
  const app = new Hono()
  if (testApp.options !== false) app.use(safeMcp(testApp.options))
  for (const route of testApp.routes) mount(app, route)
  return app
}

function mount(app: Hono, { method, path, guards, handler }: Route): void {
  const run = (c: Context): Promise<Response> => answer(c, handler)
  const methods = method === undefined ? ['ALL'] : [method]
  if (guards === undefined) app.on(methods, [path], run)
  else app.on(methods, [path], guard(...guards), run)
}

async function answer(c: Context, handler: Handler): Promise<Response> {
  return respond(c, await handler(contextOf(c)))
}

function contextOf(c: Context): HandlerContext {
  return {
    method: c.req.method,
    path: c.req.path,
    query: new URL(c.req.url).searchParams,
    header: (name) => c.req.header(name),
    json: () => c.req.json(),
    bytes: async () => new Uint8Array(await c.req.raw.arrayBuffer()),
    text: () => c.req.text(),
    get typedBody() {
      return c.req.valid('json' as never)
    },
    safeMcp: c.get('safeMcp'),
    auth: c.get('auth'),
  }
}

function respond(c: Context, { status = 200, headers = {}, json, body }: HandlerResponse): Response {
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) c.header(name, one, { append: typeof value !== 'string' })
  }
  if (json !== undefined) return c.json(json as object, status as 200)
  c.status(status as 200)
  if (body === undefined) return c.body(null)
  if (typeof body === 'string') return c.body(body)
  if (body instanceof Uint8Array) return c.body(body as Uint8Array<ArrayBuffer>)
  return stream(c, async (out) => {
    const iterator = body[Symbol.asyncIterator]()
    out.onAbort(() => void iterator.return?.())
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) await out.write(next.value)
  })
}
