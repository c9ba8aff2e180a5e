import { describe, expect, it } from 'vitest'
import { classify, errorMessage } from '../../../src/mcp/json-rpc.ts'
import { ownerOf } from '../../../src/mcp/owner.ts'
import { isMcpMethod } from '../../../src/mcp/routes.ts'
import { toolErrorResult } from '../../../src/mcp/tool-error.ts'
import { random } from '../random.ts'

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } }
const fault = (value: unknown) => {
  const body = classify(value)
  return body.kind === 'invalid' ? body.fault : body.kind
}

describe('classify', () => {
  it.each([
    ['a request', call, { kind: 'request', id: 1, method: 'tools/call', params: call.params }],
    ['a string id', { ...call, id: 'a' }, { kind: 'request', id: 'a' }],
    ['an empty string id', { ...call, id: '' }, { kind: 'request', id: '' }],
    ['a notification', { jsonrpc: '2.0', method: 'notifications/initialized' }, { kind: 'notification', params: undefined }],
    ['a call without an id', { jsonrpc: '2.0', method: 'tools/call', params: {} }, { kind: 'notification', method: 'tools/call' }],
    ['a result', { jsonrpc: '2.0', id: 3, result: {} }, { kind: 'response', id: 3, outcome: 'result' }],
    ['an error', { jsonrpc: '2.0', id: 3, error: {} }, { kind: 'response', id: 3, outcome: 'error' }],
    ['an error for nobody', { jsonrpc: '2.0', id: null, error: {} }, { kind: 'response', id: undefined, outcome: 'error' }],
    ['a batch', [call, { ...call, id: 2 }], { kind: 'batch', entries: [{ id: 1 }, { id: 2 }] }],
    ['a batch with a stranger in it', [call, 7], { kind: 'batch', entries: [{ id: 1 }, { kind: 'invalid', fault: 'not_json_rpc' }] }],
    ['a batch in a batch', [[call], call], { kind: 'batch', entries: [{ fault: 'not_json_rpc' }, { id: 1 }] }],
  ])('knows %s', (_, value, expected) => {
    expect(classify(value)).toMatchObject(expected)
  })

  it.each([
    null,
    true,
    1,
    'x',
    {},
    [],
    [1],
    [[1]],
    [[{ method: 'ping' }]],
    { method: 'ping' },
    { method: 'eth_call', params: [] },
    { ID: 1, Name: 'x' },
    { jsonrpc: '1.0', method: 'getblock', params: [] },
    undefined,
    () => 1,
    Symbol('x'),
  ])('does not take %s for JSON-RPC 2.0', (value) => {
    expect(classify(value)).toEqual({ kind: 'not-json-rpc' })
  })

  it.each([
    ['member_twin', { ...call, Method: 'tools/list' }],
    ['member_twin', { ...call, PARAMS: {} }],
    ['member_twin', { ...call, 'param\u017f': {} }],
    ['member_twin', { ...call, ID: 2 }],
    ['member_twin', { jsonRpc: '2.0', id: 1, method: 'tools/call' }],
    ['member_twin', { ...call, jsonRpc: '2.0' }],
    ['member_twin', { ...call, Result: {} }],
    ['member_twin', { ...call, params: { name: 'x', Name: 'y' } }],
    ['member_twin', { ...call, params: { name: 'x', Arguments: {} } }],
    ['member_twin', { ...call, params: { name: 'x', argument\u017f: {} } }],
    ['member_twin', { ...call, method: 'resources/read', params: { Uri: 'x' } }],
    ['member_twin', { ...call, method: 'tasks/get', params: { taskid: 'x', tas\u212aId: 'y' } }],
    ['id', { ...call, id: null }],
    ['id', { ...call, id: 1.5 }],
    ['id', { ...call, id: 2 ** 53 }],
    ['id', { ...call, id: -0 }],
    ['id', { ...call, id: {} }],
    ['id', { ...call, id: true }],
    ['id', { ...call, id: 'x'.repeat(1025) }],
    ['id', { jsonrpc: '2.0', result: {} }],
    ['id', { jsonrpc: '2.0', id: null, result: {} }],
    ['id', { jsonrpc: '2.0', id: 1.5, error: {} }],
    ['method', { ...call, method: 1 }],
    ['method', { ...call, method: null }],
    ['method', { ...call, method: ['tools/call'] }],
    ['method', { ...call, method: '' }],
    ['method', { ...call, method: 'Tools/Call' }],
    ['method', { ...call, method: 'tools/call\0' }],
    ['method', { ...call, method: ' tools/call' }],
    ['method', { ...call, method: 'tools\u200b/call' }],
    ['method', { ...call, method: '\uff54ools/call' }],
    ['params', { ...call, params: [] }],
    ['params', { ...call, params: null }],
    ['params', { ...call, params: 'x' }],
    ['version', { ...call, jsonrpc: '1.0' }],
    ['version', { ...call, jsonrpc: 2.0 }],
    ['version', { id: 1, method: 'tools/call', params: { name: 'x' } }],
    ['shape', { ...call, result: {} }],
    ['shape', { ...call, error: {} }],
    ['shape', { jsonrpc: '2.0', id: 1 }],
    ['shape', { jsonrpc: '2.0', id: 1, result: {}, error: {} }],
  ])('refuses for its %s: %j', (expected, value) => {
    expect(fault(value)).toBe(expected)
  })

  it('lets vendor methods name their params as they like', () => {
    expect(classify({ jsonrpc: '2.0', id: 1, method: 'vendor/x', params: { Name: 'a' } }).kind).toBe('request')
  })

  it('reads own members only', () => {
    const value = JSON.parse('{"jsonrpc":"2.0","id":1,"method":"constructor","params":{"name":"toString"}}')
    expect(classify(value)).toMatchObject({ kind: 'request', method: 'constructor' })
    expect(classify(Object.create({ ...call }))).toEqual({ kind: 'not-json-rpc' })
  })

  it('keeps the id for the refusal when it can', () => {
    expect(classify({ ...call, Method: 'x' })).toEqual({ kind: 'invalid', fault: 'member_twin', id: 1, method: 'tools/call' })
    expect(classify({ ...call, id: null })).toEqual({ kind: 'invalid', fault: 'id', id: undefined, method: 'tools/call' })
  })

  it('answers for every value', () => {
    const { seed, below, pick } = random()
    const keys = ['jsonrpc', 'id', 'method', 'params', 'result', 'error', 'ID', '__proto__', 'x']
    const make = (depth: number): unknown => {
      const kind = below(depth > 0 ? 6 : 4)
      if (kind < 4) return pick(['2.0', 'tools/call', 1, null, -0, 1e300, true, undefined])
      if (kind === 4) return Array.from({ length: below(4) }, () => make(depth - 1))
      return Object.fromEntries(Array.from({ length: below(6) }, () => [pick(keys), make(depth - 1)]))
    }
    for (let round = 0; round < 3000; round++) {
      const value = make(4)
      const body = classify(value)
      expect(['request', 'notification', 'response', 'batch', 'invalid', 'not-json-rpc'], `seed ${seed}`).toContain(body.kind)
      if (body.kind === 'request') expect(JSON.parse(JSON.stringify(body.id)), `seed ${seed}`).toBe(body.id)
      ownerOf(body)
    }
  })
})

