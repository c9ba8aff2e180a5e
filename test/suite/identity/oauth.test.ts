import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { UnauthorizedError as UnauthorizedErrorV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { createSafeMcp, type SafeMcp } from 'safe-mcp'
import { safeMcp } from 'safe-mcp/hono'
import { jwt } from 'safe-mcp/identity'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ExchangeSource } from '../../../src/core/exchange.ts'
import { mcpV1, mcpV2, mounts } from '../../harness/mcp-servers.ts'
import { listen } from '../../harness/node-server.ts'
import type { RunningApp } from '../../harness/types.ts'
import { startAuthorizationServer } from '../../standins/authorization-server.ts'

const redirectUrl = 'http://127.0.0.1:9/callback'

/** What an application does for the official client: keep things, and send the user to a page. Here the user says yes at once. */
class Application {
  readonly redirectUrl = redirectUrl
  readonly clientMetadata = {
    client_name: 'test',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
  #client: unknown
  #tokens: unknown
  #verifier = ''
  #discovery: unknown
  callback: URLSearchParams | undefined

  clientInformation = () => this.#client as never
  saveClientInformation = (client: unknown) => void (this.#client = client)
  tokens = () => this.#tokens as never
  saveTokens = (tokens: unknown) => void (this.#tokens = tokens)
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier)
  codeVerifier = () => this.#verifier
  saveDiscoveryState = (state: unknown) => void (this.#discovery = state)
  discoveryState = () => this.#discovery as never
  async redirectToAuthorization(url: URL) {
    const response = await fetch(url, { redirect: 'manual' })
    this.callback = new URL(response.headers.get('location') ?? '').searchParams
  }
}

interface Driver {
  connect(
    url: URL,
    application: Application,
  ): Promise<{ client: Pick<Client, 'listTools' | 'callTool' | 'close'>; finish(): Promise<void> }>
}

const me = { name: 'test', version: '1.0.0' }
const code = (application: Application) => application.callback?.get('code') ?? ''

/** Connects; where sign-in is asked for, signs in with what the redirect brought and connects again. */
const drivers: Record<string, Driver> = {
  'client v1': {
    async connect(url, application) {
      const first = new TransportV1(url, { authProvider: application as never })
      await expect(new ClientV1(me).connect(first as never)).rejects.toThrow(UnauthorizedErrorV1)
      await first.finishAuth(code(application))
      const client = new ClientV1(me)
      const transport = new TransportV1(url, { authProvider: application as never })
      await client.connect(transport as never)
      return { client: client as never, finish: () => transport.finishAuth(code(application)) }
    },
  },
  'client v2 legacy': v2({}),
  'client v2 modern': v2({ versionNegotiation: { mode: { pin: '2026-07-28' } } }),
}

function v2(options: object): Driver {
  return {
    async connect(url, application) {
      const first = new StreamableHTTPClientTransport(url, { authProvider: application as never })
      await expect(new Client(me, options).connect(first)).rejects.toThrow(UnauthorizedError)
      await first.finishAuth(application.callback as URLSearchParams)
      const client = new Client(me, options)
      const transport = new StreamableHTTPClientTransport(url, { authProvider: application as never })
      await client.connect(transport)
      return { client, finish: () => transport.finishAuth(application.callback as URLSearchParams) }
    },
  }
}

type Place = 'SDK v1 server' | 'SDK v2 server'
const nodeServers = {
  'SDK v1 server': () => mcpV1({ words: [], aborted: 0 }, false),
  'SDK v2 server': () => mcpV2({ words: [], aborted: 0 }, 'auto'),
}
const onNode = (mount: string, kind: Place) => (source: ExchangeSource) => mounts[mount]!(source, nodeServers[kind]())

/** Hono with the official SDK's fetch handler. */
function onHono(source: ExchangeSource): Promise<RunningApp> {
  const app = new Hono()
  const mcp = createMcpHandler(() => {
    const server = new McpServer({ name: 'hono', version: '1.0.0' })
    const say = (text: string) => ({ content: [{ type: 'text' as const, text }] })
    server.registerTool('echo', { inputSchema: z.object({ word: z.string() }) }, ({ word }) => say(word))
    server.registerTool('count', { inputSchema: z.object({}) }, () => say('done'))
    return server
  })
  app.use(safeMcp(source))
  app.all('/mcp', (c) => mcp.fetch(c.req.raw))
  return listen(app.fetch)
}

const modern = 'client v2 modern'
const places: readonly (readonly [name: string, start: (source: ExchangeSource) => Promise<RunningApp>, modern: boolean])[] = [
  ['express, SDK v1 server', onNode('express, stream unread', 'SDK v1 server'), false],
  ['express, SDK v2 server', onNode('express, stream unread', 'SDK v2 server'), true],
  ['createMcpExpressApp, SDK v2 server', onNode('createMcpExpressApp, parsed before', 'SDK v2 server'), true],
  ['koa, SDK v1 server', onNode('koa, respond = false', 'SDK v1 server'), false],
  ['koa, SDK v2 server', onNode('koa, respond = false', 'SDK v2 server'), true],
  ['node:http, SDK v2 server', onNode('node:http', 'SDK v2 server'), true],
  ['hono, SDK v2 server', onHono, true],
]

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe.each(places)('%s', (_, start, isModern) => {
  const fitting = Object.keys(drivers).filter((who) => isModern || who !== modern)

  it.each(fitting)('makes the unmodified %s sign in after 401 and step up after 403', async (who) => {
    // Client v1 answers a step-up with its refresh token when it has one, which cannot widen the scope.
    const authorization = await startAuthorizationServer({ refreshTokens: who !== 'client v1' })
    closing.push(() => authorization.close())
    // The canonical URI holds the port, which is known once the server listens.
    let guarded: SafeMcp | undefined
    const source: ExchangeSource = { open: (...args) => (guarded as SafeMcp).open(...args) }
    const app = await start(source)
    closing.push(() => app.close())
    const resource = `${app.url}/mcp`
    guarded = createSafeMcp({
      audit: false,
      identity: { verifiers: [jwt({ issuer: authorization.issuer, audience: resource })], resource, scopes: ['tools:read'] },
      tools: { scopes: { echo: ['tools:read', 'tools:write'], count: ['tools:read'] } },
    })

    const application = new Application()
    const { client, finish } = await drivers[who]!.connect(new URL(resource), application)
    closing.push(() => client.close())
    expect(authorization.log).toEqual(['register', 'authorize tools:read', 'token tools:read'])
    expect((await client.callTool({ name: 'count', arguments: {} })).isError).not.toBe(true)

    await expect(client.callTool({ name: 'echo', arguments: { word: 'up' } })).rejects.toThrow()
    expect(authorization.log.slice(3)).toEqual(['authorize tools:read tools:write'])
    await finish()
    expect(authorization.log.slice(4)).toEqual(['token tools:read tools:write'])
    const result = await client.callTool({ name: 'echo', arguments: { word: 'up' } })
    expect(result.isError).not.toBe(true)
  })
})
