import { jwt } from 'safe-mcp/identity'
import { memoryStore } from 'safe-mcp/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { type Forge, forged, pair } from './forge.ts'
import { harnesses } from './harnesses.ts'

const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'
const key = pair('ES256', 'es-1')
const forge = { issuer, audience } as Forge
const as = (sub: string) => ({ authorization: `Bearer ${forged(forge, key, {}, { sub })}` })
const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})
const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })

describe.each(harnesses)('sessions on $name', (harness) => {
  let handled: string[]
  let sessions: number
  let app: RunningApp

  async function start(identity: object = {}): Promise<RunningApp> {
    handled = []
    sessions = 0
    app = await harness.start({
      options: { audit: false, identity: { verifiers: [jwt({ issuer, audience, keys: [key.publicKey] })], ...identity } },
      routes: [
        {
          path: '/mcp',
          handler: ({ method, header }) => {
            const session = header('mcp-session-id')
            handled.push(`${method} ${session ?? 'new'}`)
            if (method === 'DELETE') return { status: 200 }
            const headers = { 'mcp-session-id': session ?? `session-${++sessions}` }
            return { headers, json: { jsonrpc: '2.0', id: 1, result: {} } }
          },
        },
      ],
    })
    return app
  }
  beforeEach(() => start())
  afterEach(() => app.close())

  const open = async (headers: Record<string, string>) => {
    const response = await send('POST', headers, undefined, initialize)
    return response.headers.get('mcp-session-id') as string
  }
  const send = (method: string, headers: Record<string, string>, session: string | undefined, body = list) =>
    app.fetch('/mcp', {
      method,
      headers: {
        accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
        ...headers,
      },
      ...(method === 'POST' ? { body } : {}),
    })

  it('belong to whoever opened them, on POST, GET and DELETE', async () => {
    const session = await open(as('alice'))
    for (const method of ['POST', 'GET', 'DELETE']) {
      const response = await send(method, as('mallory'), session)
      expect(response.status).toBe(404)
      await response.arrayBuffer()
    }
    expect(handled).toEqual(['POST new'])
    expect((await send('POST', as('alice'), session)).status).toBe(200)
    expect((await send('GET', as('alice'), session)).status).toBe(200)
    expect((await send('DELETE', as('alice'), session)).status).toBe(200)
    // Ended: it exists for nobody any more.
    expect((await send('POST', as('alice'), session)).status).toBe(404)
  })

  it('look to strangers as if they did not exist', async () => {
    const session = await open(as('alice'))
    const answers = await Promise.all([session, 'no-such-session'].map(async (id) => (await send('POST', as('mallory'), id)).text()))
    const [theirs, nobodys] = answers.map((text) => text.replace(/[0-9a-f-]{36}/g, 'ID'))
    expect(theirs).toBe(nobodys)
  })

  it('are no credential', async () => {
    const session = await open(as('alice'))
    expect((await send('POST', {}, session)).status).toBe(401)
  })

  it.each(['', 'a'.repeat(513), 'session-1, session-2', 'session 1', 'session-1\u00e9'])(
    'do not exist with the malformed id %j',
    async (id) => {
      await open(as('alice'))
      const response = await send('POST', as('alice'), id)
      expect([400, 404]).toContain(response.status)
      expect(handled).toHaveLength(1)
    },
  )

  it('that a server gives out twice stay with the first', async () => {
    await open(as('alice'))
    sessions = 0
    const stolen = await send('POST', as('mallory'), undefined, initialize)
    expect(stolen.status).toBe(404)
    expect(stolen.headers.get('mcp-session-id')).toBeNull()
  })

  it('opened by nobody go to the first identity that continues them', async () => {
    await app.close()
    await start({ required: false })
    const session = await open({})
    expect((await send('POST', {}, session)).status).toBe(200)
    expect((await send('POST', as('alice'), session)).status).toBe(200)
    expect((await send('POST', as('mallory'), session)).status).toBe(404)
    expect((await send('POST', {}, session)).status).toBe(404)
  })

  it('are known to every process that shares the store', async () => {
    await app.close()
    const store = memoryStore()
    await start({ store })
    const session = await open(as('alice'))
    await app.close()
    await start({ store })
    expect((await send('POST', as('alice'), session)).status).toBe(200)
    expect((await send('POST', as('mallory'), session)).status).toBe(404)
  })

  it('are left alone where the operator says so', async () => {
    await app.close()
    await start({ sessions: false })
    expect((await send('POST', as('mallory'), 'session-of-alice')).status).toBe(200)
  })

  it('fail closed with their store', async () => {
    await app.close()
    const gone = () => Promise.reject(new Error('store is gone'))
    const store = { shared: true, get: gone, set: gone, increment: gone, compareAndSet: gone, delete: gone }
    await start({ store })
    const response = await send('POST', as('alice'), 'session-1')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(handled).toHaveLength(0)
    // A session that cannot be bound is not given out.
    expect((await send('POST', as('alice'), undefined, initialize)).status).toBe(503)
  })
})
