import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createSafeMcp, defineGuard, deny, type ExchangeSummary, type Guard, rewrite } from 'safe-mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { nodeHarnesses } from '../../harness/node.ts'
import type { Handler, HandlerResponse, RunningApp, TestApp } from '../../harness/types.ts'
import { where } from '../../harness/where.ts'
import { eventually, post, raw } from './raw.ts'

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
})

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
})

const call = (args: unknown): unknown => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: args } })

/** Turns every "bad" that comes in into "goodness". */
const mend = defineGuard({
  name: 'mend',
  needs: { body: true },
  onMessage: (message) => (message.text.includes('bad') ? rewrite(JSON.parse(message.text.replaceAll('bad', 'goodness'))) : undefined),
})

/** Replaces every "secret" that goes out. */
const redact = defineGuard({
  name: 'redact',
  needs: { replies: true },
  onReply: (message) => (message.text.includes('secret') ? rewrite(JSON.parse(message.text.replaceAll('secret', '***'))) : undefined),
  onText: () => ({ push: (text) => text.replaceAll('secret', '***'), end: () => '' }),
})

const slow = defineGuard({
  name: 'slow',
  needs: { replies: true },
  onRequest: () => new Promise((resolve) => setTimeout(resolve, 5)),
  onResponse: () => new Promise((resolve) => setTimeout(resolve, 5)),
  onReply: () => new Promise((resolve) => setTimeout(resolve, 5)),
})

function watch(): { guard: Guard; closed: ExchangeSummary[]; signals: AbortSignal[] } {
  const closed: ExchangeSummary[] = []
  const signals: AbortSignal[] = []
  return {
    closed,
    signals,
    guard: defineGuard({
      name: 'watch',
      onRequest: (ctx) => void signals.push(ctx.signal),
      onClose: (summary) => void closed.push(summary),
    }),
  }
}

async function* ticks(count: number, ms: number, onReturn?: () => void): AsyncGenerator<string> {
  try {
    for (let i = 0; i < count; i++) {
      yield `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: `secret ${i}` } })}\n\n`
      await new Promise((resolve) => setTimeout(resolve, ms))
    }
  } finally {
    onReturn?.()
  }
}

