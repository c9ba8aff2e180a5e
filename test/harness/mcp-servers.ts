import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { createMcpExpressApp } from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import express from 'express'
import Koa from 'koa'
import { safeMcp as forExpress, type SafeMcpInput } from 'safe-mcp/express'
import { safeMcp as forKoa } from 'safe-mcp/koa'
import * as z from 'zod'
import { listen } from './node-http.ts'
import type { RunningApp } from './types.ts'

/** What tools saw. */
export interface Seen {
  readonly words: string[]
  aborted: number
}

export type McpNodeHandler = (req: IncomingMessage, res: ServerResponse, body?: unknown) => Promise<void>

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

/** SDK v1 with sessions. */
export function mcpV1(seen: Seen, enableJsonResponse: boolean): McpNodeHandler {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  return async (req, res, body) => {
    const id = req.headers['mcp-session-id'] as string | undefined
    let transport = id === undefined ? undefined : sessions.get(id)
    if (transport === undefined) {
      const made = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        enableJsonResponse,
        onsessioninitialized: (session) => void sessions.set(session, made),
      })
      transport = made
      await buildV1(seen).connect(made as never)
    }
    await transport.handleRequest(req as never, res, body)
  }
}

export function buildV1(seen: Seen): ServerV1 {
  const server = new ServerV1({ name: 'v1', version: '1.0.0' })
  server.registerTool('echo', { description: 'Says a secret.', inputSchema: { word: z.string() } }, ({ word }) => {
    seen.words.push(word)
    return text(`secret ${word} \u00e9\u4e2d`)
  })
  server.registerTool('count', { description: 'Counts.' }, async ({ _meta, sendNotification, signal }) => {
    signal.addEventListener('abort', () => seen.aborted++)
    for (let progress = 1; progress <= 3 && _meta?.progressToken !== undefined; progress++) {
      await sendNotification({
        method: 'notifications/progress',
        params: { progressToken: _meta.progressToken, progress, message: 'secret' },
      })
      await wait(50)
    }
    return text('done')
  })
  return server
}

/** SDK v2: the modern era, and the legacy one without sessions. */
export function mcpV2(seen: Seen, responseMode: 'json' | 'sse' | 'auto'): McpNodeHandler {
  const handler = createMcpHandler(() => buildV2(seen), { responseMode })
  return toNodeHandler(handler) as McpNodeHandler
}

export function buildV2(seen: Seen): McpServer {
  const server = new McpServer({ name: 'v2', version: '1.0.0' })
  server.registerTool('echo', { description: 'Says a secret.', inputSchema: z.object({ word: z.string() }) }, ({ word }) => {
    seen.words.push(word)
    return text(`secret ${word} \u00e9\u4e2d`)
  })
  server.registerTool('count', { description: 'Counts.', inputSchema: z.object({}) }, async (_args, { mcpReq }) => {
    mcpReq.signal.addEventListener('abort', () => seen.aborted++)
    const progressToken = mcpReq._meta?.progressToken
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message: 'secret' } })
      await wait(50)
    }
    return text('done')
  })
  return server
}

type Start = (options: SafeMcpInput, handler: McpNodeHandler) => Promise<RunningApp>

/** The ways people mount an MCP server on Node. */
export const mounts: Readonly<Record<string, Start>> = {
  'express, stream unread': (options, handler) => {
    const app = express()
    app.use(forExpress(options))
    app.all('/mcp', (req, res) => handler(req, res))
    return listen(app)
  },
  'express, parsed body': (options, handler) => {
    const app = express()
    app.use(forExpress(options), express.json())
    app.all('/mcp', (req, res) => handler(req, res, req.body))
    return listen(app)
  },
  'createMcpExpressApp, parsed before': (options, handler) => {
    const app = createMcpExpressApp()
    app.use(forExpress(options))
    app.all('/mcp', (req, res) => handler(req, res, req.body))
    return listen(app)
  },
  'koa, respond = false': (options, handler) => {
    const app = new Koa()
    app.use(forKoa(options))
    app.use(async (ctx) => {
      ctx.respond = false
      await handler(ctx.req, ctx.res)
    })
    return listen(app.callback())
  },
  'koa with parser and router': (options, handler) => {
    const app = new Koa()
    const router = new Router()
    app.use(bodyParser())
    app.use(forKoa(options))
    router.all('/mcp', async (ctx) => {
      ctx.respond = false
      await handler(ctx.req, ctx.res, (ctx.request as { body?: unknown }).body)
    })
    app.use(router.routes())
    return listen(app.callback())
  },
  'node:http': (options, handler) => {
    const guarded = forExpress(options)
    return listen(async (req, res) => {
      if (await guarded(req, res)) await handler(req, res)
    })
  },
}
