import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toolsGuard } from '../../../src/guards/tools.ts'
import { type PolicyRequest, type RemotePolicyOptions, remotePolicy } from '../../../src/policy/index.ts'
import { subjectOf } from '../../../src/policy/pdp.ts'
import { callOf, contextOf, principalOf } from './context.ts'

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void

/** A service on this machine that answers as told. It stands in for no product; shapes are those of the protocols. */
let server: Server
let base: string
let handler: Handler
let asked: { path: string; headers: IncomingMessage['headers']; body: unknown }[]

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      asked.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(body) })
      handler(request, body, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
beforeEach(() => {
  asked = []
})

const json =
  (value: unknown, status = 200): Handler =>
  (_request, _body, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof value === 'string' ? value : JSON.stringify(value))

const alice = principalOf({ aztpId: 'aztp://astha.ai/workload/production/node/alice', scopes: ['s'] })
const question = (tool = 'web_search', principal = alice): PolicyRequest => ({
  subject: subjectOf(principal),
  action: { name: 'tools/call' },
  resource: { type: 'tool', id: tool },
  context: { arguments: { q: 'x' }, time: 0, ip: '192.0.2.7', exchange: 'e-1' },
})

const kinds: Record<string, (more?: object) => RemotePolicyOptions> = {
  authzen: (more) => ({ kind: 'authzen', url: `${base}/access/v1/evaluation`, timeoutMs: 300, ...more }),
  oiap: (more) => ({ kind: 'oiap', baseUrl: `${base}/astha/v1/aztp`, apiKey: 'k', timeoutMs: 300, ...more }),
  'astha-rbac': (more) => ({ kind: 'astha-rbac', url: `${base}/rbac`, userAccessToken: 't', timeoutMs: 300, ...more }),
}

const yes: Record<string, unknown> = {
  authzen: { decision: true },
  oiap: { success: true, message: 'X-S-001 - ok', data: { allowed: true } },
  'astha-rbac': {
    success: true,
    data: { version: '1', mcp_url: 'x', tools: { allowed_tools: ['web_search'], denied_tools: ['file_access'] } },
  },
}

describe.each(Object.keys(kinds))('%s', (kind) => {
  const make = (more?: object) => remotePolicy((kinds[kind] as (more?: object) => RemotePolicyOptions)(more))

  it('allows on the documented yes', async () => {
    handler = json(yes[kind])
    expect(await make().evaluate(question())).toMatchObject({ decision: true })
  })

  it.each<[string, Handler, string | undefined]>([
    ['a 500', json(yes, 500), 'provider_unavailable'],
    ['a 403', json(yes, 403), 'provider_unavailable'],
    ['a 429', json({}, 429), 'provider_unavailable'],
    ['no JSON', json('<html>'), 'provider_unavailable'],
    ['an empty body', json(''), 'provider_unavailable'],
    ['null', json('null'), undefined],
    ['an empty object', json({}), undefined],
    ['a list', json([true]), undefined],
    ['a string', json('"true"'), undefined],
    ['the word true as text', json({ decision: 'true', allowed: 'true', data: { allowed: 'true' } }), undefined],
    ['one', json({ decision: 1, data: 1 }), undefined],
    ['ALLOW', json({ decision: 'ALLOW', data: { decision: 'ALLOW' } }), undefined],
    [
      'a yes with success false',
      json({ success: false, decision: null, data: { allowed: true, tools: { allowed_tools: ['web_search'], denied_tools: [] } } }),
      undefined,
    ],
    ['no data', json({ success: true }), undefined],
    ['data null', json({ success: true, data: null }), undefined],
    ['a redirect', (_q, _b, response) => response.writeHead(302, { location: `${base}/other` }).end(), 'provider_unavailable'],
    ['silence', () => undefined, 'provider_unavailable'],
    ['a reset', (request) => request.socket.destroy(), 'provider_unavailable'],
    ['half an answer', (_q, _b, response) => response.writeHead(200, { 'content-length': '99' }).write('{"deci'), 'provider_unavailable'],
    ['a megabyte', (_q, _b, response) => response.end(`{"decision":true,"x":"${'y'.repeat(1_048_576)}"}`), 'provider_unavailable'],
  ])('%s does not allow', async (_name, answer, code) => {
    handler = answer
    const decision = await make().evaluate(question())
    expect(decision.decision).toBe(false)
    expect(decision.code).toBe(code)
    expect(decision.reason).not.toContain('decision":true')
  })

  it('one call serves everybody who asks the same at once, and answers are believed for a while', async () => {
    handler = json(yes[kind])
    let now = 0
    const policy = make({ clock: { now: () => now } })
    await Promise.all([1, 2, 3].map(() => policy.evaluate(question())))
    await policy.evaluate(question())
    expect(asked).toHaveLength(1)
    now = 10_001
    await policy.evaluate(question())
    expect(asked).toHaveLength(2)
  })

  it('answers are not shared between principals', async () => {
    handler = json(yes[kind])
    const policy = make()
    await policy.evaluate(question())
    await policy.evaluate(question('web_search', principalOf({ id: 'jwt:a#bob', aztpId: 'aztp://astha.ai/workload/production/node/bob' })))
    expect(asked).toHaveLength(2)
  })

  it('an outage is a no, or the last yes where the operator allows it', async () => {
    let now = 0
    const strict = make({ clock: { now: () => now } })
    const lenient = make({ clock: { now: () => now }, staleIfErrorMs: 60_000 })
    handler = json(yes[kind])
    for (const policy of [strict, lenient]) expect((await policy.evaluate(question())).decision).toBe(true)
    now = 20_000
    handler = json({}, 500)
    expect(await strict.evaluate(question())).toMatchObject({ decision: false, code: 'provider_unavailable' })
    expect(await lenient.evaluate(question())).toMatchObject({ decision: true })
    now = 80_000
    expect(await lenient.evaluate(question())).toMatchObject({ decision: false })
  })

  it('after five failures the service is left alone', async () => {
    handler = json({}, 500)
    const policy = make({ clock: { now: () => 0 } })
    for (let i = 0; i < 8; i++) expect((await policy.evaluate(question())).decision).toBe(false)
    expect(asked).toHaveLength(5)
  })
})

it('AuthZEN asks with the names of the specification', async () => {
  handler = json({ decision: false, context: { reason_admin: { en: 'no\nway' } } })
  const decision = await remotePolicy({
    kind: 'authzen',
    url: `${base}/access/v1/evaluation`,
    headers: { authorization: 'Bearer x' },
  }).evaluate(question())
  expect(decision).toEqual({ decision: false, reason: 'authzen: denied (no?way)' })
  expect(asked[0]).toMatchObject({
    path: '/access/v1/evaluation',
    headers: { authorization: 'Bearer x', 'x-request-id': 'e-1', 'content-type': 'application/json' },
    body: {
      subject: { type: 'user', id: 'jwt:a#alice', properties: { scopes: ['s'] } },
      action: { name: 'tools/call' },
      resource: { type: 'tool', id: 'web_search' },
      context: { ip: '192.0.2.7', arguments: { q: 'x' } },
    },
  })
})

describe('AuthZEN evaluations', () => {
  const tools = ['a', 'b', 'c'].map((name) => ({ name, inputSchema: {} }))
  const list = { kind: 'response', direction: 'outward', mediaType: 'application/json', text: '', value: { result: { tools } } } as const
  const shown = async () => {
    const policy = remotePolicy({ url: `${base}/evaluation`, evaluationsUrl: `${base}/evaluations`, timeoutMs: 300 })
    const verdict = await toolsGuard({ policy, deny: ['c'] }).onReply?.(list, contextOf({ principal: alice }))
    return ((verdict as unknown as { value: typeof list.value })?.value ?? list.value).result.tools.map(({ name }) => name)
  }

  it('filter a list with one call, and ask only what the lists leave open', async () => {
    handler = json({ evaluations: [{ decision: false }, { decision: true }] })
    expect(await shown()).toEqual(['b'])
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      path: '/evaluations',
      body: { subject: { id: 'jwt:a#alice' }, evaluations: [{ resource: { id: 'a' } }, { resource: { id: 'b' } }] },
    })
  })

  it.each<[string, Handler]>([
    ['too few answers', json({ evaluations: [{ decision: true }] })],
    ['too many answers', json({ evaluations: [1, 2, 3].map(() => ({ decision: true })) })],
    ['text for booleans', json({ evaluations: [{ decision: 'true' }, { decision: 1 }] })],
    ['a single answer', json({ decision: true })],
    ['a 500', json({ evaluations: [{ decision: true }, { decision: true }] }, 500)],
    ['silence', () => undefined],
  ])('%s shows nothing', async (_name, answer) => {
    handler = answer
    expect(await shown()).toEqual([])
  })
})

