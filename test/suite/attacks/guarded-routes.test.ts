import { bodyGuard, inputGuard, toolGuard } from 'safe-mcp'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Handler } from '../../harness/types.ts'
import { useApp } from '../support/app.ts'
import { alice, harnesses, injection, json, options } from './servers.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const text = { 'content-type': 'text/plain' }
const field = (name: string, value: string): string => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`
const multipart = { 'content-type': 'multipart/form-data; boundary=x' }
const q = encodeURIComponent(injection)
type Case = readonly [name: string, path: string, headers: Record<string, string>, body?: string | Uint8Array | undefined, method?: string]

const injected: readonly Case[] = [
  ['JSON', '/in', json, JSON.stringify({ message: injection })],
  ['a form', '/in', form, `m=${q}`],
  ['text', '/in', text, injection],
  ['a field of a multipart form', '/in', multipart, field('m', injection)],
  ['bytes', '/in', { 'content-type': 'application/octet-stream' }, injection],
  ['JSON that says it is an image', '/in', { 'content-type': 'image/png' }, JSON.stringify({ message: injection })],
  ['XML', '/in', { 'content-type': 'application/xml' }, `<a>${injection}</a>`],
  ['SVG', '/in', { 'content-type': 'image/svg+xml' }, `<svg><text>${injection}</text></svg>`],
  ['the query of a GET', `/in?q=${q}`, {}],
  ['the query of a HEAD', `/in?q=${q}`, {}, undefined, 'HEAD'],
  ['the query of a GET, with a header of MCP', `/in?q=${q}`, { 'mcp-method': 'ping' }],
  ['the query beside a harmless body', `/in?q=${q}`, json, '{}'],
  ['the query, with plus signs', `/in?q=${injection.replaceAll(' ', '+')}`, {}],
  ['a name in the query', `/in?${q}=1`, {}],
  ['a query that does not decode', `/in?z=%&q=${q}`, {}],
  ['a body of a DELETE', '/in', json, JSON.stringify({ message: injection }), 'DELETE'],
]

const named: readonly Case[] = [
  ['denied', '/ask', json, '{"tool":"file_access"}'],
  ['in a list', '/ask', json, '{"tool":["file_access"]}'],
  ['as an object', '/ask', json, '{"tool":{"toString":1}}'],
  ['as a number', '/ask', json, '{"tool":1}'],
  ['as nothing', '/ask', json, '{"tool":""}'],
  ['constructor', '/ask', json, '{"tool":"constructor"}'],
  ['in other letter case', '/ask', json, '{"tool":"File_Access"}'],
  ['with a zero-width space', '/ask', json, '{"tool":"search\\u200b"}'],
  ['twice', '/ask', json, '{"tool":"search","tool":"file_access"}'],
  ['twice in a form', '/ask', form, 'tool=search&tool=file_access'],
  ['in a multipart form', '/ask', multipart, field('tool', 'file_access')],
  ['in null', '/ask', json, 'null'],
  ['behind a byte order mark', '/ask', json, '\ufeff{"tool":"file_access"}'],
  ...['application/octet-stream', 'image/png', 'multipart/form-data; boundary=x', 'application/xml', 'text/html', 'x'].map(
    (type): Case => [`under ${type}`, '/ask', { 'content-type': type }, '{"tool":"file_access"}'],
  ),
]

const honest: readonly Case[] = [
  ['JSON', '/in', json, '{"message":"What is the capital of France? \\ud83d\\uddfc"}'],
  ['a form', '/in', form, 'm=hello+world&\u540d=%E4%B8%AD'],
  ['text', '/in', text, 'Bonjour \u00e0 tous'],
  ['a query', '/in?q=how+to+ignore+whitespace&lang=de', {}],
  ['a query that does not decode', '/in?q=100%&x=%zz', {}],
  ['no body at all', '/in', {}, undefined, 'POST'],
  ['a HEAD', '/in', {}, undefined, 'HEAD'],
  ['a tool', '/ask', json, '{"tool":"search"}'],
  ['no tool', '/ask', json, '{"message":"hello"}'],
  ['a tool of null', '/ask', json, '{"tool":null}'],
  ['a chat', '/chat', json, '{"message":"hello"}'],
]

const handler: Handler = async () => ({ json: { ok: true } })

/** For `it.each`, which spreads tuples. */
const byName = (cases: readonly Case[]) => cases.map((one) => [one[0], one] as const)

const init = ([, , headers, body, method]: Case): RequestInit => ({
  method: method ?? (body === undefined ? 'GET' : 'POST'),
  headers: { ...alice, ...headers },
  ...(body === undefined ? {} : { body: body as BodyInit }),
})

describe.each([true, false])('with an outer safeMcp(): %s', (outer) => {
  describe.each(harnesses)('on $name', (harness) => {
    const tools = outer ? undefined : { allow: ['search'] }
    const { spy, fetch } = useApp(harness, outer ? options : false, {
      '/in': { guards: [inputGuard({ mode: 'strict' })], handler },
      '/chat': { guards: [bodyGuard(z.object({ message: z.string() })), inputGuard()], handler },
      '/ask': { guards: [toolGuard((message) => (message.value as { tool?: string }).tool, tools)], handler },
    })
    const send = async (one: Case) => {
      const before = spy.calls
      const response = await fetch(one[1], init(one))
      const body = await response.text()
      return { ran: spy.calls - before, status: response.status, cache: response.headers.get('cache-control'), body }
    }

    it.each(byName(injected))('an injection does not get in by %s', async (_name, one) => {
      const { ran, status, cache, body } = await send(one)
      expect({ ran, refused: status >= 400 && status < 500, cache }).toEqual({ ran: 0, refused: true, cache: 'no-store' })
      expect(body).not.toContain('previous')
    })

    it.each(byName(named))('a tool that is not allowed does not run when named %s', async (_name, one) => {
      const { ran, status, cache, body } = await send(one)
      expect({ ran, refused: status >= 400 && status < 500, cache }).toEqual({ ran: 0, refused: true, cache: 'no-store' })
      expect(body).not.toContain('file_access')
    })

    it.each(byName(honest))('what is honest passes: %s', async (_name, one) => {
      expect(await send(one)).toMatchObject({ ran: 1, status: 200 })
    })
  })
})
