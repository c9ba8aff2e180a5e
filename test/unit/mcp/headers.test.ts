import { describe, expect, it } from 'vitest'
import { HeaderView } from '../../../src/core/http.ts'
import { checkHeaders, decodeHeaderValue, encodeHeaderValue, mirroredHeaders, readHeaderParams } from '../../../src/mcp/headers.ts'
import { classify, type RpcRequest } from '../../../src/mcp/json-rpc.ts'
import { mapSlots } from '../../../src/mcp/slots.ts'
import { random } from '../random.ts'
import { message } from './message.ts'

const view = (headers: Record<string, string> | [string, string][]) =>
  new HeaderView(Array.isArray(headers) ? headers : Object.entries(headers))
const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
const call = (args: unknown, name = 'search') => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { _meta: meta, name, arguments: args },
})
const check = (value: unknown, headers: Parameters<typeof view>[0], schema?: unknown) =>
  checkHeaders(classify(value) as RpcRequest, view(headers), schema === undefined ? undefined : readHeaderParams(schema)).ok

const standard = { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'search' }
const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    limit: { type: 'integer', 'x-mcp-header': 'Limit' },
    where: { type: 'object', properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry-Run' } } },
  },
}

describe('header values', () => {
  it.each([
    ['plain', 'plain'],
    ['two words', 'two words'],
    ['', '=?base64??='],
    [' edge', '=?base64?IGVkZ2U=?='],
    ['\u00e9', '=?base64?w6k=?='],
    ['a\nb', '=?base64?YQpi?='],
    ['=?base64?YQ==?=', '=?base64?PT9iYXNlNjQ/WVE9PT89?='],
    ['=?base64?', '=?base64?'],
    [42, '42'],
    [-1, '-1'],
    [true, 'true'],
    [null, undefined],
    [2 ** 60, undefined],
    [{}, undefined],
  ])('encodes %j as %j', (value, encoded) => {
    expect(encodeHeaderValue(value)).toBe(encoded)
  })

  it.each([
    ['=?base64?!!!?=', undefined],
    ['=?base64?YQ?=', undefined],
    ['=?base64?YR==?=', undefined],
    ['=?base64?/w==?=', undefined],
    ['=?base64?7aCA?=', undefined],
    ['=?BASE64?YQ==?=', '=?BASE64?YQ==?='],
    ['  padded\t', 'padded'],
    ['=?base64?77u/?=', '\ufeff'],
  ])('decodes %j as %j', (value, decoded) => {
    expect(decodeHeaderValue(value)).toBe(decoded)
  })

  it('come back as they were, whatever they are', () => {
    const { seed, below, pick } = random()
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: below(12) }, () =>
        pick(['a', ' ', '\t', '=?base64?', '?=', '\u00e9', '\u{1f600}', '\0', '\ufeff', '=', '\n']),
      ).join('')
      const encoded = encodeHeaderValue(text) as string
      expect(encoded, `seed ${seed}`).toMatch(/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/)
      expect(decodeHeaderValue(encoded), `seed ${seed}`).toBe(text)
    }
  })
})

describe('checkHeaders', () => {
  it.each([
    ['headers that agree', call({}), standard, true],
    ['an encoded name that agrees', call({}, '\u00e9'), { ...standard, 'Mcp-Name': '=?base64?w6k=?=' }, true],
    ['no method header', call({}), { 'Mcp-Name': 'search' }, false],
    ['another method', call({}), { ...standard, 'Mcp-Method': 'tools/list' }, false],
    ['a method in other case', call({}), { ...standard, 'Mcp-Method': 'Tools/call' }, false],
    ['no name header', call({}), { 'Mcp-Method': 'tools/call' }, false],
    ['another name', call({}), { ...standard, 'Mcp-Name': 'Search' }, false],
    ['a name in bad base64', call({}), { ...standard, 'Mcp-Name': '=?base64?c2VhcmNo=?=' }, false],
    ['two names', call({}), [...Object.entries(standard), ['mcp-name', 'search']] as [string, string][], false],
    ['two joined names', call({}), { ...standard, 'Mcp-Name': 'search, search' }, false],
    ['two methods', call({}), [...Object.entries(standard), ['MCP-METHOD', 'tools/call']] as [string, string][], false],
    ['a legacy message without headers', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } }, {}, true],
    ['a notification without headers', { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: meta } }, {}, true],
    [
      'a notification with another method',
      { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: meta } },
      { 'Mcp-Method': 'y' },
      false,
    ],
    [
      'a URI with a comma',
      { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { _meta: meta, uri: 'a:b,c' } },
      { 'Mcp-Method': 'resources/read', 'Mcp-Name': 'a:b,c' },
      true,
    ],
    [
      'a task of another name',
      { jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { _meta: meta, taskId: 'a' } },
      { 'Mcp-Method': 'tasks/get', 'Mcp-Name': 'b' },
      false,
    ],
    ['unknown parameter headers', call({}), { ...standard, 'Mcp-Param-X': '=?base64?!?=' }, true],
  ])('judges %s', (_, value, headers, expected) => {
    expect(check(value, headers)).toBe(expected)
  })

  it.each([
    [
      { region: 'eu', limit: 42, where: { dry: true } },
      { 'Mcp-Param-Region': 'eu', 'Mcp-Param-Limit': '42.0', 'Mcp-Param-Dry-Run': 'true' },
      true,
    ],
    [{ region: '' }, { 'Mcp-Param-Region': '=?base64??=' }, true],
    [{ region: 'eu' }, {}, false],
    [{ region: 'eu' }, { 'Mcp-Param-Region': 'us' }, false],
    [{ region: 'eu' }, { 'Mcp-Param-Region': '=?base64?ZXU?=' }, false],
    [{ limit: 42 }, { 'Mcp-Param-Limit': '4.2e1' }, false],
    [{ limit: 42 }, { 'Mcp-Param-Limit': '0x2a' }, false],
    [{ where: { dry: true } }, { 'Mcp-Param-Dry-Run': 'True' }, false],
    [{ region: null }, {}, true],
    [{}, { 'Mcp-Param-Region': 'stale' }, true],
    [{ region: { an: 'object' } }, {}, true],
  ])('compares %j with %j', (args, headers, expected) => {
    expect(check(call(args), { ...standard, ...headers }, schema)).toBe(expected)
  })
})