it('OIAP asks as the reference client does, with any spelling of the base address', async () => {
  handler = json({ success: true, data: true })
  await remotePolicy({ kind: 'oiap', baseUrl: `${base}/astha/v1/aztp/`, apiKey: 'k' }).evaluate(question())
  expect(asked[0]).toMatchObject({
    path: '/astha/v1/oiap/evaluate',
    headers: { api_access_key: 'k' },
    body: { aztp_id: alice.aztpId, requested_resource: 'web_search', user_id: 'jwt:a#alice' },
  })
})

it.each([
  [{ allowed: true }, true],
  [{ isAllowed: true }, true],
  [true, true],
  [{ success: true, data: { allow: true } }, true],
  [{ success: true, data: { valid: true, allowed: false } }, false],
  [{ success: true, allowed: true, data: { allowed: false } }, false],
])('OIAP reads %j as %s', async (answer, expected) => {
  handler = json(answer)
  expect((await remotePolicy({ kind: 'oiap', baseUrl: base, apiKey: 'k' }).evaluate(question())).decision).toBe(expected)
})

it('OIAP reads a decision from where it is told to', async () => {
  handler = json({ result: { ok: true }, allowed: false })
  expect(
    (await remotePolicy({ kind: 'oiap', baseUrl: base, apiKey: 'k', decisionPath: ['result', 'ok'] }).evaluate(question())).decision,
  ).toBe(true)
})