describe('routes', () => {
  it('tell MCP from foreign JSON-RPC', () => {
    for (const method of ['tools/call', 'notifications/cancelled', 'initialize', 'ping', 'server/discover', 'tools/future'])
      expect(isMcpMethod(method)).toBe(true)
    for (const method of ['eth_call', 'getblock', 'textDocument/hover', 'toString', 'Tools/Call', 'message/send'])
      expect(isMcpMethod(method)).toBe(false)
  })

  it.each([
    ['mcp', call],
    ['mcp', { ...call, method: 'TOOLS/CALL' }],
    ['mcp', { ...call, id: null }],
    ['mcp', { jsonrpc: '2.0', id: 1, Method: 'tools/call' }],
    ['mcp', { jsonrpc: '2.0', id: 1, result: {} }],
    ['mcp', [{ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [] }, call]],
    ['foreign', { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [] }],
    ['foreign', { jsonrpc: '2.0', id: null, method: 'eth_call' }],
    ['foreign', [{ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [] }]],
    ['plain', { method: 'ping' }],
    ['mcp', { method: 'tools/call' }],
    ['mcp', { jsonrpc: '1.0', method: 'ping' }],
    ['mcp', [[call]]],
    ['foreign', [[{ jsonrpc: '2.0', id: 1, method: 'eth_call' }]]],
  ])('%s: %j', (owner, value) => {
    expect(ownerOf(classify(value))).toBe(owner)
  })
})

describe('builders', () => {
  it('leave out an id that is not known', () => {
    expect(errorMessage(undefined, -32700, 'no')).toEqual({ jsonrpc: '2.0', error: { code: -32700, message: 'no' } })
    expect(errorMessage(0, 1, 'no', { code: 'x' })).toEqual({
      jsonrpc: '2.0',
      id: 0,
      error: { code: 1, message: 'no', data: { code: 'x' } },
    })
  })

  it('give tool failures a resultType in the modern era only', () => {
    const result = { content: [{ type: 'text', text: 'no' }], isError: true }
    expect(toolErrorResult('a', 'no', 'legacy')).toEqual({ jsonrpc: '2.0', id: 'a', result })
    expect(toolErrorResult('a', 'no', 'modern')).toEqual({ jsonrpc: '2.0', id: 'a', result: { resultType: 'complete', ...result } })
  })
})
