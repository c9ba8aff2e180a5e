import { createHash } from 'node:crypto'
import { toolGuard } from 'safe-mcp'
import { apiKey } from 'safe-mcp/identity'
import { numberArg, oiap, pathArg } from 'safe-mcp/policy'
import { describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import type { Handler } from '../harness/types.ts'
import { useApp } from './support/app.ts'
import { call, codeOf, modernCall, modernHeaders, post } from './support/mcp.ts'

const names = ['search', 'read_file', 'file_access', 'api_call', 'other']
const tools = names.map((name) => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object' } }))
const hash = (key: string) => createHash('sha256').update(key).digest('hex')
const keys = {
  plain: { id: 'plain', hash: hash('key-plain'), principal: 'plain', scopes: [] },
  api: { id: 'api', hash: hash('key-api'), principal: 'api', scopes: ['api'] },
}
const identity = { verifiers: [apiKey({ keys: Object.values(keys) })], required: false }
const as = (key: keyof typeof keys) => ({ 'x-api-key': `key-${key}` })

/** A server that lists and runs everything, for anybody. */
const server: Handler = async (ctx) => {
  const body = await ctx.json()
  const answer = ({ id, method }: { id?: number; method?: string }) =>
    method === 'tools/list'
      ? { jsonrpc: '2.0', id, result: { tools, nextCursor: 'more', ttlMs: 3_600_000, cacheScope: 'public', resultType: 'complete' } }
      : { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'ran' }] } }
  const json = Array.isArray(body) ? body.map(answer) : answer(body as object)
  if (ctx.query.get('stream') === null) return { json }
  async function* events() {
    yield `event: message\ndata: ${JSON.stringify(json)}\n\n`
  }
  return { headers: { 'content-type': 'text/event-stream' }, body: events() }
}

const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
const modernList = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} } },
})

describe.each(harnesses)('tool policy on $name', (harness) => {
  const { spy, fetch } = useApp(
    harness,
    { audit: false, identity, tools: { allow: ['search', 'read_*'], deny: ['file_access'], scopes: { api_call: ['api'] } } },
    {
      '/mcp': server,
      '/search': { guards: [toolGuard('search')], handler: () => ({ json: { ok: true } }) },
      '/files': { guards: [toolGuard('file_access')], handler: () => ({ json: { ok: true } }) },
      '/api': { guards: [toolGuard('api_call')], handler: () => ({ json: { ok: true } }) },
      '/chat': { guards: [toolGuard((message) => (message.value as { tool?: string }).tool)], handler: () => ({ json: { ok: true } }) },
    },
  )
  const ran = async (request: () => Promise<Response>) => {
    const before = spy.calls
    const response = await request()
    const text = await response.text()
    return {
      status: response.status,
      ran: spy.calls > before,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      response,
    }
  }

  it('lets named tools run', async () => {
    for (const name of ['search', 'read_file'])
      expect(await ran(() => fetch('/mcp', post(call(name))))).toMatchObject({ status: 200, ran: true })
  })

  it.each(['file_access', 'other', 'Search', 'search ', 'read_\u200bfile', 'constructor'])(
    'answers a call of %j as data a model can read, and does not run it',
    async (name) => {
      const { status, ran: did, body } = await ran(() => fetch('/mcp', post(call(name, {}, 'x-1'))))
      expect(did).toBe(false)
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: 'x-1', result: { isError: true } })
      expect(codeOf(body)).toBe('tool_denied')
    },
  )

  it('asks for an identity, then for the scope, then runs', async () => {
    const nobody = await ran(() => fetch('/mcp', post(call('api_call'))))
    expect(nobody).toMatchObject({ status: 401, ran: false })
    expect(nobody.response.headers.get('www-authenticate')).toMatch(/^Bearer /)
    const lacking = await ran(() => fetch('/mcp', post(call('api_call'), as('plain'))))
    expect(lacking).toMatchObject({ status: 403, ran: false })
    expect(lacking.response.headers.get('www-authenticate')).toMatch(/error="insufficient_scope"/)
    expect(lacking.response.headers.get('www-authenticate')).toMatch(/scope="api"/)
    expect(await ran(() => fetch('/mcp', post(call('api_call'), as('api'))))).toMatchObject({ status: 200, ran: true })
  })

  it.each([['/mcp'], ['/mcp?stream=1']])('shows each caller what it may use, in order, pages kept, from %s', async (path) => {
    const read = async (headers: Record<string, string>) => {
      const text = await (await fetch(path, post(list, headers))).text()
      return JSON.parse(text.startsWith('{') ? text : (/data: (.*)/.exec(text)?.[1] as string)).result
    }
    expect((await read({})).tools).toEqual([tools[0], tools[1]])
    expect(await read(as('api'))).toMatchObject({ tools: [tools[0], tools[1], tools[3]], nextCursor: 'more' })
  })

  it('makes filtered lists private and short-lived in the modern era', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
    const { body } = await ran(() => fetch('/mcp', post(modernList, headers)))
    expect(body.result).toMatchObject({ cacheScope: 'private', ttlMs: 60_000, resultType: 'complete' })
  })

  it('denies in the form of the modern era', async () => {
    const { body, ran: did } = await ran(() => fetch('/mcp', post(modernCall('other'), modernHeaders('other'))))
    expect(did).toBe(false)
    expect(body).toMatchObject({ result: { isError: true, resultType: 'complete' } })
  })

  it('refuses a whole batch for one denied entry', async () => {
    const batch = `[${call('search', {}, 1)},${call('other', {}, 2)}]`
    const { body, ran: did } = await ran(() => fetch('/mcp', post(batch)))
    expect(did).toBe(false)
    expect(codeOf(body)).toBe('tool_denied')
  })

  it('judges a call in the form of a notification', async () => {
    const notification = JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'other' } })
    const { status, ran: did } = await ran(() => fetch('/mcp', post(notification)))
    expect(did).toBe(false)
    expect(status).toBeGreaterThanOrEqual(400)
  })

  it('applies to plain routes that are tools', async () => {
    expect(await ran(() => fetch('/search', post('{"q":1}')))).toMatchObject({ status: 200, ran: true })
    expect(await ran(() => fetch('/search'))).toMatchObject({ status: 200, ran: true })
    expect(await ran(() => fetch('/files', post('{}')))).toMatchObject({ status: 403, ran: false, body: { code: 'tool_denied' } })
    expect(await ran(() => fetch('/files'))).toMatchObject({ status: 403, ran: false })
    expect(await ran(() => fetch('/api', post('{}')))).toMatchObject({ status: 401, ran: false })
    expect(await ran(() => fetch('/api', post('{}', as('api'))))).toMatchObject({ status: 200, ran: true })
    expect(await ran(() => fetch('/chat', post('{"tool":"search"}')))).toMatchObject({ status: 200, ran: true })
    expect(await ran(() => fetch('/chat', post('{"tool":"file_access"}')))).toMatchObject({ status: 403, ran: false })
    expect(await ran(() => fetch('/chat', post('{"message":"hi"}')))).toMatchObject({ status: 200, ran: true })
  })
})

