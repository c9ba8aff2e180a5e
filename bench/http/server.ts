// One server of the comparison, in a process of its own: `tsx bench/http/server.ts express guarded`. Talks to its parent by IPC.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { bodyParser } from '@koa/bodyparser'
import express from 'express'
import { Hono } from 'hono'
import Koa from 'koa'
import { safeMcp as expressSafeMcp } from 'safe-mcp/express'
import { safeMcp as honoSafeMcp } from 'safe-mcp/hono'
import { safeMcp as koaSafeMcp } from 'safe-mcp/koa'

const [framework, variant] = process.argv.slice(2)
const guarded = variant === 'guarded'
const options = { audit: { record: 'all' } } as const

/** The handler echoes the arguments as one text, as a search tool would. */
const answer = (body: any): unknown => ({
  jsonrpc: '2.0',
  id: body.id,
  result: { content: [{ type: 'text', text: body.params.arguments.text }], structuredContent: { records: body.params.arguments.records } },
})

function expressApp(): RequestListener {
  const app = express()
  if (guarded) app.use(expressSafeMcp(options))
  else app.use(express.json({ limit: '1mb' }))
  app.post('/mcp', (req: any, res: any) => void res.json(answer(req.body)))
  app.post('/sse/:count', (req: any, res: any) => stream(res, Number(req.params.count)))
  return app
}

function koaApp(): RequestListener {
  const app = new Koa()
  if (guarded) app.use(koaSafeMcp(options))
  app.use(bodyParser({ jsonLimit: '1mb' }))
  app.use((ctx: any) => {
    ctx.body = answer(ctx.request.body)
  })
  return app.callback()
}

function honoApp(): Promise<Server> {
  const app = new Hono()
  if (guarded) app.use(honoSafeMcp(options))
  app.post('/mcp', async (c) => c.json(answer(await c.req.json()) as object))
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(server as Server))
  })
}

/** Events of about 270 bytes, one write each, as MCP servers do. */
function stream(res: any, count: number): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  const data = JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1, message: 'reading page after page of the annual report and taking notes of it '.repeat(2) },
  })
  let sent = 0
  const more = (): void => {
    while (sent < count) {
      sent++
      if (!res.write(`event: message\nid: ${sent}\ndata: ${data}\n\n`)) return void res.once('drain', more)
    }
    res.end()
  }
  more()
}

const listen = (listener: RequestListener): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, '127.0.0.1', () => resolve(server))
  })

const server = framework === 'hono' ? await honoApp() : await listen(framework === 'koa' ? koaApp() : expressApp())
// While the other server is measured this one is idle: on a busy machine for longer than Node keeps a connection.
server.keepAliveTimeout = 0
process.on('message', () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss }))
process.send?.({ port: (server.address() as AddressInfo).port })
