import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { introspection } from 'safe-mcp/identity'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunningApp } from '../../harness/types.ts'
import { harnesses } from './harnesses.ts'

const audience = 'https://mcp.test/mcp'
const issuer = 'https://login.test/'
type Answer = (res: ServerResponse, token: string) => void

const json =
  (value: unknown, status = 200): Answer =>
  (res) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const active = (more: object = {}) => json({ active: true, sub: 'alice', client_id: 'app', aud: audience, scope: 'read', ...more })

/** Time that moves when told, and only then: a busy machine must not make a minute longer. */
function movableClock() {
  let now = Date.now()
  return { now: () => now, tick: (ms: number) => void (now += ms) }
}

describe.each(harnesses)('opaque tokens on $name', (harness) => {
  let server: Server
  let app: RunningApp
  let answer: Answer
  let calls: { token: string; authorization: string | undefined }[]
  let handled: number
  let clock: ReturnType<typeof movableClock>

  beforeEach(async () => {
    calls = []
    handled = 0
    clock = movableClock()
    answer = active()
    server = createServer(async (req: IncomingMessage, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? ''
      calls.push({ token, authorization: req.headers.authorization })
      answer(res, token)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`
    const verifier = introspection({ url, clientId: 'mcp server', clientSecret: 'p%ss:word', issuer, audience, timeoutMs: 500 })
    app = await harness.start({
      options: { audit: false, clock, identity: { verifiers: [verifier] } },
      routes: [
        {
          path: '/',
          handler: ({ safeMcp }) => {
            handled++
            return { json: { id: safeMcp?.principal?.id, scopes: safeMcp?.principal?.scopes } }
          },
        },
      ],
    })
  })
  afterEach(async () => {
    server.closeAllConnections()
    await Promise.all([app.close(), new Promise((resolve) => server.close(resolve))])
  })

  const send = (token = 'opaque') => app.fetch('/', { headers: { authorization: `Bearer ${token}` } })

  it('are looked up once, however many wait, and believed for a minute', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, async () => (await send()).json()))
    expect(answers[0]).toEqual({ id: `introspection:${issuer}#alice`, scopes: ['read'] })
    expect(calls).toHaveLength(1)
    const [name, secret] = Buffer.from(calls[0]?.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':')
    expect([name, secret]).toEqual(['mcp+server', 'p%25ss%3Aword'])
    clock.tick(59_000)
    expect((await send()).status).toBe(200)
    answer = json({ active: false })
    clock.tick(1_001)
    expect((await send()).status).toBe(401)
    expect(calls).toHaveLength(2)
  })

  it('are never believed beyond exp', async () => {
    answer = active({ exp: Math.floor(clock.now() / 1000) + 10 })
    expect((await send()).status).toBe(200)
    clock.tick(11_000)
    answer = json({ active: false })
    expect((await send()).status).toBe(401)
  })

  it.each<[string, Answer, number]>([
    ['inactive', json({ active: false }), 401],
    ['inactive, with everything else right', json({ active: false, sub: 'alice', aud: audience }), 401],
    ['meant for somebody else', active({ aud: 'https://other.test' }), 401],
    ['without an audience', active({ aud: undefined }), 401],
    ['of another issuer', active({ iss: 'https://other.test' }), 401],
    ['expired', active({ exp: 1 }), 401],
    ['with a text as exp', active({ exp: '9999999999' }), 401],
    ['not valid yet', active({ nbf: 9_999_999_999 }), 401],
    ['of nobody', active({ sub: undefined, client_id: undefined }), 401],
    ['bound to a key it does not prove', active({ token_type: 'DPoP', cnf: { jkt: 'A'.repeat(43) } }), 401],
    ['of type DPoP without a key', active({ token_type: 'DPoP' }), 401],
    ['active as text', json({ active: 'true', sub: 'alice', aud: audience }), 503],
    ['an empty answer', json({}), 503],
    ['null', json(null), 503],
    ['a list', json([{ active: true }]), 503],
    ['status 401: our own credentials are wrong', json({ active: true, sub: 'alice', aud: audience }, 401), 503],
    ['status 500', json({ active: true, sub: 'alice', aud: audience }, 500), 503],
    ['HTML', (res) => void res.end('<html>'), 503],
    ['a redirect', (res) => void res.writeHead(302, { location: 'https://login.test/' }).end(), 503],
    ['nothing', () => {}, 503],
    ['a reset', (res) => void res.socket?.destroy(), 503],
    ['a megabyte', active({ filler: 'x'.repeat(1 << 20) }), 503],
  ])('are refused when the answer is: %s', async (_, next, status) => {
    answer = next
    const started = Date.now()
    const response = await send()
    expect(response.status).toBe(status)
    expect(Date.now() - started).toBeLessThan(4000)
    if (status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(handled).toBe(0)
  })

  it('leave a failing server alone after five failures, and come back to it', async () => {
    answer = json({}, 500)
    for (let i = 0; i < 12; i++) expect((await send(`token-${i}`)).status).toBe(503)
    expect(calls).toHaveLength(5)
    clock.tick(10_001)
    answer = active()
    expect((await send('token-x')).status).toBe(200)
  })
})
