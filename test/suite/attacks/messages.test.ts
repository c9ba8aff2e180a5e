import { describe, expect, it } from 'vitest'
import { useApp } from '../support/app.ts'
import { call, codeOf, post } from '../support/mcp.ts'
import { alice, careless, coded, harnesses, options } from './servers.ts'

const denied = call('file_access')
const params = '"params":{"name":"file_access","arguments":{}}'

type Attack = readonly [name: string, body: string | Uint8Array, headers?: Record<string, string>]

/** Each would run `file_access` on the server below. Sent to a path that has not answered MCP yet. */
const attacks: readonly Attack[] = [
  ['no jsonrpc', `{"id":1,"method":"tools/call",${params}}`],
  ['jsonrpc 1.0', `{"jsonrpc":"1.0","id":1,"method":"tools/call",${params}}`],
  ['jsonrpc as a number', `{"jsonrpc":2.0,"id":1,"method":"tools/call",${params}}`],
  ['jsonrpc with a space', `{"jsonrpc":"2.0 ","id":1,"method":"tools/call",${params}}`],
  ['a method in a list', `{"jsonrpc":"2.0","id":1,"method":["tools/call"],${params}}`],
  ['a method in two lists, without jsonrpc', `{"id":1,"method":[["tools/call"]],${params}}`],
  ['a padded method', `{"jsonrpc":"2.0","id":1,"method":" tools/call",${params}}`],
  ['a method and a line break', `{"jsonrpc":"2.0","id":1,"method":"tools/call\\n",${params}}`],
  ['a method behind a byte order mark', `{"jsonrpc":"2.0","id":1,"method":"\\ufefftools/call",${params}}`],
  ['a padded method without jsonrpc', `{"id":1,"method":"tools/call ",${params}}`],
  ['a batch in a batch', `[[${denied}]]`],
  ['a batch in a batch in a batch, beside a ping', `[[[${denied}]],{"jsonrpc":"2.0","id":2,"method":"ping"}]`],
  ['a batch without jsonrpc', `[{"method":"tools/call",${params}}]`],
  ...[
    'application/octet-stream',
    'image/png',
    'video/mp4',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/x-ndjson',
  ].map((type) => [`${type} that is JSON`, denied, { 'content-type': type }] as const),
  ['an image behind 70 KB of white space', ' '.repeat(70_000) + denied, { 'content-type': 'image/png' }],
  ['an image behind a byte order mark', `\ufeff${denied}`, { 'content-type': 'image/png' }],
  ['an image that claims to be coded and is not', denied, { 'content-type': 'image/png', 'content-encoding': 'identity' }],
  ['JSON in a coding nobody knows', denied, { 'content-encoding': 'x-none' }],
  ['JSON coded twice', coded('x'), { 'content-encoding': 'gzip, gzip' }],
]

describe.each(harnesses)('a message that only careless servers run, on $name', (harness) => {
  const { spy, fetch } = useApp(harness, options, { '/mcp': careless })

  it.each(attacks.map((one) => [one[0], one] as const))('is refused: %s', async (_name, [, body, headers = {}]) => {
    const response = await fetch('/mcp', post(body, { ...alice, ...headers }))
    const text = await response.text()
    expect({ ran: spy.calls, refused: codeOf(JSON.parse(text)) !== undefined, text }).toMatchObject({ ran: 0, refused: true })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(text).not.toContain('file_access')
  })

  it('is not an honest one', async () => {
    const response = await fetch('/mcp', post(call('search'), alice))
    expect({ status: response.status, text: await response.text(), ran: spy.calls }).toMatchObject({ status: 200, ran: 1 })
  })
})

/** Ordinary bodies that look a little like the above. */
const honest: readonly (readonly [name: string, type: string, body: string | Uint8Array])[] = [
  ['another protocol', 'application/json', '{"jsonrpc":"1.0","method":"getblock","params":[]}'],
  ['an event with a method', 'application/json', '{"method":"ping","id":7}'],
  ['a log line', 'application/json', '[{"method":"GET","path":"/tools/list"}]'],
  ['lists of lists', 'application/json', '[[1,2],[[3]],{"a":[]}]'],
  ['JSON lines', 'application/x-ndjson', '{"index":{}}\n{"a":1}\n'],
  ['JSON lines of a megabyte and a half', 'application/octet-stream', '{"a":"bbbbbbbbbbbbbbbbbbbbbb"}\n'.repeat(50_000)],
  ['an upload of JSON', 'application/octet-stream', '{"name":"tools/call"}'],
  ['an upload that opens with a brace', 'application/octet-stream', new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0x01])],
  ['an upload of white space', 'image/png', ' '.repeat(70_000)],
  ['an upload of three megabytes', 'image/png', new Uint8Array(3_000_000).fill(0x89)],
  [
    'a form with a file',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n{}\r\n--b--\r\n',
  ],
  ['XML', 'application/xml', '<a>{"jsonrpc":"2.0"}</a>'],
]

describe.each(harnesses)('an ordinary body on $name', (harness) => {
  const { fetch } = useApp(harness, { audit: false }, { '/in': async (ctx) => ({ json: { length: (await ctx.bytes()).length } }) })

  it.each(honest)('arrives whole: %s', async (_name, type, body) => {
    const response = await fetch('/in', { method: 'POST', body: body as BodyInit, headers: { 'content-type': type } })
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { length: body.length } })
  })
})
