import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import { where } from '../harness/where.ts'
import { quiet, useApp } from './support/app.ts'
import { call, post, textResult } from './support/mcp.ts'

const secret = ['gh', 'p_', 'a1B2'.repeat(9)].join('')
const event = (message: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(message)}\n\n`
const progress = (n: number, message = `step ${n}`): unknown => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: n, message },
})
const sse = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'mcp-session-id': 'abc' }

async function* paced(chunks: readonly (string | Uint8Array)[], ms: number): AsyncGenerator<string | Uint8Array> {
  for (const chunk of chunks) {
    yield chunk
    await sleep(ms)
  }
}

/** A stream whose end the test decides, and that knows when its reader has gone. */
const endless = { cancelled: 0 }
async function* forever(): AsyncGenerator<string> {
  try {
    for (let n = 0; n < 2000; n++) {
      yield event(progress(n))
      await sleep(10)
    }
  } finally {
    endless.cancelled++
  }
}

const priming = 'id: 0\ndata:\n\n'
const keepalive = ': keepalive\n\n'

describe.each(harnesses)('event streams on $name', (harness) => {
  const { fetch } = useApp(harness, quiet, {
    '/mcp': () => ({
      headers: sse,
      body: paced([priming, event(progress(1), 1), keepalive, event(progress(2), 2), `retry: 500\n${event(textResult('done'), 3)}`], 60),
    }),
    '/leaky': () => ({
      headers: sse,
      body: paced([event(progress(1, `token ${secret}`), 1), event(textResult(`mail bob@example.com, token ${secret}`), 2)], 5),
    }),
    '/bytes': () => ({
      headers: sse,
      body: paced(
        Array.from(new TextEncoder().encode(event(textResult(`caf\u00e9 ${secret} \u{1f600}`), 7)), (byte) => new Uint8Array([byte])),
        0,
      ),
    }),
    '/forever': () => ({ headers: sse, body: forever() }),
    '/huge': () => ({ headers: sse, body: paced([`data: ${'x'.repeat(1_200_000)}`, `${'y'.repeat(10)}\n\n`], 0) }),
  })

  it('keep bytes, ids, retry, comments and priming events as they were', async () => {
    const response = await fetch('/mcp', post(call('slow')))
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('mcp-session-id')).toBe('abc')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(await response.text()).toBe(
      `${priming}${event(progress(1), 1)}${keepalive}${event(progress(2), 2)}retry: 500\n${event(textResult('done'), 3)}`,
    )
  })

  it('keep their cadence: no event waits for the next', async () => {
    const response = await fetch('/mcp', post(call('slow')))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const times: number[] = []
    for (let next = await reader.read(); !next.done; next = await reader.read()) times.push(performance.now())
    expect(times.length).toBeGreaterThanOrEqual(4)
    expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(120)
  })

  it('lose their secrets and personal data, event by event', async () => {
    const text = await (await fetch('/leaky', post(call('leak')))).text()
    expect(text).not.toContain(secret)
    expect(text).not.toContain('bob@example.com')
    expect(text.match(/^id: /gm)).toHaveLength(2)
    const [first, second] = text
      .trim()
      .split('\n\n')
      .map((one) => JSON.parse(one.slice(one.indexOf('data: ') + 6)))
    expect(first).toMatchObject({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } })
    expect(second).toMatchObject({ id: 1, result: { content: [{ type: 'text' }] } })
  })

  it('are judged whole however they are cut', async () => {
    const text = await (await fetch('/bytes', post(call('x')))).text()
    expect(text).not.toContain(secret)
    expect(JSON.parse(text.slice(text.indexOf('data: ') + 6)).result.content[0].text).toMatch(/^caf\u00e9 .*REDACTED.* \u{1f600}$/u)
  })

  it('with an event over the limit end with an error instead of growing', async () => {
    const text = await (await fetch('/huge', post(call('x')))).text()
    expect(text.length).toBeLessThan(1000)
    expect(text).toContain('output_blocked')
  })

  where(harness.network)('stop their handler when the client goes away', async () => {
    const before = endless.cancelled
    const controller = new AbortController()
    const response = await fetch('/forever', { ...post(call('x')), signal: controller.signal })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    controller.abort()
    await reader.read().catch(() => undefined)
    for (let waited = 0; endless.cancelled === before && waited < 3000; waited += 20) await sleep(20)
    expect(endless.cancelled).toBe(before + 1)
  })
})
