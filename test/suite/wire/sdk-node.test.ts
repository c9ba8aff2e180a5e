import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createSafeMcp, defineGuard, deny, rewrite } from 'safe-mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { mcpV1, mcpV2, mounts, type Seen } from '../../harness/mcp-servers.ts'
import type { RunningApp } from '../../harness/types.ts'
import { eventually } from './raw.ts'

const running: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close()
})

const guards = [
  defineGuard({
    name: 'mend',
    onMessage(message) {
      if (message.tool === 'forbidden') return deny('tool_denied')
      return message.text.includes('bad') ? rewrite(JSON.parse(message.text.replaceAll('bad', 'b\u00f6se'))) : undefined
    },
  }),
  defineGuard({
    name: 'redact',
    needs: { replies: true },
    onReply: (message) => (message.text.includes('secret') ? rewrite(JSON.parse(message.text.replaceAll('secret', '***'))) : undefined),
  }),
]

const servers = {
  'SDK v1, JSON': (seen: Seen) => mcpV1(seen, true),
  'SDK v1, SSE': (seen: Seen) => mcpV1(seen, false),
  'SDK v2, JSON': (seen: Seen) => mcpV2(seen, 'json'),
  'SDK v2, SSE': (seen: Seen) => mcpV2(seen, 'sse'),
  'SDK v2, auto': (seen: Seen) => mcpV2(seen, 'auto'),
}

const me = { name: 'test', version: '1.0.0' }
const clients = {
  'client v1': async (url: URL) => {
    const client = new ClientV1(me)
    await client.connect(new TransportV1(url) as never)
    return client as unknown as Client
  },
  'client v2 legacy': async (url: URL) => {
    const client = new Client(me)
    await client.connect(new StreamableHTTPClientTransport(url))
    return client
  },
  'client v2 modern': async (url: URL) => {
    const client = new Client(me, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    await client.connect(new StreamableHTTPClientTransport(url))
    return client
  },
}

const textOf = (result: object): string => (result as { content: { text: string }[] }).content[0]?.text ?? ''

describe.each(Object.keys(mounts))('%s', (mount) => {
  describe.each(Object.keys(servers) as (keyof typeof servers)[])('%s', (kind) => {
    // A v1 server has no modern era.
    const fitting = Object.keys(clients).filter((who) => !(kind.startsWith('SDK v1') && who === 'client v2 modern'))
    it.each(fitting as (keyof typeof clients)[])('serves %s through the guards', async (who) => {
      const seen: Seen = { words: [], aborted: 0 }
      const app: RunningApp = await (mounts[mount] as (typeof mounts)[string])(createSafeMcp({ guards }), servers[kind](seen))
      running.push(app)
      const client = await clients[who](new URL(`${app.url}/mcp`))
      running.push(client)

      const { tools } = await client.listTools()
      expect(tools.map((tool) => tool.description)).toEqual(['Says a ***.', 'Counts.'])

      expect(textOf(await client.callTool({ name: 'echo', arguments: { word: 'bad' } }))).toBe('*** b\u00f6se \u00e9\u4e2d')
      expect(seen.words).toEqual(['b\u00f6se'])

      const denied = await client.callTool({ name: 'forbidden', arguments: {} })
      expect(denied.isError).toBe(true)

      const at: number[] = []
      const messages: unknown[] = []
      const onprogress = ({ message }: { message?: string | undefined }): void => {
        at.push(Date.now())
        messages.push(message)
      }
      const options = { onprogress }
      const done =
        who === 'client v1'
          ? await (client as unknown as ClientV1).callTool({ name: 'count', arguments: {} }, undefined, options)
          : await client.callTool({ name: 'count', arguments: {} }, options)
      expect(textOf(done)).toBe('done')
      if (kind.endsWith('SSE')) {
        expect(messages).toEqual(['***', '***', '***'])
        expect((at[2] as number) - (at[0] as number)).toBeGreaterThan(60)
      }
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
