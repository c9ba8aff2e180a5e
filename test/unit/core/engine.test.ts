import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { createEngine } from '../../../src/core/engine/engine.ts'
import { type BodyInput, type Exchange, isChunk } from '../../../src/core/exchange.ts'
import { defineGuard, type Guard } from '../../../src/core/guard.ts'
import { HeaderView, type Reply } from '../../../src/core/http.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Mode } from '../../../src/core/mode.ts'
import type { VerdictRecord } from '../../../src/core/observer.ts'
import { deny, rewrite } from '../../../src/core/verdict.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: unknown): string => (data instanceof Uint8Array ? new TextDecoder().decode(data) : String(data))

interface Opening {
  mode?: Mode
  headers?: [string, string][]
  method?: string
  path?: string
  exposeFindings?: boolean
}

function open(guards: readonly Guard[], more: Opening = {}) {
  const verdicts: VerdictRecord[] = []
  const engine = createEngine({
    guards,
    observers: [{ name: 'spy', onVerdict: (record) => void verdicts.push(record) }],
    mode: more.mode ?? 'normal',
    clock: systemClock,
    isMcpPath: () => false,
    skips: () => false,
    exposeFindings: more.exposeFindings ?? false,
  })
  const headers = new HeaderView(more.headers ?? [['content-type', 'application/json']])
  const request = { method: more.method ?? 'POST', path: more.path ?? '/mcp', query: '', headers }
  return { exchange: engine.open(request, new AbortController().signal), verdicts, engine }
}

async function send(exchange: Exchange, body: string | BodyInput): Promise<Reply | undefined> {
  const first = await exchange.begin()
  if (first !== undefined) return first
  expect(exchange.bodyPlan.read).toBe(true)
  return exchange.receive(typeof body === 'string' ? { bytes: bytes(body) } : body)
}

const call = (name: string, args: unknown, id: unknown = 7): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

const onMessage = (hook: Guard['onMessage'], more: Partial<Guard> = {}): Guard =>
  defineGuard({ name: 'test', onMessage: hook, ...more } as Guard)

