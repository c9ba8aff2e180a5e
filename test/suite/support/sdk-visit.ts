import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { defineGuard, deny, rewrite } from 'safe-mcp'
import { expect } from 'vitest'
import type { Seen } from '../../harness/mcp-servers.ts'

/** A naive guard for each direction: they prove the plumbing, whatever the real engines find. */
export const naiveGuards = [
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

const me = { name: 'test', version: '1.0.0' }
/** The official clients: both generations, and both eras of the second. */
export const clients = {
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

export type ClientName = keyof typeof clients

/** The clients that can talk to a server: one of SDK v1 has no modern era. */
export function clientsFor(server: string): readonly ClientName[] {
  return (Object.keys(clients) as ClientName[]).filter((who) => !(server.startsWith('SDK v1') && who === 'client v2 modern'))
}

const textOf = (result: object): string => (result as { content: { text: string }[] }).content[0]?.text ?? ''

/** One whole visit: list, a rewritten call, a denied call, a call with progress. The caller closes the client. */
export async function visit(client: Client, who: ClientName, seen: Seen, streams: boolean): Promise<void> {
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
  if (streams) {
    expect(messages).toEqual(['***', '***', '***'])
    expect((at[2] as number) - (at[0] as number)).toBeGreaterThan(25)
  }
}
