import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import express from 'express'
import { createClient } from 'redis'
import { createSafeMcp, optionsFromEnv } from 'safe-mcp'
import { consoleSink } from 'safe-mcp/audit'
import { storePins } from 'safe-mcp/definitions'
import { safeMcp } from 'safe-mcp/express'
import { apiKey, registry } from 'safe-mcp/identity'
import { fileSink, health } from 'safe-mcp/node'
import { redisStore } from 'safe-mcp/redis'
import * as z from 'zod'

// Everything that differs between installations comes from the environment. See docs/deployment.md for the list.
const {
  PORT = '7860',
  HOST = '0.0.0.0',
  REDIS_URL,
  API_KEYS,
  REGISTRY_KEY,
  AUDIT_FILE,
  RATE_LIMIT = '100',
  DRAIN_MS = '10000',
} = process.env
const options = optionsFromEnv(process.env)

// State that all replicas share. Without Redis there may be only one.
const redis = REDIS_URL === undefined ? undefined : createClient({ url: REDIS_URL })
const store = redis === undefined ? undefined : redisStore(redis)

const verifiers = [apiKey({ keys: JSON.parse(API_KEYS ?? '[]') })]
// Identities in the store: what is revoked there is refused by every replica at its next request.
if (REGISTRY_KEY !== undefined) verifiers.push(registry({ store, signingKey: JSON.parse(REGISTRY_KEY) }))

const safe = createSafeMcp({
  ...options,
  store,
  identity: options.identity ?? { verifiers },
  rate: { limit: Number(RATE_LIMIT) },
  // The first replica that is asked pins the definitions; a replica that shows others is not believed.
  definitions: store === undefined ? true : { pins: storePins(store), refreshMs: 5000 },
  audit: options.audit ?? { sinks: [consoleSink(), ...(AUDIT_FILE === undefined ? [] : [fileSink({ path: AUDIT_FILE })])] },
})

function buildServer() {
  const server = new McpServer({ name: 'guarded', version: '1.0.0' })
  server.registerTool(
    'search',
    { description: 'Searches the knowledge base.', inputSchema: z.object({ query: z.string() }) },
    ({ query }) => ({ content: [{ type: 'text', text: `3 articles about: ${query}` }] }),
  )
  server.registerTool(
    'report',
    { description: 'Takes a while, and says how far it is.', inputSchema: z.object({ steps: z.number().int().max(1000) }) },
    async ({ steps }, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (let progress = 1; progress <= steps; progress++) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        if (progressToken !== undefined)
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: steps } })
      }
      return { content: [{ type: 'text', text: 'The report is ready.' }] }
    },
  )
  return server
}

// Alive: the process answers. Ready: it can do its work, and is not about to stop.
const alive = health()
const ready = health({ checks: { ...(redis !== undefined && { redis: async () => (await redis.ping()) === 'PONG' }) } })

const app = express().disable('x-powered-by')
app.get('/health', alive)
app.get('/ready', ready)
app.use(safeMcp(safe))
const mcp = toNodeHandler(createMcpHandler(buildServer))
app.all('/mcp', (req, res) => mcp(req, res, req.body))

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error
  console.log(`listening on ${HOST}:${server.address().port}, guards: ${safe.guards.join(' ')}`)
})

// A load balancer needs a moment to see that this replica is not ready any more; then streams get time to end.
let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  ready.drain()
  await new Promise((resolve) => setTimeout(resolve, Math.min(2000, Number(DRAIN_MS) / 4)))
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const over = setTimeout(() => server.closeAllConnections(), Number(DRAIN_MS))
  await closed
  clearTimeout(over)
  await safe.close() // flushes the audit
  redis?.destroy()
  console.log('stopped')
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