describe('a request', () => {
  it('that no guard objects to goes on unchanged', async () => {
    const { exchange } = open([onMessage(() => undefined)])
    expect(await send(exchange, call('search', { q: 'a' }))).toBeUndefined()
    expect(exchange.body.changed).toBe(false)
    expect(exchange.context.mcp).toMatchObject({ era: 'legacy', method: 'tools/call', tool: 'search', batch: false })
  })

  it('that a guard denies is answered in-band with the exact id', async () => {
    const { exchange, verdicts } = open([onMessage(() => deny('tool_denied', { reason: 'secret reason' }))])
    const reply = await send(exchange, call('rm', {}, 'id-1'))
    expect(reply?.status).toBe(200)
    const body = JSON.parse(text(reply?.body))
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 'id-1', result: { isError: true } })
    expect(text(reply?.body)).not.toContain('secret reason')
    expect(verdicts).toMatchObject([{ guard: 'test', action: 'deny', enforced: true, denial: { code: 'tool_denied' } }])
  })

  it('is denied when a guard throws, and when it rejects', async () => {
    for (const hook of [
      () => {
        throw new Error('bug')
      },
      () => Promise.reject(new Error('bug')),
    ]) {
      const { exchange } = open([onMessage(hook as Guard['onMessage'])])
      const reply = await send(exchange, call('x', {}))
      expect(reply?.status).toBe(503)
      expect(text(reply?.body)).not.toContain('bug')
    }
  })

  it('carries a rewrite to the next guard and to the handler', async () => {
    const seen: unknown[] = []
    const { exchange } = open([
      onMessage((message) => rewrite({ ...(message.value as object), params: { name: 'search', arguments: { q: 'clean' } } })),
      onMessage((message) => void seen.push((message.value as { params: unknown }).params)),
    ])
    await send(exchange, call('search', { q: 'dirty' }))
    expect(seen).toEqual([{ name: 'search', arguments: { q: 'clean' } }])
    expect(exchange.body.changed).toBe(true)
    expect(JSON.parse(exchange.body.text)).toEqual(exchange.body.value)
  })

  it('is only recorded in monitor mode', async () => {
    const { exchange, verdicts } = open([onMessage(() => deny('input_blocked'))], { mode: 'monitor' })
    expect(await send(exchange, call('x', {}))).toBeUndefined()
    expect(verdicts).toMatchObject([{ action: 'deny', enforced: false }])
  })

  it('is refused in every mode by a guard that always denies', async () => {
    const { exchange } = open([onMessage(() => deny('identity_required'), { always: true })], { mode: 'monitor' })
    expect((await send(exchange, call('x', {})))?.status).toBe(401)
  })

  it.each([
    ['a duplicate key', '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}', 400, 'duplicate_key'],
    ['an escaped duplicate key', '{"jsonrpc":"2.0","id":1,"method":"tools/list","meth\\u006fd":"x"}', 400, 'duplicate_key'],
    ['a member twin', '{"jsonrpc":"2.0","id":1,"method":"tools/list","Method":"tools/call"}', 400, 'message_invalid'],
    ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"tools/list"}', 415, 'media_type_unsupported'],
    ['a null id', '{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"x"}}', 400, 'message_invalid'],
  ])('with %s is refused before any guard sees it', async (_name, body, status, code) => {
    let seen = 0
    const { exchange } = open([onMessage(() => void seen++)])
    const reply = await send(exchange, body)
    expect(reply?.status).toBe(status)
    expect(JSON.parse(text(reply?.body)).error.data.code).toBe(code)
    expect(seen).toBe(0)
  })

  it('of plain JSON that is ambiguous passes with a finding, and is refused once its route is guarded', async () => {
    const { exchange } = open([onMessage(() => undefined)], { path: '/api' })
    expect(await send(exchange, '{"a":1,"a":2}')).toBeUndefined()
    expect(exchange.context.findings).toMatchObject([{ rule: 'body/duplicate-key' }])
    const reply = await exchange.add([onMessage(() => undefined)])
    expect(reply?.status).toBe(400)
  })

  it('of a batch is refused whole when one entry is denied', async () => {
    const { exchange } = open([onMessage((message) => (message.tool === 'rm' ? deny('tool_denied') : undefined))])
    const batch = JSON.stringify([JSON.parse(call('ok', {}, 1)), JSON.parse(call('rm', {}, 2))])
    const reply = await send(exchange, batch)
    expect(reply?.status).toBe(200)
    expect(JSON.parse(text(reply?.body)).map((entry: { id: number }) => entry.id)).toEqual([1, 2])
  })

  it('that posts a blocked answer reaches the tool as an error instead of hanging it', async () => {
    const { exchange } = open([onMessage(() => deny('input_blocked'))])
    expect(await send(exchange, '{"jsonrpc":"2.0","id":3,"result":{"action":"accept","content":{"x":"bad"}}}')).toBeUndefined()
    expect(exchange.body.value).toMatchObject({ id: 3, error: { data: { code: 'input_blocked' } } })
  })

  it('disguised as text is refused when it turns out to be MCP', async () => {
    for (const type of ['text/plain; application/json', 'application/json, text/plain', 'application/json\tx']) {
      const { exchange } = open([onMessage(() => undefined)], { headers: [['content-type', type]] })
      expect((await send(exchange, call('x', {})))?.status, type).toBe(415)
    }
  })

  it('without a body does not slip past a guard that requires one', async () => {
    const required = onMessage((message) => (message.value === undefined ? deny('schema_invalid') : undefined), {
      needs: { body: 'required' },
    })
    const get = open([], { method: 'GET', headers: [], path: '/api' })
    await get.exchange.begin()
    expect((await get.exchange.add([required]))?.status).toBe(422)
    const empty = open([], { path: '/api' })
    await send(empty.exchange, '')
    expect((await empty.exchange.add([required]))?.status).toBe(422)
    const direct = open([required], { path: '/api' })
    expect((await send(direct.exchange, ''))?.status).toBe(422)
  })

  it('that an earlier parser read is held to the same bounds', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    const { exchange } = open([onMessage(() => undefined)])
    const parsed = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: { deep } } }
    expect((await send(exchange, { parsed }))?.status).toBe(400)
  })

  it('announced or found to be too large is refused', async () => {
    const limits = defineGuard({ name: 'limits', needs: { limits: { maxBytes: 10 } } })
    const announced = open([limits], {
      headers: [
        ['content-type', 'application/json'],
        ['content-length', '11'],
      ],
    })
    expect((await announced.exchange.begin())?.status).toBe(413)
    const found = open([limits])
    await found.exchange.begin()
    expect((await found.exchange.receive({ fault: 'too-large' }))?.status).toBe(413)
  })
})

