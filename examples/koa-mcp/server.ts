import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import Koa from 'koa'
import { jwt } from 'safe-mcp/identity'
import { safeMcp } from 'safe-mcp/koa'
import type { Login } from '../_lib/login.ts'
import { buildServer, type Sightings } from '../_lib/mcp-server.ts'
import { type Running, running } from '../_lib/running.ts'

/** An MCP server on Koa. It writes to the Node response itself, so Koa is told not to respond. */
export function startKoa({ issuer, audience, jwks }: Login, saw: Sightings): Promise<Running> {
  const mcp = toNodeHandler(createMcpHandler(() => buildServer(saw)))

  const app = new Koa()
  app.use(
    safeMcp({
      identity: { verifiers: [jwt({ issuer, audience, jwks })] },
      tools: { allow: ['search', 'customer', 'read_page', 'report'], scopes: { customer: ['crm'] } },
      output: { pii: ['email'] },
    }),
  )
  app.use(async (ctx, next) => {
    if (ctx.path !== '/mcp') return next()
    ctx.respond = false
    // The SDK's own types disagree with `exactOptionalPropertyTypes` here.
    await mcp(ctx.req as never, ctx.res)
  })

  return running((port, hostname) => app.listen(port, hostname))
}