it('RBAC lists: denied before allowed, everything else no, one call for all tools', async () => {
  handler = json({ success: true, data: { tools: { allowed_tools: ['a', 'b'], denied_tools: ['b'] } } })
  const policy = remotePolicy({ kind: 'astha-rbac', url: `${base}/rbac`, userAccessToken: 't' })
  const decisions = await Promise.all(['a', 'b', 'c'].map(async (tool) => (await policy.evaluate(question(tool))).decision))
  expect(decisions).toEqual([true, false, false])
  expect(asked).toHaveLength(1)
  expect(asked[0]?.headers['user_access_token']).toBe('t')
})

it('a caller without an AZTP id is not asked about', async () => {
  handler = json({ allowed: true })
  expect(await remotePolicy({ kind: 'oiap', baseUrl: base, apiKey: 'k' }).evaluate(question('t', principalOf()))).toMatchObject({
    decision: false,
  })
  expect(asked).toHaveLength(0)
})

it('an address that could be listened to is found at construction', () => {
  for (const url of ['http://pdp.example/x', 'ftp://x', 'https://u:p@pdp.example/', 'x']) {
    expect(() => remotePolicy({ kind: 'authzen', url })).toThrowError(expect.objectContaining({ path: 'remotePolicy.url' }))
  }
})

it('through the guard: an outage is 503, and lists do not show what could not be decided', async () => {
  handler = json({}, 500)
  const guard = toolsGuard({ policy: remotePolicy({ kind: 'authzen', url: base }) })
  expect(await guard.onMessage?.(callOf('t'), contextOf({ principal: alice }))).toMatchObject({ denial: { code: 'provider_unavailable' } })
  const listed = await guard.onReply?.(
    { kind: 'response', direction: 'outward', mediaType: 'application/json', text: '', value: { result: { tools: [{ name: 't' }] } } },
    contextOf({ principal: alice }),
  )
  expect(listed).toMatchObject({ value: { result: { tools: [] } } })
})
