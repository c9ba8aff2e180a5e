import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

/** What a client got back from a tool. */
export interface ToolAnswer {
  readonly text: string
  readonly structured: unknown
  readonly isError: boolean
}

/** The part of an official client that the stories use, alike for both SDK generations. */
export interface DemoClient {
  readonly name: string
  /** The name the server gave at the handshake. */
  readonly server: string | undefined
  toolNames(): Promise<string[]>
  call(name: string, args: Record<string, unknown>, onProgress?: (message: string) => void): Promise<ToolAnswer>
  close(): Promise<void>
}

export type Connect = (url: URL, token: string) => Promise<DemoClient>

const me = { name: 'demo-client', version: '1.0.0' }
const bearer = (token: string): { requestInit: RequestInit } => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } })

/** The client of SDK v2: it speaks 2026-07-28 where the server does, and 2025-11-25 where not. */
export const connectV2: Connect = async (url, token) => {
  const client = new Client(me, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(url, bearer(token)))
  return {
    name: 'MCP SDK v2',
    server: client.getServerVersion()?.name,
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, onProgress) => {
      const options = onProgress && { onprogress: ({ message }: { message?: string | undefined }) => onProgress(message ?? '') }
      return answerOf(await client.callTool({ name, arguments: args }, options))
    },
    close: () => client.close(),
  }
}

/** The client of SDK v1. */
export const connectV1: Connect = async (url, token) => {
  const client = new ClientV1(me)
  // The SDK's own types disagree with `exactOptionalPropertyTypes` here.
  await client.connect(new TransportV1(url, bearer(token)) as never)
  return {
    name: 'MCP SDK v1',
    server: client.getServerVersion()?.name,
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, onProgress) => {
      const options = onProgress && { onprogress: ({ message }: { message?: string | undefined }) => onProgress(message ?? '') }
      return answerOf(await client.callTool({ name, arguments: args }, undefined, options))
    },
    close: () => client.close(),
  }
}

function answerOf(result: Record<string, unknown>): ToolAnswer {
  const content = Array.isArray(result['content']) ? (result['content'] as { type: string; text?: string }[]) : []
  return {
    text: content.map((block) => block.text ?? '').join('\n'),
    structured: result['structuredContent'],
    isError: result['isError'] === true,
  }
}
