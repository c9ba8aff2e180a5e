import { serve } from '@hono/node-server'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { mcpOptions, safeMcp } from 'safe-mcp/hono'
import { jwt } from 'safe-mcp/identity'
import type { Login } from '../_lib/login.ts'
import { buildServer, type Sightings } from '../_lib/mcp-server.ts'
import { type Running, running } from '../_lib/running.ts'

/** An MCP server on Hono: one line guards it, the rest is as the SDK's own documentation has it. */
export function startHono({ issuer, audience, jwks }: Login, saw: Sightings): Promise<Running> {
  const mcp = createMcpHandler(() => buildServer(saw))

  const app = new Hono()
  app.use(
    safeMcp({
      identity: { verifiers: [jwt({ issuer, audience, jwks })] },
      tools: { allow: ['search', 'customer', 'read_page', 'report'], scopes: { customer: ['crm'] } },
      output: { pii: ['email'] },
    }),
  )
  app.all('/mcp', (c) => mcp.fetch(c.req.raw, mcpOptions(c)))

  return running((port, hostname) => serve({ fetch: app.fetch, port, hostname }))
}
