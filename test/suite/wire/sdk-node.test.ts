import { createSafeMcp } from 'safe-mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { mcpV1, mcpV2, mounts, type Seen } from '../../harness/mcp-servers.ts'
import type { RunningApp } from '../../harness/types.ts'
import { clients, clientsFor, naiveGuards as guards, visit } from '../support/sdk-visit.ts'
import { eventually } from './raw.ts'

const running: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close()
})

const servers = {
  'SDK v1, JSON': (seen: Seen) => mcpV1(seen, true),
  'SDK v1, SSE': (seen: Seen) => mcpV1(seen, false),
  'SDK v2, JSON': (seen: Seen) => mcpV2(seen, 'json'),
  'SDK v2, SSE': (seen: Seen) => mcpV2(seen, 'sse'),
  'SDK v2, auto': (seen: Seen) => mcpV2(seen, 'auto'),
}

describe.each(Object.keys(mounts))('%s', (mount) => {
  describe.each(Object.keys(servers) as (keyof typeof servers)[])('%s', (kind) => {
    it.each(clientsFor(kind))('serves %s through the guards', async (who) => {
      const seen: Seen = { words: [], aborted: 0 }
      const app: RunningApp = await (mounts[mount] as (typeof mounts)[string])(createSafeMcp({ guards }), servers[kind](seen))
      running.push(app)
      const client = await clients[who](new URL(`${app.url}/mcp`))
      running.push(client)
      await visit(client, who, seen, kind.endsWith('SSE'))
    })
  })

  it('tells a tool of the modern era when its caller has left', async () => {
    const seen: Seen = { words: [], aborted: 0 }
    const app = await (mounts[mount] as (typeof mounts)[string])(createSafeMcp({ guards }), mcpV2(seen, 'sse'))
    running.push(app)
    const client = await clients['client v2 modern'](new URL(`${app.url}/mcp`))
    running.push(client)
    const abort = new AbortController()
    const call = client.callTool({ name: 'count', arguments: {} }, { onprogress: () => abort.abort(), signal: abort.signal })
    await expect(call).rejects.toThrow()
    await eventually(() => seen.aborted === 1)
  })
})
