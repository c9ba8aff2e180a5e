import { describe, expect, it } from 'vitest'
import { type BodyTransform, type Exchange, isChunk } from '../../../src/core/exchange.ts'
import { defineGuard, type Guard } from '../../../src/core/guard.ts'
import { HeaderView } from '../../../src/core/http.ts'
import type { Message } from '../../../src/core/message.ts'
import { rewrite } from '../../../src/core/verdict.ts'
import { mapSlots } from '../../../src/mcp/slots.ts'
import { createSafeMcp } from '../../../src/safe-mcp.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: unknown): string => (data instanceof Uint8Array ? new TextDecoder().decode(data) : typeof data === 'string' ? data : '')

const version = '2026-07-28'
const meta = { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} }
const standard = { 'content-type': 'application/json', 'mcp-protocol-version': version }

/** Replaces a word wherever it may. */
const replacing = (word: string, by: string): Guard => {
  const edit = (message: Message) => {
    const { changed, value } = mapSlots(message, (slot) => slot.replaceAll(word, by))
    return changed ? rewrite(value) : undefined
  }
  return defineGuard({ name: 'replacing', needs: { replies: true }, onMessage: edit, onReply: edit })
}

function source(word = 'bad', by = '\u00e9') {
  const safe = createSafeMcp({ audit: false, output: false, guards: [replacing(word, by)] })
  return (method: 'POST' | 'GET', headers: Record<string, string>): Exchange =>
    safe.open(
      { method, path: '/mcp', query: '', headers: new HeaderView(Object.entries(headers)), scheme: 'http' },
      new AbortController().signal,
    )
}

const call = (args: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { _meta: meta, name: 'find', arguments: args } })
const callHeaders = { ...standard, 'mcp-method': 'tools/call', 'mcp-name': 'find' }

async function receive(exchange: Exchange, body: string) {
  await exchange.begin()
  return exchange.receive({ bytes: bytes(body) })
}

async function answer(exchange: Exchange, body: string, type = 'application/json') {
  const transform = (await exchange.respond({ status: 200, headers: [['content-type', type]] })) as BodyTransform
  const outputs = [await transform.push(bytes(body)), await transform.end()]
  return outputs
    .map((output) => text(output === undefined || isChunk(output) ? output : 'reply' in output ? output.reply.body : output.last))
    .join('')
}

describe('a rewritten request', () => {
  it('keeps its mirrored headers true, by the value they show', async () => {
    const exchange = source()('POST', { ...callHeaders, 'mcp-param-query': 'bad words' })
    expect(await receive(exchange, call({ q: 'bad words' }))).toBeUndefined()
    expect(exchange.body.text).toContain('"q":"\u00e9 words"')
    expect(Object.fromEntries(exchange.requestHeaderEdits)).toMatchObject({ 'mcp-param-query': '=?base64?w6kgd29yZHM=?=' })
  })

  it('keeps them true when a route rewrites once more', async () => {
    const exchange = source('bad', 'odd')('POST', { ...callHeaders, 'mcp-param-query': 'bad words' })
    await receive(exchange, call({ q: 'bad words' }))
    await exchange.add([replacing('odd', 'good')])
    expect(exchange.body.text).toContain('"q":"good words"')
    expect(exchange.requestHeaderEdits.get('mcp-param-query')).toBe('good words')
  })

  it('keeps them true by the schema, once a tool list has passed', async () => {
    const open = source()
    const list = open('POST', { ...standard, 'mcp-method': 'tools/list' })
    await receive(list, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } }))
    const inputSchema = { type: 'object', properties: { b: { type: 'string', 'x-mcp-header': 'B' } } }
    await answer(
      list,
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: { resultType: 'complete', tools: [{ name: 'find', inputSchema }] } }),
    )
    const exchange = open('POST', { ...callHeaders, 'mcp-param-b': 'bad' })
    // By value alone `a` would be as good a match as `b`.
    await receive(exchange, call({ a: 'bad', b: 'bad' }))
    expect(exchange.requestHeaderEdits.get('mcp-param-b')).toBe('=?base64?w6k=?=')
  })

  it('keeps every byte that was not rewritten', async () => {
    const body =
      '{ "jsonrpc":"2.0","method":"tools/call", "id":1,\n"params":{"name":"x","arguments":{"n":12345678901234567890,"f":1.0,"s":"bad"}}}'
    const exchange = source('bad', 'good')('POST', { 'content-type': 'application/json' })
    expect(await receive(exchange, body)).toBeUndefined()
    expect(exchange.body.text).toBe(body.replace('bad', 'good'))
  })
})

describe('a modern request whose headers disagree with its body', () => {
  it.each([
    ['another tool', { ...callHeaders, 'mcp-name': 'other' }],
    ['another method', { ...callHeaders, 'mcp-method': 'tools/list' }],
    ['no name', { ...standard, 'mcp-method': 'tools/call' }],
    ['bad base64', { ...callHeaders, 'mcp-name': '=?base64?Zmlu?Z?=' }],
  ])('is refused: %s', async (_, headers) => {
    const reply = await receive(source()('POST', headers), call({}))
    expect(reply?.status).toBe(400)
    expect(JSON.parse(text(reply?.body))).toMatchObject({ id: 1, error: { code: -32020 } })
  })
})

describe('a rewritten reply', () => {
  it('keeps every byte that was not rewritten', async () => {
    const exchange = source('bad', 'good')('POST', { 'content-type': 'application/json' })
    await receive(exchange, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } }))
    const body =
      '{"jsonrpc":"2.0","id":1,\n "result":{"content":[{"type":"text","text":"bad"}],"structuredContent":{"n":12345678901234567890}}}'
    expect(await answer(exchange, body)).toBe(body.replace('bad', 'good'))
  })

  it('has one reading when its event could be read in two ways', async () => {
    const exchange = source('bad', 'good')('POST', { 'content-type': 'application/json' })
    await receive(exchange, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } }))
    const event = 'id: 4\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"bad","text":"fine"}]}}\n\n'
    const out = await answer(exchange, event, 'text/event-stream')
    expect(out).toBe('id: 4\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"fine"}]}}\n\n')
  })
})
