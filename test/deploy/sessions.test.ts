import { createClient } from 'redis'
import { createSafeMcp } from 'safe-mcp'
import { safeMcp } from 'safe-mcp/express'
import { apiKey, generateApiKey } from 'safe-mcp/identity'
import { redisStore } from 'safe-mcp/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../harness/node-http.ts'
import type { RunningApp } from '../harness/types.ts'
import { hasRedis, RedisServer } from '../store/redis-server.ts'
import { jsonHeaders } from '../suite/support/mcp.ts'

describe.skipIf(!hasRedis)('sessions of replicas that share a Redis (redis-server)', () => {
  const ada = generateApiKey()
  const bob = generateApiKey()
  const keys = [ada, bob].map(({ hash }, i) => ({ id: `key-${i}`, hash, principal: ['ada', 'bob'][i] as string, scopes: [] }))
  let redis: RedisServer
  const closing: (() => unknown)[] = []
  let apps: [RunningApp, RunningApp]

  /** A server that mints sessions, as those of the legacy era do; which of them exist is its own affair. */
  async function replica(): Promise<RunningApp> {
    const client = createClient({ url: redis.url })
    await client.connect()
    const safe = createSafeMcp({ store: redisStore(client), identity: { verifiers: [apiKey({ keys })] }, audit: false })
    const guarded = safeMcp(safe)
    const app = await listen(async (req, res) => {
      if (!(await guarded(req, res))) return
      const { id, method } = (req as unknown as { body: { id: number; method: string } }).body
      if (method === 'initialize') res.setHeader('mcp-session-id', crypto.randomUUID())
      res.setHeader('content-type', 'application/json')
      res.end(
        JSON.stringify({
          jsonrpc: '2.0',
          id,
          result:
            method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } } : {},
        }),
      )
    })
    closing.push(
      () => app.close(),
      () => safe.close(),
      () => client.destroy(),
    )
    return app
  }

  beforeAll(async () => {
    redis = await RedisServer.start()
    apps = [await replica(), await replica()]
  })
  afterAll(async () => {
    for (const close of closing) await close()
    await redis?.stop()
  })

  const ask = (app: RunningApp, method: string, key: string, session?: string): Promise<Response> => {
    const params =
      method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } } : {}
    const headers = { ...jsonHeaders, authorization: `Bearer ${key}`, ...(session === undefined ? {} : { 'mcp-session-id': session }) }
    return app.fetch('/mcp', { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) })
  }

  it('belong to their caller on every one of them', async () => {
    const opened = await ask(apps[0], 'initialize', ada.key)
    const session = opened.headers.get('mcp-session-id') as string
    expect(opened.status).toBe(200)
    for (const app of apps) {
      expect((await ask(app, 'ping', ada.key, session)).status).toBe(200)
      expect((await ask(app, 'ping', bob.key, session)).status).toBe(404)
    }
  })

  it('that nobody opened are known to none of them', async () => {
    for (const app of apps) expect((await ask(app, 'ping', ada.key, crypto.randomUUID())).status).toBe(404)
  })
})
