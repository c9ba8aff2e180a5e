import { describe, expect, it } from 'vitest'
import { outputGuard } from '../../../src/guards/output.ts'
import { answer, callOf } from './exchange.ts'

const result = (value: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result: value })
const text = (value: string): unknown => ({ content: [{ type: 'text', text: value }] })
const githubToken = `ghp_${'a1B2c3D4e'.repeat(4)}`

describe('the output guard on an MCP route', () => {
  it('replaces personal data, secrets and active content in a tool result', async () => {
    const body = result(text(`bob@example.com ${githubToken} <script>x()</script>`))
    const { body: out, findings } = await answer(outputGuard(), { body })
    expect(JSON.parse(out)).toEqual(JSON.parse(result(text('[EMAIL_REDACTED] [GITHUB_TOKEN_REDACTED] [SCRIPT_REMOVED]'))))
    expect(findings.map((finding) => [finding.rule, finding.pointer])).toEqual([
      ['pii/email', '/result/content/0/text'],
      ['secret/github-token', '/result/content/0/text'],
      ['aztp/OutputRisk_000', '/result/content/0/text'],
    ])
  })

  it('hands on the very bytes when there is nothing to redact', async () => {
    const body =
      '{ "jsonrpc":"2.0","id":1 ,"result":{"content":[{"type":"text","text":"12345678901234567890"}],"n":1e400,"m":12345678901234567890}}'
    expect((await answer(outputGuard(), { body })).body).toBe(body)
  })

  it('redacts structuredContent and the text that mirrors it alike', async () => {
    const structuredContent = { user: { mail: 'bob@example.com', ssn: '123-45-6789' }, card: 4111111111111111 }
    const body = result({ content: [{ type: 'text', text: JSON.stringify(structuredContent, null, 2) }], structuredContent })
    const { result: out } = JSON.parse((await answer(outputGuard(), { body })).body)
    expect(out.structuredContent).toEqual({ user: { mail: '[EMAIL_REDACTED]', ssn: '[SSN_REDACTED]' }, card: 0 })
    expect(out.content[0].text).toBe(JSON.stringify(out.structuredContent, null, 2))
  })

  it('keeps text and structuredContent saying the same, whatever the order and layout of the text', async () => {
    const body = result({
      content: [{ type: 'text', text: '{ "card" : 4111111111111111, "big": 12345678901234567890, "mail":"bob@example.com" }' }],
      structuredContent: { mail: 'bob@example.com', big: Number('12345678901234567890'), card: 4111111111111111 },
    })
    const { result: out } = JSON.parse((await answer(outputGuard(), { body })).body)
    expect(out.content[0].text).toBe('{ "card" : 0, "big": 12345678901234567890, "mail":"[EMAIL_REDACTED]" }')
    expect(JSON.parse(out.content[0].text)).toEqual(out.structuredContent)
  })

  it('redacts what begins a line of a string in text that is JSON', async () => {
    const lines = (...values: readonly string[]): string => JSON.stringify({ note: values.join('\n') })
    const body = result(text(lines('who:', '123-45-6789', '4111 1111 1111 1111', '"', '(415) 555-2671')))
    const { result: out } = JSON.parse((await answer(outputGuard(), { body })).body)
    expect(out.content[0].text).toBe(lines('who:', '[SSN_REDACTED]', '[CARD_REDACTED]', '"', '[PHONE_REDACTED]'))
  })

  it('redacts numbers in text that is JSON, in error data and in notifications', async () => {
    const inText = JSON.parse((await answer(outputGuard(), { body: result(text('{"card":4111111111111111,"n":5}')) })).body)
    expect(inText.result.content[0].text).toBe('{"card":0,"n":5}')
    const failure = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'no', data: { card: 4111111111111111 } } })
    expect(JSON.parse((await answer(outputGuard(), { body: failure })).body).error).toEqual({
      code: -32000,
      message: 'no',
      data: { card: 0 },
    })
    const plain = await answer(outputGuard(), {
      body: '{"card":4111111111111111,"big":12345678901234567890}',
      request: {},
      path: '/x',
      onRoute: true,
    })
    expect(plain.body).toBe('{"card":0,"big":12345678901234567890}')
  })

  it('keeps to the output schema of the tool', async () => {
    const schema = {
      type: 'object',
      properties: { mail: { type: 'string', format: 'email' }, pin: { type: 'string', maxLength: 11, pattern: '^\\d{3}-\\d{2}-\\d{4}$' } },
      required: ['mail', 'pin'],
    }
    const guard = outputGuard({}, { outputSchema: (tool) => (tool === 'lookup' ? schema : undefined) })
    const body = result({ content: [], structuredContent: { mail: 'bob@example.com', pin: '123-45-6789' } })
    const { result: out } = JSON.parse((await answer(guard, { body })).body)
    expect(out.structuredContent).toEqual({ mail: 'redacted@redacted.invalid', pin: '000-00-0000' })
  })

  it('answers with a tool error when nothing fits the schema', async () => {
    const schema = { type: 'object', properties: { mail: { enum: ['bob@example.com', 'ann@example.com'] } } }
    const guard = outputGuard({}, { outputSchema: () => schema })
    const body = result({ content: [], structuredContent: { mail: 'bob@example.com' } })
    const out = JSON.parse((await answer(guard, { body })).body)
    expect(out).toMatchObject({ id: 1, result: { isError: true } })
    expect(out.result.structuredContent).toBeUndefined()
    expect(JSON.stringify(out)).not.toContain('bob@')
  })

  it('refuses rather than rewrite an opaque place', async () => {
    const body = result({ tools: [], nextCursor: `page-${githubToken}` })
    const out = await answer(outputGuard(), { body, request: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
    expect(JSON.parse(out.body).error.data.code).toBe('output_blocked')
  })

  it('looks into textual resources that travel as base64', async () => {
    const blob = btoa('mail bob@example.com')
    const body = result({ contents: [{ uri: 'file:///a.txt', mimeType: 'text/plain', blob }] })
    const out = JSON.parse(
      (
        await answer(outputGuard(), {
          body,
          request: { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'file:///a.txt' } },
        })
      ).body,
    )
    expect(atob(out.result.contents[0].blob)).toBe('mail [EMAIL_REDACTED]')
  })

  it('redacts errors, and messages of an event stream', async () => {
    const failure = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32000, message: 'no bob@example.com', data: { at: '123-45-6789' } },
    })
    expect((await answer(outputGuard(), { body: failure })).body).toContain('no [EMAIL_REDACTED]')
    const note = JSON.stringify({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info', data: { who: 'bob@example.com' } },
    })
    const body = [`id: 1\ndata: ${note.slice(0, 40)}`, `${note.slice(40)}\n\n`, `data: ${failure}\n\n`]
    const out = (await answer(outputGuard(), { type: 'text/event-stream', body })).body
    expect(out).toContain('id: 1\n')
    expect(out).not.toContain('bob@')
    expect(out.match(/EMAIL_REDACTED/g)).toHaveLength(2)
  })

  it('denies in strict mode and only reports in monitor mode', async () => {
    const body = result(text('bob@example.com'))
    const strict = await answer(outputGuard(), { body, mode: 'strict' })
    expect(JSON.parse(strict.body)).toMatchObject({ id: 1, result: { isError: true } })
    const monitor = await answer(outputGuard(), { body, mode: 'monitor' })
    expect(monitor.body).toBe(body)
    expect(monitor.findings.map((finding) => finding.rule)).toEqual(['pii/email'])
  })

  it('leaves personal data to callers with the scope, and never a secret', async () => {
    const guard = outputGuard({ unless: { scope: 'pii:read' } })
    const body = result(text(`bob@example.com ${githubToken}`))
    const trusted = JSON.parse((await answer(guard, { body, scopes: ['pii:read'] })).body)
    expect(trusted.result.content[0].text).toBe('bob@example.com [GITHUB_TOKEN_REDACTED]')
    const other = JSON.parse((await answer(guard, { body, scopes: ['other'] })).body)
    expect(other.result.content[0].text).toBe('[EMAIL_REDACTED] [GITHUB_TOKEN_REDACTED]')
  })

  it('has its own rules per tool', async () => {
    const guard = outputGuard({ tools: { crm: { pii: ['ssn'] }, raw: false } })
    const body = result(text('bob@example.com 123-45-6789'))
    const textOf = async (tool: string) => JSON.parse((await answer(guard, { body, request: callOf(tool) })).body).result.content[0].text
    expect(await textOf('lookup')).toBe('[EMAIL_REDACTED] [SSN_REDACTED]')
    expect(await textOf('crm')).toBe('bob@example.com [SSN_REDACTED]')
    expect(await textOf('raw')).toBe('bob@example.com 123-45-6789')
  })
})

