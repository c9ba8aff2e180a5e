import { concurrencyGuard, loopGuard, taintGuard } from 'safe-mcp'
import { createAuditLog, memorySink, verifyAudit } from 'safe-mcp/audit'
import { createMonitor, metrics } from 'safe-mcp/monitor'
import { afterEach, describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import type { Handler, RunningApp } from '../harness/types.ts'
import { call, codeOf, modernHeaders, post, textResult } from './support/mcp.ts'

const answer: Handler = async (ctx) => {
  const { id, params } = (await ctx.json()) as { id: number; params: { arguments?: { q?: string } } }
  return { json: textResult(params.arguments?.q === 'leak' ? 'write to bob@example.com' : 'fine', id) }
}

describe.each(harnesses)('$name', (harness) => {
  let app: RunningApp
  let ran = 0
  afterEach(() => app.close())
  const start = async (options: Parameters<typeof harness.start>[0]['options']) => {
    ran = 0
    const handler: Handler = (ctx) => {
      ran++
      return answer(ctx)
    }
    app = await harness.start({
      options: options ?? {},
      routes: [
        { path: '/mcp', handler },
        { path: '/plain', handler: () => ({ body: 'plain' }) },
      ],
    })
  }
  const send = (body: string, headers: Record<string, string> = {}) => app.fetch('/mcp', post(body, headers))

  it('a secret in a tool name or a path does not stand in the log', async () => {
    const sink = memorySink()
    const key = ['gh', 'p_', 'a1B2'.repeat(9)].join('')
    await start({ audit: { sinks: [sink] }, monitor: false, tools: { allow: ['search'] } })
    await (await send(call(`use ${key}`))).text()
    await (await app.fetch(`/plain/${key}`)).text()
    await expect.poll(() => sink.events.length).toBe(2)
    expect(sink.lines.join('\n')).not.toContain(key)
    expect(sink.events[0]).toMatchObject({ decision: 'deny', tool: expect.stringContaining('REDACTED') })
  })

  it('every request leaves one event, redacted, in a chain that verifies', async () => {
    const sink = memorySink()
    const audit = createAuditLog({ sinks: [sink] })
    await start({ audit, monitor: false, tools: { allow: ['search'] }, mcp: { paths: ['/mcp'] } })
    await (await send(call('search', { q: 'a private question' }))).text()
    await (await send(call('search', { q: 'leak' }))).text()
    await (await send(call('file_access', { path: '/etc/passwd' }))).text()
    // A parser before us refuses this one itself.
    if (!harness.parsedBefore) await (await send('{"jsonrpc":"2.0","id":1,')).text()
    await (await app.fetch('/plain?token=query-words')).text()
    // A response is over when its last byte was handed on, which may be after the client has it.
    const expected = harness.parsedBefore ? 4 : 5
    await expect.poll(() => sink.events.length).toBe(expected)
    await audit.flush()
    expect(sink.events.map(({ decision, tool, code }) => [decision, tool, code])).toEqual([
      ['allow', 'search', undefined],
      ['rewrite', 'search', undefined],
      ['deny', 'file_access', 'tool_denied'],
      ...(harness.parsedBefore ? [] : [['deny', undefined, 'json_invalid']]),
      ['allow', undefined, undefined],
    ])
    expect(sink.events.every((event) => event.exchange !== undefined)).toBe(true)
    expect(sink.events[0]).toMatchObject({ outcome: 'finished', http: { method: 'POST', path: '/mcp', status: 200 } })
    for (const secret of ['private question', 'bob@', 'passwd', 'query-words']) expect(sink.lines.join('\n')).not.toContain(secret)
    expect(verifyAudit(sink.lines, { fromStart: true })).toMatchObject({ ok: true, entries: expected })
  })

  it('what cannot be recorded does not happen in strict mode: 503 before the handler', async () => {
    const stuck = createAuditLog({
      sinks: [{ name: 'stuck', write: () => new Promise(() => {}) }],
      queue: { maxEvents: 2 },
      closeTimeoutMs: 50,
    })
    await start({ audit: stuck, monitor: false, mode: 'strict' })
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await send(call('search'))).status)
    await expect.poll(async () => (await send(call('search'))).status).toBe(503)
    const before = ran
    const response = await send(call('search'))
    expect([response.status, codeOf(await response.json())]).toEqual([503, 'audit_unavailable'])
    expect(response.headers.get('retry-after')).not.toBeNull()
    expect(ran).toBe(before)
    expect(statuses[0]).toBe(200)
  })

  it('a dead sink holds nobody up in normal mode', async () => {
    const stuck = createAuditLog({
      sinks: [{ name: 'stuck', write: () => new Promise(() => {}) }],
      queue: { maxEvents: 2 },
      closeTimeoutMs: 50,
    })
    await start({ audit: stuck, monitor: false })
    for (let i = 0; i < 10; i++) expect((await send(call('search'))).status).toBe(200)
  })

  it('a limit refuses with 429 and its headers, before the handler, and server/discover with 503', async () => {
    await start({ audit: false, rate: { limit: 2, windowMs: 60_000, by: 'route' } })
    const first = await send(call('search'))
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=60')
    expect(first.headers.get('ratelimit')).toBe('"default";r=1;t=60')
    await send(call('search'))
    const refused = await send(call('search'))
    expect([refused.status, codeOf(await refused.json())]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/)
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
    const discover = JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'server/discover', params: { _meta: meta } })
    const { 'mcp-name': _, ...headers } = modernHeaders('x')
    expect((await send(discover, { ...headers, 'mcp-method': 'server/discover' })).status).toBe(503)
    expect(ran).toBe(2)
  })

  it('loops are stopped in-band, privileged tools are closed after untrusted output, finished exchanges make room', async () => {
    await start({
      audit: false,
      guards: [loopGuard({ limit: 2 }), taintGuard({ untrusted: ['web_*'], privileged: ['pay'] }), concurrencyGuard({ limit: 1 })],
    })
    const codes: (string | undefined)[] = []
    for (const body of [call('pay', { n: 1 }), call('web_search', { n: 1 }), call('pay', { n: 2 })])
      codes.push(codeOf(await (await send(body)).json()))
    expect(codes).toEqual([undefined, undefined, 'tool_denied'])
    for (let i = 0; i < 2; i++) expect(codeOf(await (await send(call('search', { same: 1 }))).json())).toBeUndefined()
    const looping = await send(call('search', { same: 1 }))
    expect([looping.status, codeOf(await looping.json())]).toEqual([200, 'tool_denied'])
  })

  it('monitor and metrics see what guards did', async () => {
    const monitor = createMonitor()
    const counts = metrics({ tools: ['search'] })
    await start({ audit: false, monitor, observers: [counts], tools: { allow: ['search'] } })
    await (await send(call('search'))).text()
    await (await send(call('file_access'))).text()
    await expect.poll(() => monitor.snapshot().rates.threatDetection.of).toBe(2)
    expect(monitor.snapshot().rates.policyViolation).toMatchObject({ count: 1, of: 2 })
    expect(counts.text()).toContain('safe_mcp_denials_total{code="tool_denied",guard="tools",enforced="true"} 1')
    expect(counts.text()).toContain('safe_mcp_tool_calls_total{tool="search",decision="allow"} 1')
  })
})