describe.each(nodeHarnesses)('$name', (harness) => {
  const start = async (app: TestApp): Promise<RunningApp> => {
    const one = await harness.start(app)
    running.push(one)
    return one
  }
  const serve = (handler: Handler, ...guards: Guard[]): Promise<RunningApp> =>
    start({ options: createSafeMcp({ guards }), routes: [{ path: '/', handler }] })
  const answer = (response: HandlerResponse, ...guards: Guard[]): Promise<RunningApp> => serve(() => response, ...guards)

  describe('request bodies', () => {
    where(!harness.parsedBefore)('hands on the original bytes', async () => {
      const app = await serve(async (ctx) => ({ body: await ctx.bytes() }))
      const text = '{ "a":1.0 , "b" : "\\u00e9" }\n'
      expect(await (await app.fetch('/', json(text))).text()).toBe(text)
    })

    it('hands on a rewritten body with a true length, in every place a handler may look', async () => {
      const app = await serve(async (ctx) => ({ json: { value: await ctx.json(), length: ctx.header('content-length') } }), mend)
      const res = await app.fetch('/', json({ word: 'bad' }))
      expect(await res.json()).toEqual({ value: { word: 'goodness' }, length: '19' })
    })

    it('gives MCP handlers the parsed value', async () => {
      const app = await serve(async (ctx) => ({ json: { typed: ctx.typedBody, mcp: ctx.safeMcp?.mcp?.tool } }), mend)
      const res = await app.fetch('/', json(call({ word: 'bad' })))
      expect(await res.json()).toEqual({ typed: call({ word: 'goodness' }), mcp: 'echo' })
    })

    where(!harness.parsedBefore).each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const)('reads %s and hands the coded bytes on when nothing changed', async (coding, compress) => {
      const coded = compress(Buffer.from('{"word":"fine"}'))
      const app = await serve(async (ctx) => ({
        json: { same: Buffer.from(await ctx.bytes()).equals(coded), coding: ctx.header('content-encoding') },
      }))
      const res = await app.fetch('/', json(coded, { 'content-encoding': coding }))
      expect(await res.json()).toEqual({ same: true, coding })
    })

    it('hands decoded bytes on when a coded body was rewritten', async () => {
      const handler: Handler = async (ctx) => ({
        json: { value: await ctx.json(), coding: ctx.header('content-encoding') ?? null, length: ctx.header('content-length') },
      })
      const app = await serve(handler, mend)
      const res = await app.fetch('/', json(gzipSync('{"word":"bad"}'), { 'content-encoding': 'gzip' }))
      expect(await res.json()).toEqual({ value: { word: 'goodness' }, coding: null, length: '19' })
    })

    where(!harness.parsedBefore)('refuses a bomb, a broken coding, a list of codings and trailing bytes, before the handler', async () => {
      let ran = 0
      const app = await serve(() => (ran++, { body: 'ran' }))
      const send = async (body: Uint8Array, coding: string): Promise<number> =>
        (await app.fetch('/', json(body, { 'content-encoding': coding }))).status
      expect(await send(gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)), 'gzip')).toBe(413)
      expect(await send(Buffer.from('{"a":1}'), 'gzip')).toBe(415)
      expect(await send(gzipSync(gzipSync('{"a":1}')), 'gzip, gzip')).toBe(415)
      expect(await send(Buffer.concat([gzipSync('{"a":1}'), Buffer.from('more')]), 'gzip')).toBe(415)
      expect(await send(Buffer.from('{"a":1}'), 'foo')).toBe(415)
      expect(ran).toBe(0)
    })

    where(!harness.parsedBefore)('counts the bytes of a chunked body and answers while it is still coming', async () => {
      let ran = 0
      const app = await start({ options: { limits: { maxBytes: 1000 } }, routes: [{ path: '/', handler: () => (ran++, {}) }] })
      const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
      const head = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
      const reply = await raw(app.url, `${head}${chunk}${chunk}0\r\n\r\n`)
      expect([reply.slice(0, 12), /connection: close/i.test(reply), ran]).toEqual(['HTTP/1.1 413', true, 0])
    })

    where(!harness.parsedBefore)('refuses a declared giant at once and closes', async () => {
      const app = await serve(() => ({ body: 'ran' }))
      const reply = await raw(app.url, post('', { 'content-length': '1000000000', connection: 'keep-alive' }), '\r\n\r\n')
      expect([reply.slice(0, 12), /connection: close/i.test(reply)]).toEqual(['HTTP/1.1 413', true])
    })

    it('runs no handler for a client that stops half-way, and closes the exchange once', async () => {
      let ran = 0
      const { guard, closed, signals } = watch()
      const app = await serve(() => (ran++, { body: 'ran' }), guard)
      await raw(app.url, (socket) => {
        socket.write(post('{"a":', { 'content-length': '100' }))
        setTimeout(() => socket.destroy(), 30)
      })
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(ran).toBe(0)
      if (harness.parsedBefore) return
      await eventually(() => closed.length > 0)
      expect([closed.map((summary) => summary.outcome), signals[0]?.aborted]).toEqual([['aborted'], true])
      expect((await app.fetch('/')).status).toBe(200)
    })

    it('keeps a connection usable for the next request, whether or not the handler read the body', async () => {
      let count = 0
      const app = await serve(() => ({ body: `answer ${++count}` }))
      const one = post('{"a":1}', { connection: 'keep-alive' })
      const reply = await raw(app.url, one + one + post('{"a":1}'))
      expect(reply.match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3'])
    })

    where(!harness.parsedBefore)('never takes bytes of a refused body for a request', async () => {
      const paths: string[] = []
      const spy = defineGuard({
        name: 'spy',
        onRequest(ctx) {
          paths.push(ctx.request.path)
          return ctx.request.path === '/' ? deny('tool_denied') : undefined
        },
      })
      const app = await serve(() => ({ body: 'ran' }), spy)
      const inner = 'GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
      const reply = await raw(app.url, post(inner, { connection: 'keep-alive' }) + post('', { 'content-length': '0' }, '/last'))
      expect(paths).toEqual(['/', '/last'])
      expect(reply.match(/HTTP\/1\.1 \d+/g)?.[0]).toBe('HTTP/1.1 403')
    })

    where(!harness.parsedBefore)('lets a client that is still sending read its refusal', async () => {
      const app = await serve(() => ({ body: 'ran' }), defineGuard({ name: 'no', onRequest: () => deny('tool_denied') }))
      const size = 3 * 1024 * 1024
      const reply = await raw(app.url, (socket) => {
        socket.write(post('', { 'content-length': String(size), connection: 'keep-alive', 'content-type': 'text/plain' }))
        for (let sent = 0; sent < size; sent += 65536) socket.write(Buffer.alloc(65536, 0x61))
      })
      expect([reply.slice(0, 12), reply.includes('tool_denied')]).toEqual(['HTTP/1.1 403', true])
    })

    it('opens and closes an exchange for each pipelined request of a client that leaves', async () => {
      const { guard, closed } = watch()
      const app = await serve(async () => {
        await new Promise((resolve) => setTimeout(resolve, 600))
        return { body: 'late' }
      }, guard)
      const get = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
      await raw(app.url, (socket) => {
        socket.write(get + get + get)
        setTimeout(() => socket.destroy(), 20)
      })
      await eventually(() => closed.length === 3)
      expect(closed.map((summary) => summary.outcome)).toEqual(['aborted', 'aborted', 'aborted'])
    })
  })

  describe('responses', () => {
    it('leaves bytes alone that nobody objects to', async () => {
      const app = await answer({ headers: { 'content-type': 'application/json' }, body: '{ "a":1.0 }\n' }, redact)
      expect(await (await app.fetch('/')).text()).toBe('{ "a":1.0 }\n')
    })

    it.each(['at once', 'after a while'])('rewrites JSON %s, with a true length', async (when) => {
      const app = await answer({ json: { word: 'a secret' } }, ...(when === 'at once' ? [redact] : [slow, redact]))
      const res = await app.fetch('/')
      expect([res.headers.get('content-length'), await res.json()]).toEqual(['16', { word: 'a ***' }])
    })

    it('delivers events as they come, redacted', async () => {
      const app = await serve(() => ({ headers: { 'content-type': 'text/event-stream' }, body: ticks(4, 60) }), redact)
      const times: number[] = []
      let text = ''
      const res = await app.fetch('/', json(call({})))
      for await (const chunk of res.body as unknown as AsyncIterable<Uint8Array>) {
        times.push(Date.now())
        text += Buffer.from(chunk).toString()
      }
      expect(text.match(/\*\*\* \d/g)).toEqual(['*** 0', '*** 1', '*** 2', '*** 3'])
      expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(100)
    })

    it('tells the handler when the client is gone', async () => {
      let returned = 0
      const { guard, closed, signals } = watch()
      const body = ticks(1000, 5, () => returned++)
      const app = await serve(() => ({ headers: { 'content-type': 'text/event-stream' }, body }), redact, guard)
      const abort = new AbortController()
      const res = await app.fetch('/', { ...json(call({})), signal: abort.signal })
      await res.body?.getReader().read()
      abort.abort()
      await eventually(() => returned === 1 && closed.length === 1)
      expect([closed[0]?.outcome, signals[0]?.aborted]).toEqual(['aborted', true])
    })

    it('closes once when a response is out', async () => {
      const { guard, closed, signals } = watch()
      const app = await answer({ body: 'fine' }, guard)
      await (await app.fetch('/')).text()
      await eventually(() => closed.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect([closed.map(({ outcome, status }) => [outcome, status]), signals[0]?.aborted]).toEqual([[['finished', 200]], false])
    })

    it.each([
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
    ])('sends no body with %s %i', async (method, status) => {
      const app = await answer({ status, headers: { etag: '"x"' } }, redact)
      const reply = await raw(app.url, `${method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
      expect([reply.slice(0, 12), reply.split('\r\n\r\n')[1]]).toEqual([`HTTP/1.1 ${status}`, ''])
    })

    it('leaves the error of a handler to its framework', async () => {
      const app = await serve(() => {
        throw new Error('handler failed')
      }, redact)
      expect((await app.fetch('/')).status).toBe(500)
    })

    it('keeps every cookie', async () => {
      const app = await answer({ headers: { 'set-cookie': ['a=1', 'b=2'] }, json: { word: 'secret' } }, redact)
      expect((await app.fetch('/')).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    })
  })

  describe('guards of a route', () => {
    it('join the exchange that is open', async () => {
      const ids: string[] = []
      const note = defineGuard({ name: 'note', onRequest: (ctx) => void ids.push(ctx.id) })
      const app = await start({
        options: createSafeMcp({ guards: [note] }),
        routes: [{ path: '/', guards: [note, mend], handler: async (ctx) => ({ json: { id: ctx.safeMcp?.id, value: await ctx.json() } }) }],
      })
      const res = (await (await app.fetch('/', json({ word: 'bad' }))).json()) as { id: string; value: unknown }
      expect([ids, res.value]).toEqual([[res.id, res.id], { word: 'goodness' }])
    })

    it('stand alone without one', async () => {
      let ran = 0
      const no = defineGuard({ name: 'no', onMessage: () => deny('input_blocked'), needs: { body: true } })
      const app = await start({ options: false, routes: [{ path: '/', guards: [no], handler: () => (ran++, { body: 'ran' }) }] })
      const res = await app.fetch('/', json({}))
      expect([res.status, res.headers.get('content-type'), ran]).toEqual([403, 'application/problem+json', 0])
    })
  })
})