describe.each(harnesses)('documents, arguments and schemas on $name', (harness) => {
  const policy = oiap({
    Version: '2025-05-16',
    Statement: [
      { Effect: 'Allow', Action: ['read', 'pay', 'add'] },
      { Effect: 'Deny', Action: 'pay', Condition: { NumericGreaterThan: { 'args.amount': 500 } } },
    ],
  })
  const schemas = { add: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } }
  const args = { read: { path: pathArg({ roots: ['/srv'] }) }, pay: { amount: numberArg({ min: 1 }) } }
  const { spy, fetch } = useApp(
    harness,
    { audit: false, tools: { policy, args, schemas } },
    { '/mcp': server, '/pay': { guards: [toolGuard('pay')], handler: () => ({ json: {} }) } },
  )
  const outcome = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const before = spy.calls
    const response = await fetch(path, post(body, headers))
    const json = await response.json()
    return spy.calls > before ? 'ran' : codeOf(json)
  }

  it.each([
    ['read', { path: 'a.txt' }, 'ran'],
    ['read', { path: '%2e%2e/etc/passwd' }, 'tool_denied'],
    ['read', { path: ['a.txt', '../b'] }, 'tool_denied'],
    ['pay', { amount: 5 }, 'ran'],
    ['pay', { amount: 501 }, 'tool_denied'],
    ['pay', { amount: 0 }, 'tool_denied'],
    ['add', { a: 1 }, 'ran'],
    ['add', { a: 'x' }, 'schema_invalid'],
    ['drop', {}, 'tool_denied'],
  ])('%s %j: %s', async (name, given, expected) => {
    expect(await outcome('/mcp', call(name, given), { 'mcp-protocol-version': '2025-11-25' })).toBe(expected)
  })

  it('the arguments of a plain route are its body', async () => {
    expect(await outcome('/pay', '{"amount":5}')).toBe('ran')
    expect(await outcome('/pay', '{"amount":501}')).toBe('tool_denied')
    expect(await outcome('/pay?amount=501', '')).toBe('tool_denied')
    expect(await outcome('/pay?amount=5', '')).toBe('ran')
  })
})

describe.each(harnesses)('a policy that only watches, on $name', (harness) => {
  const { spy, fetch } = useApp(harness, { audit: false, tools: { allow: [], mode: 'monitor' } }, { '/mcp': server })

  it('changes nothing', async () => {
    expect((await (await fetch('/mcp', post(list))).json()).result.tools).toEqual(tools)
    await fetch('/mcp', post(call('other')))
    expect(spy.calls).toBe(2)
  })
})