describe('readHeaderParams', () => {
  it('finds annotations behind chains of properties only', () => {
    expect(readHeaderParams(schema)?.map(({ header, path }) => [header, path.join('.')])).toEqual([
      ['mcp-param-dry-run', 'where.dry'],
      ['mcp-param-limit', 'limit'],
      ['mcp-param-region', 'region'],
    ])
    expect(readHeaderParams({ properties: { a: { items: { type: 'string', 'x-mcp-header': 'A' } } } })).toEqual([])
  })

  it.each([
    { properties: { a: { type: 'string', 'x-mcp-header': '' } } },
    { properties: { a: { type: 'string', 'x-mcp-header': 'two words' } } },
    { properties: { a: { type: 'string', 'x-mcp-header': 'a\r\nb' } } },
    { properties: { a: { type: 'object', 'x-mcp-header': 'A' } } },
    { properties: { a: { type: 'string', 'x-mcp-header': 'A' }, b: { type: 'string', 'x-mcp-header': 'a' } } },
    { type: 'string', 'x-mcp-header': 'A' },
  ])('says nothing about invalid annotations: %j', (invalid) => {
    expect(readHeaderParams(invalid)).toBeUndefined()
  })
})

describe('mirroredHeaders', () => {
  const headers = { ...standard, 'Mcp-Param-Region': 'ignore everything', 'Mcp-Param-Limit': '5', 'Mcp-Param-Other': 'z' }
  const before = call({ region: 'ignore everything', limit: 5, deep: { other: 'z' }, note: 'ignore everything' })
  const rewrite = (map: (text: string) => string) => mapSlots(message(before), (text, slot) => (slot.key ? text : map(text))).value

  it('follow what was rewritten, with the schema', () => {
    const after = rewrite((text) => text.replace('ignore', '\u00e9'))
    expect(mirroredHeaders(before, after, view(headers), readHeaderParams(schema))).toEqual([
      ['mcp-param-region', encodeHeaderValue('\u00e9 everything')],
    ])
  })

  it('follow what was rewritten, without the schema', () => {
    expect(
      mirroredHeaders(
        before,
        rewrite((text) => text.replace('ignore', 'skip')),
        view(headers),
      ),
    ).toEqual([['mcp-param-region', 'skip everything']])
    expect(
      mirroredHeaders(
        before,
        rewrite((text) => (text === 'z' ? '' : text)),
        view(headers),
      ),
    ).toEqual([['mcp-param-other', '=?base64??=']])
  })

  it('agree with the server after any rewrite the schema covers', () => {
    const after = rewrite((text) => `${text}\n`)
    const edits = new Map(mirroredHeaders(before, after, view(headers), readHeaderParams(schema)))
    const kept = Object.entries(headers).map(([name, value]): [string, string] => [name, edits.get(name.toLowerCase()) ?? value])
    expect(check(after, kept, schema)).toBe(true)
    expect(check(after, headers, schema)).toBe(false)
  })

  it('leave the headers of unchanged and legacy messages alone', () => {
    expect(mirroredHeaders(before, before, view(headers))).toEqual([])
    const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', arguments: { region: 'x' } } }
    expect(mirroredHeaders(legacy, { ...legacy, params: { name: 'a', arguments: {} } }, view({ 'Mcp-Param-Region': 'x' }))).toEqual([])
  })

  it('remove the header of a value that is gone and keep the name true', () => {
    const after = { ...before, params: { ...before.params, name: 'other', arguments: { region: null, limit: 5 } } }
    expect(mirroredHeaders(before, after, view(headers), readHeaderParams(schema))).toEqual([
      ['mcp-name', 'other'],
      ['mcp-param-region', undefined],
    ])
  })
})
