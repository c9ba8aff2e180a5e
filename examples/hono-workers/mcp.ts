import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

/** An ordinary MCP server; it knows nothing of safe-mcp. By itself it is a Worker too: that is what `safe-mcp pin create` asks. */
export default createMcpHandler(buildServer)

function buildServer(): McpServer {
  const server = new McpServer({ name: 'edge', version: '1.0.0' })
  server.registerTool(
    'search',
    { description: 'Searches the knowledge base.', inputSchema: z.object({ query: z.string() }) },
    ({ query }) => ({ content: [{ type: 'text', text: `3 articles about: ${query}` }] }),
  )
  server.registerTool('customer', { description: 'Looks up a customer.', inputSchema: z.object({ id: z.string() }) }, ({ id }) => ({
    content: [{ type: 'text', text: `Customer ${id}: Ada Lovelace, ada.lovelace@example.com` }],
  }))
  server.registerTool('purge', { description: 'Deletes everything.', inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: 'everything is gone' }],
  }))
  return server
}
