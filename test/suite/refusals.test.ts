import { defineGuard, deny } from 'safe-mcp'
import { describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import type { Handler } from '../harness/types.ts'
import { where } from '../harness/where.ts'
import { quiet, useApp } from './support/app.ts'
import { call, codeOf, modernCall, modernHeaders, post, textResult } from './support/mcp.ts'

const answer: Handler = async (ctx) => ({ json: textResult(JSON.stringify(await ctx.json())) })
const bad = (more: Record<string, string> = {}, body: string | Uint8Array = call('x')): RequestInit => post(body, more)
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))

/** Named after the bypass. Each is sent to a server that would happily run it. */
const attacks: readonly (readonly [name: string, request: RequestInit, status: number, code: string])[] = [
  ['a duplicate member', bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}'), 400, 'duplicate_key'],
  ['a duplicate member, escaped', bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/list","m\\u0065thod":"x"}'), 400, 'duplicate_key'],
  [
    'a duplicate name deep inside',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}'),
    400,
    'duplicate_key',
  ],
  [
    'a prototype member',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"__proto__":{"a":1}}}}'),
    400,
    'message_invalid',
  ],
  ['a byte order mark', bad({}, `\ufeff${call('x')}`), 415, 'media_type_unsupported'],
  ['UTF-16 by charset', bad({ 'content-type': 'application/json; charset=utf-16le' }, utf16(call('x'))), 415, 'media_type_unsupported'],
  [
    'JSON under a text type a lenient server accepts',
    bad({ 'content-type': 'text/plain; application/json' }),
    415,
    'media_type_unsupported',
  ],
  ['a list of media types', bad({ 'content-type': 'application/json, text/plain' }), 415, 'media_type_unsupported'],
  [
    'too much depth',
    bad({}, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":${'['.repeat(200)}${']'.repeat(200)}}}}`),
    400,
    'message_invalid',
  ],
  [
    'a member that differs by case',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/list","Method":"tools/call"}'),
    400,
    'message_invalid',
  ],
  [
    'a name that differs by case',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}'),
    400,
    'message_invalid',
  ],
  [
    'a method in other letter case',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"a"}}'),
    400,
    'message_invalid',
  ],
  [
    'a method that is an array',
    bad({ 'mcp-method': 'tools/call' }, '{"jsonrpc":"2.0","id":1,"method":["tools/call"]}'),
    400,
    'message_invalid',
  ],
  ['an id of null', bad({}, '{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"a"}}'), 400, 'message_invalid'],
  [
    'a result beside a method',
    bad({}, '{"jsonrpc":"2.0","id":1,"method":"tools/call","result":{},"params":{"name":"a"}}'),
    400,
    'message_invalid',
  ],
  ['a batch under a revision without batches', bad({ 'mcp-protocol-version': '2025-06-18' }, `[${call('x')}]`), 400, 'batch_invalid'],
  ['a batch of too many', bad({}, `[${Array.from({ length: 101 }, (_, i) => call('x', {}, i)).join(',')}]`), 400, 'batch_invalid'],
  ['a batch with something that is no message', bad({}, `[${call('x')},1]`), 400, 'message_invalid'],
  ['a revision nobody speaks', bad({ 'mcp-protocol-version': '1999-01-01' }), 400, 'revision_unsupported'],
  ['a mirrored name that lies', post(modernCall('rm'), modernHeaders('ls')), 400, 'header_mismatch'],
  ['a mirrored method that lies', post(modernCall('x'), { ...modernHeaders('x'), 'mcp-method': 'tools/list' }), 400, 'header_mismatch'],
  ['a foreign origin', bad({ origin: 'http://evil.test' }), 403, 'origin_denied'],
  ['an opaque origin', bad({ origin: 'null' }), 403, 'origin_denied'],
  ['an origin that begins like ours', bad({ origin: 'http://127.0.0.1.evil.test' }), 403, 'origin_denied'],
  ['a session id with spaces', bad({ 'mcp-session-id': 'a b' }), 400, 'message_invalid'],
]