const reply = async (
  exchange: Exchange,
  body: string,
  headers: [string, string][] = [['content-type', 'application/json']],
  status = 200,
) => {
  const opened = await exchange.respond({ status, headers })
  if (opened === 'pass' || 'reply' in opened || 'passWith' in opened) return opened
  const out: string[] = []
  let whole: Reply | undefined
  for (const step of [() => opened.push(bytes(body)), () => opened.end()]) {
    const output = await step()
    if (output === undefined) continue
    if (isChunk(output)) out.push(text(output))
    else if ('reply' in output) whole = output.reply
    else out.push(text(output.last))
  }
  return { head: opened.head, kind: opened.kind, text: out.join(''), whole }
}

const onReply = (hook: (message: Message) => ReturnType<NonNullable<Guard['onReply']>>): Guard =>
  defineGuard({ name: 'out', needs: { replies: true }, onReply: hook })

describe('a reply', () => {
  it('nobody changes leaves as the same bytes', async () => {
    const { exchange } = open([onReply(() => undefined)])
    await send(exchange, call('x', {}))
    const body = '{ "jsonrpc":"2.0", "id":7, "result":{"n":12345678901234567890,"e":1e400} }'
    expect(await reply(exchange, body)).toMatchObject({ kind: 'whole', text: body, whole: undefined })
  })

  it('that is denied becomes a tool error with the same id, and its validators go', async () => {
    const { exchange } = open([onReply(() => deny('output_blocked'))])
    await send(exchange, call('x', {}))
    const got = await reply(exchange, '{"jsonrpc":"2.0","id":7,"result":{"content":[]}}', [
      ['content-type', 'application/json'],
      ['etag', '"x"'],
    ])
    const { whole } = got as { whole: Reply }
    expect(whole.status).toBe(200)
    expect(JSON.parse(text(whole.body))).toMatchObject({ id: 7, result: { isError: true } })
    expect(whole.headers.map(([name]) => name)).not.toContain('etag')
  })

  it('of events is judged message by message, others keep their bytes', async () => {
    const { exchange } = open([
      onReply((message) => (message.kind === 'response' ? rewrite({ jsonrpc: '2.0', id: 7, result: {} }) : undefined)),
    ])
    await send(exchange, call('x', {}))
    const first =
      ': hi\nid: 1\ndata:\n\nid:2\r\nevent: message\r\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\r\n\r\n'
    const got = await reply(exchange, `${first}id: 3\ndata: {"jsonrpc":"2.0","id":7,"result":{"secret":1}}\n\n`, [
      ['content-type', 'text/event-stream'],
    ])
    expect((got as { text: string }).text).toBe(`${first}id: 3\ndata: {"jsonrpc":"2.0","id":7,"result":{}}\n\n`)
  })

  it('that is encoded is refused on MCP routes and passes with a finding elsewhere', async () => {
    const coded: [string, string][] = [
      ['content-type', 'application/json'],
      ['content-encoding', 'gzip'],
    ]
    const mcp = open([onReply(() => undefined)])
    await send(mcp.exchange, call('x', {}))
    expect(await reply(mcp.exchange, 'x', coded)).toMatchObject({ reply: { status: 502 } })
    const plain = open([onReply(() => undefined)], { path: '/api' })
    await send(plain.exchange, '{}')
    expect(await reply(plain.exchange, 'x', coded)).toBe('pass')
    expect(plain.exchange.context.findings).toMatchObject([{ rule: 'output/encoded-reply' }])
  })

  it('that has two readings is serialised again on MCP routes', async () => {
    const { exchange } = open([onReply(() => undefined)])
    await send(exchange, call('x', {}))
    const got = await reply(exchange, '{"jsonrpc":"2.0","id":7,"result":{"a":"hidden","a":"shown"}}')
    expect(text((got as { whole: Reply }).whole.body)).toBe('{"jsonrpc":"2.0","id":7,"result":{"a":"shown"}}')
  })
})

describe('what is exposed of findings', () => {
  const found = { rule: 'test/found', severity: 'high', pointer: '/params/arguments/q' } as const
  const guard = onMessage((_message, ctx) => {
    ctx.report(found)
    return deny('tool_denied')
  })
  const data = async (exposeFindings: boolean, body: string) => {
    const { exchange } = open([guard], { exposeFindings })
    return text((await send(exchange, body))?.body)
  }

  it('is nothing, unless the operator asks for it: then every form of refusal carries them', async () => {
    const batch = `[${call('rm', {}, 1)},${call('rm', {}, 2)}]`
    for (const body of [call('rm', {}), batch, '{"plain":true}']) {
      expect(await data(false, body)).not.toContain('test/found')
      expect(await data(true, body)).toContain('test/found')
    }
  })
})
