import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import * as z from 'zod'
import { customer, page, type Sightings } from './mcp-server.ts'

/** The same careless server, written for SDK v1. */
export function buildServerV1(saw: Sightings): McpServer {
  const server = new McpServer({ name: 'crm', version: '1.0.0' })
  const note = (tool: string, args: unknown, extra: { authInfo?: { clientId: string } | undefined }): void => {
    saw.calls.push({ tool, args, caller: extra.authInfo?.clientId })
  }

  server.registerTool(
    'search',
    { description: 'Searches the knowledge base.', inputSchema: { query: z.string() } },
    async (args, extra) => {
      note('search', args, extra)
      return { content: [{ type: 'text', text: `3 articles about: ${args.query}` }] }
    },
  )

  const output = { name: z.string(), email: z.string(), note: z.string() }
  server.registerTool(
    'customer',
    { description: 'Looks up a customer.', inputSchema: { id: z.string() }, outputSchema: output },
    async (args, extra) => {
      note('customer', args, extra)
      return { content: [{ type: 'text', text: JSON.stringify(customer) }], structuredContent: { ...customer } }
    },
  )

  server.registerTool('read_page', { description: 'Reads a web page.', inputSchema: { url: z.string() } }, async (args, extra) => {
    note('read_page', args, extra)
    return { content: [{ type: 'text', text: page }] }
  })

  server.registerTool('report', { description: 'Takes a while, and says how far it is.' }, async (extra) => {
    note('report', {}, extra)
    const progressToken = extra._meta?.progressToken
    for (let progress = 1; progress <= 3 && progressToken !== undefined; progress++) {
      const message = `step ${progress}, asking ${customer.email}`
      await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: 3, message } })
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    return { content: [{ type: 'text', text: 'The report is ready.' }] }
  })

  server.registerTool('file_access', { description: 'Reads a file.', inputSchema: { path: z.string() } }, async (args, extra) => {
    note('file_access', args, extra)
    return { content: [{ type: 'text', text: `the contents of ${args.path}` }] }
  })

  return server
}
