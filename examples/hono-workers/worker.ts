import { Hono } from 'hono'
import { webhookSink } from 'safe-mcp/audit'
import { mcpOptions, safeMcp } from 'safe-mcp/hono'
import { type ApiKeyRecord, apiKey } from 'safe-mcp/identity'
import { type DurableObjectNamespaceLike, durableObjectStore } from 'safe-mcp/workers'
import mcp from './mcp.ts'

/** The class behind the SAFE_MCP binding of wrangler.jsonc. */
export { SafeMcpStore } from 'safe-mcp/workers'

interface Env {
  /** Counts and sessions, shared by all isolates. */
  readonly SAFE_MCP: DurableObjectNamespaceLike
  /** Approved tool definitions, written by `wrangler kv key put` after review. */
  readonly PINS: { get(key: string): Promise<string | null> }
  /** A secret: JSON list of `{ id, hash, principal, scopes }`. */
  readonly API_KEYS: string
  /** Where audit events go. A secret too when the URL is one. */
  readonly AUDIT_URL: string
}

const app = new Hono<{ Bindings: Env }>()

app.get('/health', (c) => c.json({ status: 'ok' }))

// The environment arrives with the request, so options come from a function of it; it is called once per isolate.
app.use(
  safeMcp((env: Env) => ({
    store: durableObjectStore(env.SAFE_MCP),
    identity: { verifiers: [apiKey({ keys: JSON.parse(env.API_KEYS) as ApiKeyRecord[] })] },
    rate: { limit: 30 },
    tools: { allow: ['search', 'customer'], scopes: { customer: ['crm'] } },
    definitions: { pins: { read: async () => (await env.PINS.get('mcp-tools.lock.json')) ?? undefined } },
    // The adapter hands what is still to be sent to waitUntil, so that the isolate lives until it is.
    audit: { sinks: [webhookSink({ url: env.AUDIT_URL, allowPrivate: env.AUDIT_URL.startsWith('http://127.0.0.1') })] },
  })),
)

app.all('/mcp', (c) => mcp.fetch(c.req.raw, mcpOptions(c)))

export default app
