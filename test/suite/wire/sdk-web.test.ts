import { createSafeMcp } from 'safe-mcp'
import { describe, expect, it } from 'vitest'
import { fetchMounts, fetchV1, fetchV2, fetchV2Sessions } from '../../harness/mcp-fetch-servers.ts'
import type { Seen } from '../../harness/mcp-servers.ts'
import { clients, clientsFor, naiveGuards as guards, visit } from '../support/sdk-visit.ts'
import { eventually } from './raw.ts'

const servers = {
  'SDK v1, JSON': (seen: Seen) => fetchV1(seen, true),
  'SDK v1, SSE': (seen: Seen) => fetchV1(seen, false),
  'SDK v2, sessions, SSE': fetchV2Sessions,
  'SDK v2, JSON': (seen: Seen) => fetchV2(seen, 'json'),
  'SDK v2, SSE': (seen: Seen) => fetchV2(seen, 'sse'),
  'SDK v2, auto': (seen: Seen) => fetchV2(seen, 'auto'),
}

describe.each(Object.entries(fetchMounts))('%s', (_name, start) => {
  describe.each(Object.keys(servers) as (keyof typeof servers)[])('%s', (kind) => {
    // Sessions are a thing of the legacy era.
    const fitting = clientsFor(kind).filter((who) => !(kind.includes('sessions') && who === 'client v2 modern'))
    it.concurrent.for(fitting)('serves %s through the guards', async (who, { onTestFinished }) => {
      const seen: Seen = { words: [], aborted: 0 }
      const app = await start(createSafeMcp({ guards }), servers[kind](seen))
      onTestFinished(() => app.close())
      const client = await clients[who](new URL(`${app.url}/mcp`))
      onTestFinished(() => client.close())
      await visit(client, who, seen, kind.endsWith('SSE'))
    })
  })

  it.concurrent('tells a tool of the modern era when its caller has left', async ({ onTestFinished }) => {
    const seen: Seen = { words: [], aborted: 0 }
    const app = await start(createSafeMcp({ guards }), fetchV2(seen, 'sse'))
    onTestFinished(() => app.close())
    const client = await clients['client v2 modern'](new URL(`${app.url}/mcp`))
    onTestFinished(() => client.close())
    const abort = new AbortController()
    const call = client.callTool({ name: 'count', arguments: {} }, { onprogress: () => abort.abort(), signal: abort.signal })
    await expect(call).rejects.toThrow()
    await eventually(() => seen.aborted === 1)
  })
})
