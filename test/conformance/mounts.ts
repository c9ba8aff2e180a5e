import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createMcpExpressApp } from '@modelcontextprotocol/express'
import { createMcpHonoApp } from '@modelcontextprotocol/hono'
import { localhostHostValidation, NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node'
import { classifyInboundRequest, createMcpHandler, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import express from 'express'
import Koa from 'koa'
import type { SafeMcpOptions } from 'safe-mcp'
import { safeMcp as forExpress } from 'safe-mcp/express'
import { safeMcp as forHono, mcpOptions } from 'safe-mcp/hono'
import { safeMcp as forKoa, type SafeMcpInput } from 'safe-mcp/koa'
import { createGateway } from 'safe-mcp/node'
import { buildEverything } from './everything/index.ts'
import { isRefusal, Sessions } from './sessions.ts'

/** Listens on a free loopback port. Without options the server is unguarded. */
export type Mount = (options: SafeMcpInput | undefined, port: number, hostname: string) => { close(): void }

/** One server, mounted the way each framework's users do: parsed before, never parsed, and as web requests. */
export const mounts: Readonly<Record<string, Mount>> = {
  express(options, port, hostname) {
    const serveMcp = onNode()
    const app = createMcpExpressApp()
    if (options !== undefined) app.use(forExpress(options))
    app.use(express.json())
    app.all('/mcp', (req, res) => serveMcp(req, res, req.body))
    return app.listen(port, hostname)
  },

  koa(options, port, hostname) {
    const serveMcp = onNode()
    const known = localhostHostValidation()
    const app = new Koa()
    if (options !== undefined) app.use(forKoa(options))
    app.use(async (ctx) => {
      if (ctx.path !== '/mcp') return
      ctx.respond = false
      if (known(ctx.req, ctx.res)) await serveMcp(ctx.req, ctx.res, await readJson(ctx.req))
    })
    return app.listen(port, hostname)
  },

  hono(options, port, hostname) {
    const handler = createMcpHandler(build)
    const sessions = new Sessions((settings) => new WebStandardStreamableHTTPServerTransport(settings), build)
    function build() {
      return buildEverything(() => handler.notify)
    }
    const app = createMcpHonoApp()
    if (options !== undefined) app.use(forHono(options))
    app.all('/mcp', async (c) => {
      const parsedBody: unknown = c.get('parsedBody' as never)
      const { raw } = c.req
      const given = { ...(parsedBody === undefined ? {} : { parsedBody }), ...mcpOptions(c) }
      if (isModern(raw.method, (name) => raw.headers.get(name) ?? undefined, given.parsedBody)) return handler.fetch(raw, given)
      const found = await sessions.find(raw.headers.get('mcp-session-id') ?? undefined, given.parsedBody)
      return isRefusal(found) ? c.json(found.body, found.status) : found.handleRequest(raw, given)
    })
    return serve({ fetch: app.fetch, port, hostname })
  },

  /** The guards in a process in front of the bare server, as for a server in another language. */
  gateway(options, port, hostname) {
    const koa = mounts['koa'] as Mount
    if (options === undefined) return koa(undefined, port, hostname)
    const target = koa(undefined, 0, '127.0.0.1') as Server
    const server = createServer()
    target.once('listening', () => {
      const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/mcp`
      server.on('request', createGateway({ target: url, options: options as SafeMcpOptions }).handle).listen(port, hostname)
    })
    return server
  },
}

/** Both eras on one path, for Node requests. */
function onNode(): (req: IncomingMessage, res: ServerResponse, body: unknown) => Promise<void> {
  const handler = createMcpHandler(build)
  const modern = toNodeHandler(handler)
  const sessions = new Sessions((settings) => new NodeStreamableHTTPServerTransport(settings), build)
  function build() {
    return buildEverything(() => handler.notify)
  }
  return async (req, res, body) => {
    const header = (name: string) => [req.headers[name]].flat()[0]
    if (isModern(req.method ?? '', header, body)) return modern(req as never, res, body)
    const found = await sessions.find(header('mcp-session-id'), body)
    if (!isRefusal(found)) return found.handleRequest(req, res, body)
    res.writeHead(found.status, { 'content-type': 'application/json' }).end(JSON.stringify(found.body))
  }
}

function isModern(httpMethod: string, header: (name: string) => string | undefined, body: unknown): boolean {
  const protocolVersionHeader = header('mcp-protocol-version')
  const mcpMethodHeader = header('mcp-method')
  return (
    classifyInboundRequest({
      httpMethod,
      ...(protocolVersionHeader === undefined ? {} : { protocolVersionHeader }),
      ...(mcpMethodHeader === undefined ? {} : { mcpMethodHeader }),
      body,
    }).kind !== 'legacy'
  )
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) text += chunk
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
