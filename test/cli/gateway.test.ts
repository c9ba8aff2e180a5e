import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGateway, type Gateway, type GatewayOptions } from 'safe-mcp/node'
import { afterEach, describe, expect, it } from 'vitest'
import { mcpV1, mcpV2, type Seen } from '../harness/mcp-servers.ts'
import { listen } from '../harness/node-http.ts'
import { jsonHeaders, post } from '../suite/support/mcp.ts'
import { clients, clientsFor, naiveGuards, visit } from '../suite/support/sdk-visit.ts'
import { eventually, raw } from '../suite/wire/raw.ts'

const running: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close()
})

const quiet = { audit: false, monitor: false } as const

/** A target, and a gateway before it. */
async function guarded(
  target: RequestListener,
  more: Partial<GatewayOptions> = {},
): Promise<{ url: string; origin: string; gateway: Gateway }> {
  const app = await listen(target)
  const gateway = createGateway({ options: quiet, ...more, target: `${app.url}/mcp` })
  const { url } = await gateway.listen()
  running.push(app, { close: () => gateway.close({ drainMs: 0 }) })
  return { url, origin: new URL(url).origin, gateway }
}

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const pong = '{"jsonrpc":"2.0","id":1,"result":{}}'
const event = (n: number, text: string): string =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: n, message: text } })}\n\n`

describe('the official clients through the gateway', () => {
  const servers = {
    'SDK v1, JSON': (seen: Seen) => mcpV1(seen, true),
    'SDK v1, SSE': (seen: Seen) => mcpV1(seen, false),
    'SDK v2, JSON': (seen: Seen) => mcpV2(seen, 'json'),
    'SDK v2, SSE': (seen: Seen) => mcpV2(seen, 'sse'),
  }
  describe.each(Object.keys(servers) as (keyof typeof servers)[])('%s', (kind) => {
    it.each(clientsFor(kind))('serves %s', async (who) => {
      const seen: Seen = { words: [], aborted: 0 }
      const handler = servers[kind](seen)
      const { url } = await guarded((req, res) => void handler(req, res), { options: { ...quiet, guards: naiveGuards } })
      const client = await clients[who](new URL(url))
      running.push(client)
      await visit(client, who, seen, kind.endsWith('SSE'))
    })
  })

  it('tells a tool that its caller has left', async () => {
    const seen: Seen = { words: [], aborted: 0 }
    const handler = mcpV2(seen, 'sse')
    const { url } = await guarded((req, res) => void handler(req, res))
    const client = await clients['client v2 modern'](new URL(url))
    running.push(client)
    const abort = new AbortController()
    await expect(
      client.callTool({ name: 'count', arguments: {} }, { onprogress: () => abort.abort(), signal: abort.signal }),
    ).rejects.toThrow()
    await eventually(() => seen.aborted === 1)
  })
})

describe('streams through the gateway', () => {
  it('keep their cadence over 300 events', async () => {
    const { url } = await guarded(async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let n = 0; n < 300; n++) {
        res.write(event(n, String(performance.now())))
        await sleep(5)
      }
      res.end()
    })
    const lateness: number[] = []
    const response = await fetch(url, post(ping))
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const now = performance.now()
      const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = events.pop() as string
      for (const text of events) lateness.push(now - Number(/"message":"([\d.]+)"/.exec(text)?.[1]))
    }
    expect(lateness).toHaveLength(300)
    const sorted = lateness.toSorted((a, b) => a - b)
    expect(sorted[150]).toBeLessThan(20)
    expect(sorted[297]).toBeLessThan(250)
  })

  it('open before their first event', async () => {
    const { url } = await guarded((_req, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders())
    const abort = new AbortController()
    const response = await fetch(url, { ...post(ping), signal: abort.signal })
    expect(response.status).toBe(200)
    abort.abort()
  })

  it('stay open while nothing is said, longer than idle connections are kept', async () => {
    const { url } = await guarded(async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write(event(1, 'before'))
      await sleep(3500)
      res.end(event(2, 'after'))
    })
    expect(await (await fetch(url, post(ping))).text()).toContain('after')
  })

  it('slow the target down when their reader is slow', async () => {
    let written = 0
    const text = 'x'.repeat(16_000)
    const { url } = await guarded((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      const fill = (): void => {
        while (written < 4000 && !res.destroyed) {
          written++
          if (!res.write(event(written, text))) return void res.once('drain', fill)
        }
        res.end()
      }
      fill()
    })
    const response = await fetch(url, post(ping))
    const reader = response.body?.getReader()
    await reader?.read()
    await sleep(300)
    const before = written
    await sleep(300)
    expect(written).toBe(before)
    expect(written).toBeLessThan(1500)
    await reader?.cancel()
  })

  it('end at the target when their reader leaves', async () => {
    let gone = false
    const { url } = await guarded((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write(event(1, 'a'))
      res.on('close', () => {
        gone = true
      })
    })
    const abort = new AbortController()
    const response = await fetch(url, { ...post(ping), signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    await eventually(() => gone)
  })

  it('send large uploads on as they come', async () => {
    let bytes = 0
    const { url } = await guarded(async (req, res) => {
      for await (const chunk of req) bytes += (chunk as Buffer).length
      res.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    })
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(100_000))
        if ((this as { n?: number }).n === 50) controller.close()
        ;(this as { n?: number }).n = ((this as { n?: number }).n ?? 0) + 1
      },
    })
    const response = await fetch(url, {
      method: 'PUT',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
    } as RequestInit)
    expect(response.status).toBe(200)
    expect(bytes).toBe(5_100_000)
  })
})

describe('a target that fails', () => {
  const script = `
    const { createServer } = require('node:http')
    createServer((req, res) => {
      req.resume()
      req.on('end', () => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.write('data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"one"}}\\n\\n')
      })
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

  it('and is killed in the middle of a stream shows its caller a broken stream, and then 502', async () => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    const errors: Error[] = []
    const gateway = createGateway({
      target: `http://127.0.0.1:${Number(port)}/mcp`,
      options: quiet,
      onError: (error) => errors.push(error),
    })
    running.push({ close: () => gateway.close({ drainMs: 0 }) })
    const { url } = await gateway.listen()
    const response = await fetch(url, post(ping))
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"one"')
    child.kill('SIGKILL')
    await expect(reader?.read()).rejects.toThrow()
    const next = await fetch(url, post(ping))
    expect(next.status).toBe(502)
    expect(await next.json()).toEqual({ type: 'about:blank', title: 'The server did not answer.', status: 502 })
    expect(errors).toHaveLength(2)
  })

  it('breaks off a JSON body that was to be inspected gives 502, not half a body', async () => {
    const { url } = await guarded((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': 100, 'x-of-the-target': '1' })
      res.write(pong)
      setTimeout(() => res.destroy(), 20)
    })
    const response = await fetch(url, post(ping))
    expect(response.status).toBe(502)
    expect(response.headers.get('x-of-the-target')).toBeNull()
  })

  it('answers too late gives 504, and is told to stop', async () => {
    let gone = false
    const { url } = await guarded((req) => void req.on('close', () => (gone = true)), { timeoutMs: 100 })
    expect((await fetch(url, post(ping))).status).toBe(504)
    await eventually(() => gone)
  })

  it('rejects an official client rather than hanging it', async () => {
    const { url } = await guarded((_req, res) => res.destroy())
    for (const connect of Object.values(clients)) await expect(connect(new URL(url))).rejects.toThrow()
  })
})

