import { toNodeHandler } from '@modelcontextprotocol/node'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler } from '@modelcontextprotocol/server'
import express from 'express'
import { safeMcp } from 'safe-mcp/express'
import { jwt } from 'safe-mcp/identity'
import type { Login } from '../_lib/login.ts'
import { buildServer, type Sightings } from '../_lib/mcp-server.ts'
import { buildServerV1 } from '../_lib/mcp-server-v1.ts'
import { type Running, running } from '../_lib/running.ts'

/** Two MCP servers on one Express app, written for SDK v2 and for SDK v1; one line guards both. */
export function startExpress({ issuer, audience, jwks }: Login, saw: Sightings, port = 0): Promise<Running> {
  const app = express()
  app.use(
    safeMcp({
      identity: { verifiers: [jwt({ issuer, audience, jwks })] },
      tools: { allow: ['search', 'customer', 'read_page', 'report'], scopes: { customer: ['crm'] } },
      output: { pii: ['email'] },
    }),
  )

  const mcp = toNodeHandler(createMcpHandler(() => buildServer(saw)))
  app.all('/mcp', (req, res) => mcp(req, res, req.body))

  app.all('/v1/mcp', async (req, res) => {
    const transport = new StreamableHTTPServerTransport()
    // The SDK's own types disagree with `exactOptionalPropertyTypes` here.
    await buildServerV1(saw).connect(transport as never)
    await transport.handleRequest(req, res, req.body)
  })

  return running((free, hostname) => app.listen(free, hostname), port)
}
