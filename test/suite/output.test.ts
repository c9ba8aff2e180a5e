import { outputGuard } from 'safe-mcp'
import { type AuditRecord, createAuditLog } from 'safe-mcp/audit'
import { createRedactor, kinds } from 'safe-mcp/redact'
import { credentials } from 'safe-mcp/redact/credentials'
import { evasions } from 'safe-mcp/redact/evasions'
import { finance } from 'safe-mcp/redact/finance'
import { hidden } from 'safe-mcp/redact/hidden'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { network } from 'safe-mcp/redact/network'
import { personal } from 'safe-mcp/redact/personal'
import { secretsMore } from 'safe-mcp/redact/secrets-more'
import { describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import type { Handler } from '../harness/types.ts'
import { textsOf } from '../unit/redact/examples.ts'
import { useApp } from './support/app.ts'
import { call, post } from './support/mcp.ts'

const packs = [credentials, evasions, finance, hidden, nationalIds, network, personal, secretsMore].flat()
const redactor = createRedactor({ rules: packs })
const encoder = new TextEncoder()

/** Texts of every kind, base set and packs, and the shortest of each kind of the base set. */
const texts = [...kinds, ...packs].flatMap((kind) =>
  textsOf(kind)
    .slice(0, 2)
    .map((text) => `a ${text} b`),
)
const short = kinds.map((kind) => textsOf(kind)[0]!)

/** Every text once per byte position, cut there. One response shows every cut. */
function* inTwo(): Generator<Uint8Array> {
  for (const text of texts) {
    const bytes = encoder.encode(`${text}\n`)
    for (let cut = 1; cut < bytes.length; cut++) {
      yield bytes.subarray(0, cut)
      yield bytes.subarray(cut)
    }
  }
}

/** The same for each pair of positions. */
function* inThree(): Generator<Uint8Array> {
  for (const text of short) {
    const bytes = encoder.encode(`${text}\n`)
    for (let i = 1; i < bytes.length; i++) {
      for (let j = i + 1; j < bytes.length; j++) {
        yield bytes.subarray(0, i)
        yield bytes.subarray(i, j)
        yield bytes.subarray(j)
      }
    }
  }
}
async function* streamed(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk
}
/** What a reader must get, line by line. */
function expected(chunks: Iterable<Uint8Array>): string[] {
  const decoder = new TextDecoder()
  let text = ''
  for (const chunk of chunks) text += decoder.decode(chunk, { stream: true })
  return redactor.redact(text).text.split('\n')
}
const expectedInTwo = expected(inTwo())
const expectedInThree = expected(inThree())

/** Each text as token deltas of its own answer, cut in two between two events, at every position. */
function deltas(): { readonly events: string[]; readonly expected: string[] } {
  const events: string[] = []
  const expected: string[] = []
  let index = 0
  const event = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason }] })}\n\n`
  for (const text of short) {
    for (let cut = 1; cut < text.length; cut++, index++) {
      events.push(event({ content: text.slice(0, cut) }), event({ content: text.slice(cut) }), event({}, 'stop'))
      expected.push(redactor.redact(text).text)
    }
  }
  events.push('data: [DONE]\n\n')
  return { events, expected }
}

const plain = { 'content-type': 'text/plain; charset=utf-8' }

describe.each(harnesses)('what leaves through $name', (harness) => {
  const { fetch } = useApp(
    harness,
    { audit: false, output: { routes: true, rules: packs } },
    {
      '/mcp': async (ctx) => {
        const { id } = (await ctx.json()) as { id: number }
        return { json: { jsonrpc: '2.0', id, result: { content: texts.map((text) => ({ type: 'text', text })) } } }
      },
      '/two': () => ({ headers: plain, body: streamed(inTwo()) }),
      '/three': () => ({ headers: plain, body: streamed(inThree()) }),
      '/deltas': () => ({
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
        body: streamed(deltas().events.map((event) => encoder.encode(event))),
      }),
    },
  )

  it('is redacted in a tool result, every kind', async () => {
    const { result } = await (await fetch('/mcp', post(call('x')))).json()
    expect(result.content.map(({ text }: { text: string }) => text)).toEqual(texts.map((text) => redactor.redact(text).text))
  })

  it.each([
    ['two', 'every kind', expectedInTwo],
    ['three', 'every kind of the base set', expectedInThree],
  ] as const)('is redacted in streamed text cut into %s at every byte, %s', async (route, _, lines) => {
    const text = await (await fetch(`/${route}`)).text()
    for (const [line, got] of text.split('\n').entries()) if (got !== lines[line]) expect(got, `line ${line}`).toBe(lines[line])
    expect(text.split('\n').length).toBe(lines.length)
  })

  it('is redacted in token deltas, every kind of the base set cut between two events at every character', async () => {
    const { expected } = deltas()
    const got: string[] = []
    for (const block of (await (await fetch('/deltas')).text()).split('\n\n')) {
      const data = block.slice('data: '.length)
      if (!data.startsWith('{')) continue
      const { index, delta } = JSON.parse(data).choices[0]
      got[index] = (got[index] ?? '') + (delta.content ?? '')
    }
    expect(got).toEqual(expected)
  })
})

describe.each(harnesses)('headers that leave through $name', (harness) => {
  const key = `ghp_${'a1B2'.repeat(9)}`
  const headers = {
    location: `/done?mail=jane@example.com&key=${key}`,
    'x-note': 'made for jane@example.com',
    'x-session-token': key,
    etag: '"jane@example.com"',
    'set-cookie': ['who=jane@example.com', 'b=2'],
  }
  const answers: Readonly<Record<string, Handler>> = {
    '/json': () => ({ headers, json: { ok: true } }),
    '/redirect': () => ({ status: 302, headers, body: 'gone' }),
    '/empty': () => ({ status: 204, headers }),
    '/error': () => ({ status: 500, headers: { ...headers, 'content-type': 'text/plain' }, body: 'failed' }),
    '/picture': () => ({ headers: { ...headers, 'content-type': 'image/png' }, body: new Uint8Array([1, 2, 3]) }),
    '/events': () => ({
      headers: { ...headers, 'content-type': 'text/event-stream' },
      body: streamed([encoder.encode('data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n')]),
    }),
  }
  const paths = Object.keys(answers)
  const routed = Object.fromEntries(paths.map((path) => [`/guarded${path}`, { guards: [outputGuard()], handler: answers[path]! }]))
  const events: AuditRecord[] = []
  const audit = createAuditLog({ sinks: [{ name: 'kept', write: (event) => void events.push(event) }] })
  const { fetch } = useApp(harness, { audit, output: true }, { ...answers, ...routed })
  const strict = useApp(harness, { audit: false, mode: 'strict' }, { '/json': { guards: [outputGuard()], handler: answers['/json']! } })
  const watched = useApp(harness, { audit: false, mode: 'monitor' }, { '/json': { guards: [outputGuard()], handler: answers['/json']! } })

  const shown = async (response: Response) => {
    await response.arrayBuffer()
    const { headers } = response
    // A stream has no validator; one that is there is the handler's own.
    expect([null, '"jane@example.com"']).toContain(headers.get('etag'))
    return [headers.get('location'), headers.get('x-note'), headers.get('x-session-token'), headers.getSetCookie()]
  }
  const untouched = [headers.location, headers['x-note'], key, headers['set-cookie']]

  it.each(paths)('are redacted on a guarded route: %s', async (path) => {
    const response = await fetch(`/guarded${path}`, { redirect: 'manual' })
    expect(await shown(response)).toEqual([
      '/done?mail=EMAIL_REDACTED&key=GITHUB_TOKEN_REDACTED',
      'made for [EMAIL_REDACTED]',
      key,
      headers['set-cookie'],
    ])
  })

  it('are redacted on an MCP route, and what was found is told without its text', async () => {
    await fetch('/json', post(call('x'))).then(shown)
    const response = await fetch('/json', post(call('x')))
    expect((await shown(response))[1]).toBe('made for [EMAIL_REDACTED]')
    await audit.flush()
    const found = events.at(-1)
    expect(found?.findings?.map(({ rule, pointer }) => `${rule} ${pointer}`)).toContain('pii/email header x-note')
    expect(JSON.stringify(found)).not.toContain('jane')
  })

  it('stay as they are on plain routes and in monitor mode, and refuse in strict mode', async () => {
    expect(await shown(await fetch('/json', { redirect: 'manual' }))).toEqual(untouched)
    expect(await shown(await watched.fetch('/json'))).toEqual(untouched)
    const response = await strict.fetch('/json')
    expect(response.status).toBe(502)
    expect((await shown(response)).slice(0, 2)).toEqual([null, null])
  })
})