describe('what the target sees', () => {
  const echo = (req: IncomingMessage, res: ServerResponse): void => {
    req.resume()
    req.on('end', () =>
      res
        .writeHead(200, {
          'content-type': 'application/x-facts',
          connection: 'x-hop',
          'x-hop': '1',
          'keep-alive': 'timeout=9',
          'set-cookie': ['a=1', 'b=2'],
        })
        .end(JSON.stringify({ url: req.url, headers: req.headers, method: req.method })),
    )
  }
  const ask = async (url: string, init: RequestInit = {}) =>
    (await (await fetch(url, init)).json()) as { url: string; method: string; headers: Record<string, string> }

  it('is its own host, and its own origin where the caller came from ours', async () => {
    const { url, origin } = await guarded(echo)
    const target = (await ask(url)).headers['host']
    expect(target).not.toBe(new URL(origin).host)
    expect((await ask(url, { headers: { origin } })).headers['origin']).toBe(`http://${target}`)
    const { headers } = await ask(url)
    expect(headers).toMatchObject({
      'x-forwarded-host': new URL(origin).host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': expect.stringContaining('127.0.0.1'),
    })
  })

  it('is the origin of a browser app that the operator lists', async () => {
    const { url } = await guarded(echo, { options: { ...quiet, origin: { origins: ['https://app.example'] } } })
    expect((await ask(url, { headers: { origin: 'https://app.example' } })).headers['origin']).toBe('https://app.example')
  })

  it('is neither the credential of the caller, nor what is of the connection, nor what a caller says of proxies', async () => {
    const { url } = await guarded(echo, { headers: { Authorization: 'Bearer own' } })
    const headers = [
      'Authorization: Bearer callers',
      'DPoP: x',
      'Connection: close, X-Private',
      'X-Private: 1',
      'Proxy-Authorization: x',
      'TE: trailers',
      'Keep-Alive: 5',
      'X-Forwarded-For: 1.2.3.4',
      'Forwarded: for=1.2.3.4',
      'X-Kept: yes',
    ]
    const answer = await raw(url, `GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers.join('\r\n')}\r\n\r\n`)
    const seen = (JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as { headers: Record<string, string> }).headers
    expect(seen).toMatchObject({ authorization: 'Bearer own', 'x-kept': 'yes' })
    for (const name of ['dpop', 'x-private', 'proxy-authorization', 'te', 'keep-alive', 'forwarded']) expect(seen).not.toHaveProperty(name)
    expect(seen['x-forwarded-for']).not.toContain('1.2.3.4')
    expect(answer).not.toMatch(/^(x-hop|keep-alive: timeout=9)/im)
    expect(answer.match(/^set-cookie: /gim)).toHaveLength(2)
  })

  it("is the caller's Authorization when the operator says so, and the header of an API key never without", async () => {
    const authorization = 'Bearer callers'
    const passing = await guarded(echo, { passAuthorization: true })
    expect((await ask(passing.url, { headers: { authorization } })).headers['authorization']).toBe(authorization)
    const keeping = await guarded(echo)
    expect((await ask(keeping.url, { headers: { authorization } })).headers).not.toHaveProperty('authorization')
  })

  it.each([
    '/',
    '/admin',
    '/mcp/../admin',
    '/mcp/%2e%2e/admin',
    '/mcp/..%2fadmin',
    '/mcp\\..\\admin',
    '//evil.example/mcp',
    'http://evil.example/mcp',
    '/mcpx',
    '/.well-known/other',
  ])('is not a request for %s', async (path) => {
    let asked = 0
    const { url } = await guarded((_req, res) => {
      asked++
      res.end()
    })
    expect(await raw(url, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 40[34]/)
    expect(asked).toBe(0)
  })

  it.each(['/mcp?a=%2f', '/mcp/messages?id=1', '/.well-known/oauth-protected-resource/mcp'])('is a request for %s', async (path) => {
    const { origin } = await guarded(echo)
    expect((await ask(origin + path)).url).toBe(path)
  })

  it('is one request, however a body is framed', async () => {
    const seen: string[] = []
    const { url } = await guarded(async (req, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      seen.push(`${req.method} ${req.url} ${Buffer.concat(chunks).length}`)
      res.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    })
    const smuggled = 'GET /mcp/smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
    await raw(
      url,
      `GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    )
    expect(seen).toEqual([`GET /mcp ${smuggled.length}`])
  })

  it('is no request that a guard refuses', async () => {
    let asked = 0
    const { url } = await guarded(
      (_req, res) => {
        asked++
        res.end()
      },
      { options: { ...quiet, tools: { allow: ['search'] } } },
    )
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"file_access","arguments":{}}}'
    const answer = (await (await fetch(url, post(body))).json()) as { result: { isError: boolean } }
    expect(answer.result.isError).toBe(true)
    expect((await fetch(url, { ...post(body), headers: { ...jsonHeaders, origin: 'https://evil.example' } })).status).toBe(403)
    expect(asked).toBe(0)
  })
})

describe('the gateway', () => {
  it('stops taking requests, lets running ones end, and flushes', async () => {
    let release: (() => void) | undefined
    const app = await listen((_req, res) => {
      release = () => res.writeHead(200, { 'content-type': 'text/plain' }).end('whole')
    })
    running.push(app)
    const gateway = createGateway({ target: `${app.url}/mcp`, options: quiet })
    const { url } = await gateway.listen()
    const answer = fetch(url, post(ping))
    await eventually(() => release !== undefined)
    const closed = gateway.close({ drainMs: 2000 })
    await expect(fetch(url, post(ping))).rejects.toThrow()
    release?.()
    expect(await (await answer).text()).toBe('whole')
    await closed
  })

  it('ends what does not end by itself', async () => {
    let asked = false
    const app = await listen(() => {
      asked = true
    })
    running.push(app)
    const gateway = createGateway({ target: `${app.url}/mcp`, options: quiet })
    const { url } = await gateway.listen()
    const answer = fetch(url, post(ping)).catch((error: Error) => error)
    await eventually(() => asked)
    await gateway.close({ drainMs: 50 })
    expect(await answer).toBeInstanceOf(Error)
  })

  it('serves behind a server of your own', async () => {
    const app = await listen((_req, res) => res.writeHead(200, { 'content-type': 'text/plain' }).end('behind'))
    const gateway = createGateway({ target: `${app.url}/mcp`, options: quiet })
    const own = createServer(gateway.handle).listen(0, '127.0.0.1')
    await once(own, 'listening')
    running.push(app, { close: () => gateway.close() }, { close: async () => own.closeAllConnections() ?? own.close() })
    expect(await (await fetch(`http://127.0.0.1:${(own.address() as { port: number }).port}/mcp`)).text()).toBe('behind')
  })

  it.each(['', 'localhost:3000', 'ftp://x/mcp'])('refuses %j as a target', (target) => {
    expect(() => createGateway({ target })).toThrow(/gateway\.target/)
  })
})
