import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { guard, safeMcp } from 'safe-mcp/express'
import type { SafeMcpView } from '../../adapters/view.ts'
import type { AuthInfo } from '../../src/core/principal.ts'
import type { HandlerContext, HandlerResponse, Harness, RunningApp, TestApp } from './types.ts'

/** A bare `http.createServer`. */
export const nodeHttp: Harness = {
  name: 'node:http',
  network: true,
  parsedBefore: false,
  start: (app) => listen(listener(app)),
}

/** Serves a request listener on a free loopback port. */
export async function listen(handler: RequestListener): Promise<RunningApp> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    fetch: (path, init) => fetch(url + path, init),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listener({ options, routes }: TestApp): RequestListener {
  const outer = options === false ? undefined : safeMcp(options)
  const served = routes.map((route) => ({ route, inner: route.guards === undefined ? undefined : guard(...route.guards) }))
  return async (req, res) => {
    if (outer !== undefined && !(await outer(req, res))) return
    const path = new URL(req.url ?? '/', 'http://local').pathname
    const found = served.find(({ route }) => route.path === path && (route.method === undefined || route.method === req.method))
    if (found === undefined) return void res.writeHead(404).end('404 Not Found')
    if (found.inner !== undefined && !(await found.inner(req, res))) return
    try {
      writeAnswer(res, await found.route.handler(contextOf(req)))
    } catch {
      if (res.headersSent) return void res.destroy()
      res.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error')
    }
  }
}

/** What Express and its parsers hang on a Node request. */
export type NodeRequest = IncomingMessage & { originalUrl?: string; body?: unknown; safeMcp?: SafeMcpView; auth?: AuthInfo | undefined }

export function contextOf(req: NodeRequest): HandlerContext {
  const url = new URL(req.originalUrl ?? req.url ?? '/', 'http://local')
  const bytes = async (): Promise<Uint8Array> => readAll(req)
  return {
    method: req.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    header: (name) => [req.headers[name.toLowerCase()]].flat()[0],
    json: async () => (req.body === undefined ? JSON.parse((await readAll(req)).toString()) : req.body),
    bytes,
    text: async () => (await readAll(req)).toString(),
    typedBody: req.body,
    safeMcp: req.safeMcp,
    auth: req.auth,
  }
}

export async function readAll(req: IncomingMessage): Promise<Buffer> {
  if (req.readableEnded) throw new Error('the body was consumed before')
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export function writeAnswer(res: ServerResponse, { status = 200, headers = {}, json, body }: HandlerResponse): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.statusCode = status
  if (json !== undefined) {
    if (!res.hasHeader('content-type')) res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify(json))
  } else if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) res.end(body)
  else pipe(res, body)
}

/** One write per chunk; the source is told to stop when the client is gone. */
export function pipe(res: ServerResponse, chunks: AsyncIterable<string | Uint8Array>): void {
  const source = Readable.from(chunks, { objectMode: true, highWaterMark: 1 })
  source.on('error', () => res.destroy())
  res.on('close', () => source.destroy())
  source.pipe(res)
}