describe.each(harnesses)('refusals on $name', (harness) => {
  const { spy, fetch } = useApp(harness, quiet, { '/mcp': answer, '/chat': async (ctx) => ({ json: await ctx.json() }) })

  it('let an honest call pass', async () => {
    const response = await fetch('/mcp', post(call('x', { a: 1 })))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ id: 1, result: { content: [{ type: 'text' }] } })
    expect(spy.calls).toBe(1)
  })

  /** What a parser before us already lost or refused is not ours to see: these keep only their second half. */
  const gone = new Set([
    'a prototype member',
    'a duplicate member',
    'a duplicate member, escaped',
    'a duplicate name deep inside',
    'a byte order mark',
    'UTF-16 by charset',
  ])
  const lenient = new Set(['JSON under a text type a lenient server accepts', 'a list of media types'])

  it.each(attacks.filter(([name]) => !(harness.parsedBefore && (gone.has(name) || lenient.has(name)))))(
    '%s is refused, and the handler does not run',
    async (_name, request, status, code) => {
      const before = spy.calls
      const response = await fetch('/mcp', request)
      const text = await response.text()
      expect([response.status, codeOf(JSON.parse(text))]).toEqual([status, code])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(spy.calls).toBe(before)
    },
  )

  it('never echo what was sent', async () => {
    const response = await fetch(
      '/mcp',
      post(`{"jsonrpc":"2.0","id":1,"method":"PAYLOAD-\\u0000","params":{"x":"PAYLOAD"}}`, { 'mcp-method': 'x' }),
    )
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('PAYLOAD')
  })

  it('leave foreign JSON-RPC alone', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x0"},"latest"]}'
    const response = await fetch('/chat', post(body))
    expect(await response.json()).toEqual(JSON.parse(body))
  })
})

describe.each(harnesses)('a body over the limit on $name', (harness) => {
  const { spy, fetch } = useApp(
    harness,
    { ...quiet, limits: { maxBytes: 2000 } },
    { '/mcp': answer, '/upload': async (ctx) => ({ body: String((await ctx.bytes()).length) }) },
  )

  where(!harness.parsedBefore)('is refused whether it is announced or not', async () => {
    const large = call('x', { a: 'x'.repeat(3000) })
    const announced = await fetch('/mcp', post(large))
    expect([announced.status, codeOf(await announced.json())]).toEqual([413, 'body_too_large'])
    const chunked = await fetch('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
      body: new ReadableStream({
        async start(controller) {
          for (let i = 0; i < large.length; i += 100) controller.enqueue(new TextEncoder().encode(large.slice(i, i + 100)))
          controller.close()
        },
      }),
    } as RequestInit)
    expect([chunked.status, codeOf(await chunked.json())]).toEqual([413, 'body_too_large'])
    expect(spy.calls).toBe(0)
  })

  it('passes where nobody reads it: an upload of another type', async () => {
    const response = await fetch('/upload', {
      method: 'POST',
      body: new Uint8Array(5000),
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect(await response.text()).toBe('5000')
  })
})

describe.each(harnesses)('a guard on $name', (harness) => {
  const broken = defineGuard({
    name: 'broken',
    onMessage() {
      throw new Error('secret detail')
    },
  })
  const asynchronous = defineGuard({
    name: 'slow',
    onMessage: async () => deny('tool_denied', { reason: 'private reason', detail: 'Ask your admin.' }),
  })
  const { spy, fetch } = useApp(harness, quiet, {
    '/broken': { guards: [broken], handler: answer },
    '/slow': { guards: [asynchronous], handler: answer },
  })

  it('that throws refuses with nothing told', async () => {
    const response = await fetch('/broken', post(call('x')))
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('secret')
    const plain = await fetch('/broken', post('{"a":1}'))
    expect(plain.status).toBe(500)
    expect(plain.headers.get('content-type')).toBe('application/problem+json')
    expect(spy.calls).toBe(0)
  })

  it('that denies late denies in-band with the caller\u2019s id', async () => {
    const response = await fetch('/slow', post(call('x', {}, 'id-9')))
    expect(response.status).toBe(200)
    const body = (await response.json()) as { id: unknown; result: { isError: boolean; content: { text: string }[] } }
    expect(body).toMatchObject({ id: 'id-9', result: { isError: true } })
    expect(JSON.stringify(body)).toContain('Ask your admin.')
    expect(JSON.stringify(body)).not.toContain('private reason')
    expect(spy.calls).toBe(0)
  })
})
