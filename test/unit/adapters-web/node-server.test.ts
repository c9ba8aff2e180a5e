import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { safeMcp } from 'safe-mcp/fetch'
import { safeMcp as safeMcpOnHono } from 'safe-mcp/hono'
import { afterEach, describe, expect, it } from 'vitest'
import { sleeperOf } from '../../../adapters/web/incoming.ts'
import { peek } from '../../../adapters/web/lightweight.ts'
import type { Chunk } from '../../../src/core/exchange.ts'
import { type Script, scripted, transform } from './scripted.ts'

interface Env {
  readonly incoming: IncomingMessage
}

let stop: (() => void) | undefined
afterEach(() => stop?.())

type Handler = (request: Request, env: Env) => Response | Promise<Response>

/** Serves on `@hono/node-server` and sends one request. */
async function send(handler: Handler, init: RequestInit = { method: 'POST', body: '{"a":1}' }): Promise<Response> {
  const server = createServer(getRequestListener(handler as never))
  stop = () => void server.close().closeAllConnections()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}/x`, { ...init, headers: { 'content-type': 'application/json', ...init.headers } })
}

/** Behind the guards; the handler also learns whether the request it got still sleeps. */
function guarded(script: Script, handler: Handler): Handler {
  return safeMcp(scripted(script), handler as never) as Handler
}

async function streamed(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  return text
}

describe('what we know of @hono/node-server', () => {
  it('hands out requests that sleep, and we can tell', async () => {
    const seen: unknown[] = []
    await send((request, env) => {
      seen.push(sleeperOf(request, env)?.headersAsleep)
      request.headers.get('x')
      seen.push(sleeperOf(request, env)?.headersAsleep)
      void request.body
      seen.push(sleeperOf(request, env))
      return new Response('')
    })
    expect(seen).toEqual([true, false, undefined])
  })

  it('hands out responses that sleep, and we can look without waking them', async () => {
    const seen: unknown[] = []
    await send(() => {
      const bytes = new Uint8Array([1])
      for (const response of [new Response('text'), new Response(bytes), new Response(null)]) seen.push(peek(response))
      const awake = new Response('text')
      void awake.body
      seen.push(peek(awake).asleep)
      return new Response('')
    })
    const headers = [['content-type', 'text/plain; charset=UTF-8']]
    expect(seen).toEqual([
      { body: 'text', asleep: true, headers },
      { body: new Uint8Array([1]), asleep: true, headers },
      { body: null, asleep: true, headers: [] },
      false,
    ])
  })
})

describe('a guarded request on @hono/node-server', () => {
  it('sleeps on after its body was read and nothing changed', async () => {
    const res = await send(
      guarded(
        { plan: { read: true } },
        async (request, env) => new Response(`${sleeperOf(request, env) !== undefined} ${await request.text()}`),
      ),
    )
    expect(await res.text()).toBe('true {"a":1}')
  })

  const clean: Script = { plan: { read: true }, body: { changed: true, text: '{"a":"clean \u00e9"}' }, edits: [['mcp-name', 'clean']] }
  const dirty: RequestInit = { method: 'POST', body: '{"a":"dirty"}', headers: { 'mcp-name': 'dirty' } }

  it.each([
    ['text()', (request: Request) => request.text()],
    ['json()', async (request: Request) => JSON.stringify(await request.json())],
    ['arrayBuffer()', async (request: Request) => new TextDecoder().decode(await request.arrayBuffer())],
    ['a clone', (request: Request) => request.clone().text()],
    ['the stream', (request: Request) => new Response(request.body).text()],
    ['a new Request', (request: Request) => new Request(request).text()],
    ['the incoming message', (_request: Request, env: Env) => streamed(env.incoming)],
  ])('gives its rewritten body to a handler that reads %s', async (_how, read) => {
    const res = await send(
      guarded(clean, async (request, env) =>
        Response.json([
          await read(request, env),
          request.headers.get('content-length'),
          request.headers.get('mcp-name'),
          env.incoming.headers['mcp-name'],
          env.incoming.rawHeaders.includes('dirty'),
        ]),
      ),
      dirty,
    )
    expect(await res.json()).toEqual(['{"a":"clean \u00e9"}', '16', 'clean', 'clean', false])
  })

  it.each([
    ['text()', (request: Request) => request.text()],
    ['the incoming message', (_request: Request, env: Env) => streamed(env.incoming)],
  ])('gives an untouched body to a handler that reads %s', async (_how, read) => {
    const res = await send(
      guarded({ plan: { read: true } }, async (request, env) => new Response(await read(request, env))),
      { method: 'POST', body: '{ "a":1.0 }\n' },
    )
    expect(await res.text()).toBe('{ "a":1.0 }\n')
  })

  it('gives the inflated body of a gzip request, with headers that say so', async () => {
    const res = await send(
      guarded({ plan: { read: true } }, async (request) =>
        Response.json([await request.text(), request.headers.get('content-encoding'), request.headers.get('content-length')]),
      ),
      { method: 'POST', body: gzipSync('{"a":1}'), headers: { 'content-encoding': 'gzip' } },
    )
    expect(await res.json()).toEqual(['{"a":1}', null, '7'])
  })

  it('is read through its stream when its length is not known', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'))
        controller.enqueue(new TextEncoder().encode('1}'))
        controller.close()
      },
    })
    const res = await send(
      guarded({ plan: { read: true } }, async (request) => new Response(await request.text())),
      { method: 'POST', body, duplex: 'half' } as RequestInit,
    )
    expect(await res.text()).toBe('{"a":1}')
  })

  it('passes a body over the limit on, whole, where the plan says so', async () => {
    const big = 'x'.repeat(5000)
    for (const body of [big, new Blob([big]).stream()]) {
      const res = await send(
        guarded(
          { plan: { read: true, maxBytes: 1000, overflow: 'pass' } },
          async (request) => new Response(String((await request.text()).length)),
        ),
        { method: 'POST', body, duplex: 'half' } as RequestInit,
      )
      expect(await res.text()).toBe('5000')
      stop?.()
    }
  })

  it('serves many requests on one connection, whether or not their handlers read the body', async () => {
    const handler = guarded(
      { plan: { read: true } },
      async (request) => new Response(request.headers.has('x-read') ? await request.text() : 'unread'),
    )
    const server = createServer(getRequestListener(handler as never))
    stop = () => void server.close().closeAllConnections()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    for (let i = 0; i < 20; i++) {
      const read = i % 2 === 0
      const headers: Record<string, string> = { 'content-type': 'application/json', ...(read ? { 'x-read': '1' } : {}) }
      const res = await fetch(url, { method: 'POST', body: `{"i":${i}}`, headers })
      expect(await res.text()).toBe(read ? `{"i":${i}}` : 'unread')
    }
  })
})

describe('a handler that writes to the Node response itself', () => {
  const app = new Hono<{ Bindings: HttpBindings }>().use(safeMcpOnHono()).post('/x', (c) => {
    c.env.outgoing.writeHead(200, { 'content-type': 'text/plain' })
    c.env.outgoing.end('past the guards')
    return RESPONSE_ALREADY_SENT
  })

  it('may do so on a plain route', async () => {
    const res = await send(app.fetch as never)
    expect([res.status, await res.text()]).toEqual([200, 'past the guards'])
  })

  it('is stopped on an MCP route, for nobody could inspect its reply', async () => {
    const faults: Error[] = []
    app.onError((error, c) => {
      faults.push(error)
      return c.text('stopped', 500)
    })
    const res = await send(app.fetch as never, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' })
    expect([res.status, (await res.text()).includes('past')]).toEqual([500, false])
    expect(faults[0]?.message).toMatch(/past the guards/)
  })

  it('is stopped there too when it means to write later', async () => {
    let late: unknown
    const later = new Hono<{ Bindings: HttpBindings }>().use(safeMcpOnHono()).post('/x', (c) => {
      setTimeout(() => {
        try {
          c.env.outgoing.writeHead(200).end('past the guards')
        } catch (error) {
          late = error
        }
      }, 10)
      return RESPONSE_ALREADY_SENT
    })
    later.onError((_error, c) => c.text('stopped', 500))
    const res = await send(later.fetch as never, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect([res.status, (await res.text()).includes('past'), late]).toEqual([500, false, expect.any(Error)])
  })
})

describe('a guarded response on @hono/node-server', () => {
  it('stays the object it was when the guards changed nothing of its held body', async () => {
    let made: Response | undefined
    const same: Script = {
      respond: (head) => {
        let held: Chunk | undefined
        return { kind: 'whole', head, push: (chunk) => void (held = chunk), end: () => held }
      },
    }
    let out: Response | undefined
    const res = await send(async (request, env) => (out = await guarded(same, () => (made = new Response('same')))(request, env)))
    expect([await res.text(), out === made]).toEqual(['same', true])
  })

  it('cannot be woken into what it was before a redaction', async () => {
    const redacting: Script = { respond: (head) => transform('whole', head, (text) => text.replace('secret', '***')) }
    const res = await send(async (request, env) => {
      const out = await guarded(redacting, () => new Response('a secret', { headers: { 'content-type': 'text/plain' } }))(request, env)
      return new Response(await out.clone().text(), out)
    })
    expect([await res.text(), res.headers.get('content-length')]).toEqual(['a ***', '5'])
  })

  it('cancels the stream of a handler whose client has left', async () => {
    let left: () => void
    const cancelled = new Promise<void>((resolve) => {
      left = resolve
    })
    const source = scripted({
      respond: (head) =>
        transform(
          'stream',
          head,
          (text) => text,
          () => undefined,
        ),
    })
    const endless = (): ReadableStream =>
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          controller.enqueue(new TextEncoder().encode('tick'))
        },
        cancel: () => left(),
      })
    const res = await send(safeMcp(source, () => new Response(endless())) as Handler)
    await res.body?.getReader().cancel()
    await cancelled
    expect(source.log).toEqual(['begin', 'respond 200', 'close aborted'])
  })
})
