import { createMcpHonoApp } from '@modelcontextprotocol/hono'
import { WebStandardStreamableHTTPServerTransport as TransportV1 } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpHandler, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { type Context, Hono } from 'hono'
import { logger } from 'hono/logger'
import { safeMcp as forFetch } from 'safe-mcp/fetch'
import { mcpOptions, type SafeMcpInput, safeMcp } from 'safe-mcp/hono'
import { buildV1, buildV2, type Seen } from './mcp-servers.ts'
import { listen } from './node-server.ts'
import type { RunningApp } from './types.ts'

export type McpFetch = (request: Request, options?: object) => Promise<Response>

interface WebTransport {
  handleRequest(request: Request, options?: object): Promise<Response>
}

/** Sessions kept by hand, as the documentation of both SDKs has it. */
function withSessions(open: (remember: (id: string) => void) => Promise<WebTransport>): McpFetch {
  const sessions = new Map<string, WebTransport>()
  return async (request, options) => {
    const id = request.headers.get('mcp-session-id')
    const known = id === null ? undefined : sessions.get(id)
    if (known !== undefined) return known.handleRequest(request, options)
    let made: WebTransport | undefined
    made = await open((session) => void sessions.set(session, made as WebTransport))
    return made.handleRequest(request, options)
  }
}

/** SDK v1 with sessions. */
export function fetchV1(seen: Seen, enableJsonResponse: boolean): McpFetch {
  return withSessions(async (onsessioninitialized) => {
    const transport = new TransportV1({ sessionIdGenerator: () => crypto.randomUUID(), enableJsonResponse, onsessioninitialized })
    await buildV1(seen).connect(transport as never)
    return transport
  })
}

/** SDK v2 with sessions: the legacy era alone. */
export function fetchV2Sessions(seen: Seen): McpFetch {
  return withSessions(async (onsessioninitialized) => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID(), onsessioninitialized })
    await buildV2(seen).connect(transport)
    return transport
  })
}

/** SDK v2, both eras. */
export function fetchV2(seen: Seen, responseMode: 'json' | 'sse' | 'auto'): McpFetch {
  const handler = createMcpHandler(() => buildV2(seen), { responseMode })
  return (request, options) => handler.fetch(request, options)
}

type Start = (options: SafeMcpInput, mcp: McpFetch) => Promise<RunningApp>

const raw = (mcp: McpFetch) => (c: Context) => mcp(c.req.raw)
const withOptions = (mcp: McpFetch) => (c: Context) => mcp(c.req.raw, mcpOptions(c))
const parsedBefore = (mcp: McpFetch) => (c: Context) => mcp(c.req.raw, { parsedBody: c.get('parsedBody' as never) })

/** Every way to put an MCP server on Hono or a fetch handler. */
export const fetchMounts: Readonly<Record<string, Start>> = {
  'hono, stream unread': (options, mcp) => {
    const app = new Hono()
    app.use(safeMcp(options))
    app.all('/mcp', raw(mcp))
    return listen(app.fetch)
  },
  'hono, mcpOptions': (options, mcp) => {
    const app = new Hono()
    app.use(
      logger(() => {}),
      safeMcp(options),
    )
    app.all('/mcp', withOptions(mcp))
    return listen(app.fetch)
  },
  'hono, c.req.json before and after': (options, mcp) => {
    const app = new Hono()
    const read = async (c: Context, next: () => Promise<void>): Promise<void> => {
      if (c.req.method === 'POST') await c.req.json()
      await next()
    }
    app.use(read, safeMcp(options), read)
    app.all('/mcp', async (c) => mcp(c.req.raw, c.req.method === 'POST' ? { parsedBody: await c.req.json() } : undefined))
    return listen(app.fetch)
  },
  'createMcpHonoApp, parsed before': (options, mcp) => {
    const app = createMcpHonoApp()
    app.use(safeMcp(options))
    app.all('/mcp', parsedBefore(mcp))
    return listen(app.fetch)
  },
  'createMcpHonoApp inside, parsed after': (options, mcp) => {
    const inner = createMcpHonoApp()
    inner.all('/', parsedBefore(mcp))
    const app = new Hono()
    app.use(safeMcp(options))
    app.route('/mcp', inner)
    return listen(app.fetch)
  },
  'hono below a base path and app.mount': (options, mcp) => {
    const app = new Hono()
    app.use(safeMcp(options))
    app.mount('/', new Hono().basePath('/mcp').all('/', raw(mcp)).fetch)
    return listen(app.fetch)
  },
  'fetch handler': (options, mcp) => listen(forFetch(options, (request) => mcp(request))),
  'fetch handler object': (options, mcp) => listen(forFetch(options, { fetch: mcp })),
  'fetch around a whole hono app': (options, mcp) => listen(forFetch(options, new Hono().all('/mcp', raw(mcp)).fetch)),
}