describe('the output guard on a plain route', () => {
  const plain = { request: { q: 1 }, path: '/api' }

  it('removes secrets and leaves personal data', async () => {
    const body = JSON.stringify({ mail: 'bob@example.com', key: githubToken })
    const out = JSON.parse((await answer(outputGuard(), { body, ...plain })).body)
    expect(out).toEqual({ mail: 'bob@example.com', key: '[GITHUB_TOKEN_REDACTED]' })
  })

  it('removes everything where it is mounted on the route, or told to', async () => {
    const body = JSON.stringify({ mail: 'bob@example.com' })
    for (const [guard, more] of [
      [outputGuard(), { onRoute: true }],
      [outputGuard({ routes: true }), {}],
    ] as const) {
      const out = JSON.parse((await answer(guard, { body, ...plain, ...more })).body)
      expect(out).toEqual({ mail: '[EMAIL_REDACTED]' })
    }
  })

  it('does not touch markup, scripts and styles unless told to', async () => {
    for (const type of ['text/html', 'text/css', 'application/javascript', 'image/svg+xml', 'application/xml']) {
      const body = `<p>${githubToken}</p><script>eval(x)</script>`
      expect((await answer(outputGuard(), { body, type, ...plain })).body, type).toBe(body)
    }
    const named = await answer(outputGuard({ mediaTypes: ['text/html'] }), { body: `<p>${githubToken}</p>`, type: 'text/html', ...plain })
    expect(named.body).toBe('<p>[GITHUB_TOKEN_REDACTED]</p>')
  })

  it('redacts streamed text as it flows', async () => {
    const body = ['key gh', githubToken.slice(2, 20), `${githubToken.slice(20)} and`, ' more']
    const out = await answer(outputGuard(), { body, type: 'text/plain', ...plain })
    expect(out.body).toBe('key [GITHUB_TOKEN_REDACTED] and more')
    expect(out.findings).toMatchObject([{ rule: 'secret/github-token', range: [4, 44] }])
  })
})

describe('output options', () => {
  it('are checked at construction', () => {
    expect(() => outputGuard({ piii: true } as never)).toThrowError(/output\.piii.*Did you mean `pii`/)
    expect(() => outputGuard({ tools: { x: { pi: true } as never } })).toThrowError(/output\.tools\.x\.pi/)
    expect(() => outputGuard({ pii: ['emial'] })).toThrowError(/emial/)
  })
})
