import type { IncomingMessage, RequestListener } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import express, { type Express, type Request, type Response } from 'express'
import Koa from 'koa'
import { safeMcp } from 'safe-mcp/express'
import { safeMcp as forKoa } from 'safe-mcp/koa'
import { afterEach, describe, expect, it } from 'vitest'
import type { BodyInput } from '../../../src/core/exchange.ts'
import { listen, readAll } from '../../harness/node-http.ts'
import type { RunningApp } from '../../harness/types.ts'
import { eventually, post, raw } from '../../suite/wire/raw.ts'
import { type Script, scripted } from '../adapters-web/scripted.ts'

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
})
async function start(listener: RequestListener): Promise<RunningApp> {
  const app = await listen(listener)
  running.push(app)
  return app
}

type Parsed = IncomingMessage & { body?: unknown; rawBody?: unknown }
const reading: Script = { plan: { read: true } }
const sent = '{ "word" : "sent" }'
const textOf = (input: BodyInput | undefined): string =>
  input !== undefined && 'bytes' in input ? Buffer.from(input.bytes).toString() : JSON.stringify(input)

const become = (value: unknown, parsed = false): Script => ({
  plan: { read: true },
  body: { changed: true, text: JSON.stringify(value), value, parsed },
})

/** Sends a body through Express and gives back what the exchange was given and what `look` made of the request. */
async function through(script: Script, build: (app: Express, guard: express.RequestHandler) => void, init: RequestInit = {}) {
  const source = scripted(script)
  const app = express()
  build(app, safeMcp(source))
  const { url } = await start(app)
  const res = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent, ...init })
  const text = await res.text()
  return { source, status: res.status, text, input: textOf(source.inputs[0]) }
}

const show = (look: (req: Parsed) => unknown) => async (req: Request, res: Response) => void res.json(await look(req))

describe('a body that was read', () => {
  const readers: [name: string, (req: Parsed) => Promise<string>][] = [
    ['for await', async (req) => (await readAll(req)).toString()],
    [
      'data events',
      (req) =>
        new Promise((resolve) => {
          let text = ''
          req.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text))
        }),
    ],
    [
      'readable events',
      (req) =>
        new Promise((resolve) => {
          let text = ''
          req.on('readable', () => {
            for (let chunk = req.read(); chunk !== null; chunk = req.read()) text += chunk
          })
          req.on('end', () => resolve(text))
        }),
    ],
    ['setEncoding', async (req) => (await req.setEncoding('utf8').toArray()).join('')],
  ]

  it.each(readers)('is there for %s', async (_name, read) => {
    const { text, input } = await through(reading, (app, guard) => app.use(guard).post('/', show(read)))
    expect([JSON.parse(text), input]).toEqual([sent, sent])
  })

  it.each(readers)('is there for %s after a while', async (_name, read) => {
    const { text } = await through({ ...reading, slow: true }, (app, guard) => app.use(guard).post('/', show(read)))
    expect(JSON.parse(text)).toBe(sent)
  })

  it.each(readers)('is the new one for %s after a rewrite', async (_name, read) => {
    const { text } = await through({ ...become({ word: 'new' }), slow: true }, (app, guard) => app.use(guard).post('/', show(read)))
    expect(JSON.parse(text)).toBe('{"word":"new"}')
  })

  it('is there for parsers, with their verify hooks', async () => {
    let verified = ''
    const verify = (_req: unknown, _res: unknown, bytes: Buffer): void => {
      verified = String(bytes)
    }
    const { text } = await through(reading, (app, guard) =>
      app.use(guard, express.json({ verify })).post(
        '/',
        show((req) => req.body),
      ),
    )
    expect([JSON.parse(text), verified]).toEqual([{ word: 'sent' }, sent])
  })

  it('may come in pieces of any size', async () => {
    const source = scripted({ plan: { read: true, maxBytes: 1 << 20 } })
    const guard = safeMcp(source)
    const app = await start(async (req, res) => {
      if (await guard(req, res)) res.end(String((await readAll(req)).length))
    })
    const body = 'x'.repeat(300_000)
    const reply = await raw(app.url, (socket) => {
      socket.write(post('', { 'content-length': String(body.length) }))
      for (let at = 0; at < body.length; at += 50_000) setTimeout(() => socket.write(body.slice(at, at + 50_000)), at / 10_000)
    })
    expect([reply.endsWith('300000'), textOf(source.inputs[0]).length]).toEqual([true, body.length])
  })

  it('leaves a request without one alone', async () => {
    const { input, text } = await through(
      reading,
      (app, guard) =>
        app.use(guard).get(
          '/',
          show((req) => req.readableDidRead),
        ),
      {
        method: 'GET',
        body: null,
      },
    )
    expect([input, text]).toEqual(['', 'false'])
  })
})

describe('a rewrite', () => {
  const facts = (req: Parsed): unknown => ({
    body: req.body,
    rawBody: req.rawBody === undefined ? undefined : String(req.rawBody),
    length: req.headers['content-length'],
    coding: req.headers['content-encoding'],
    raw: req.rawHeaders
      .join(' ')
      .match(/content-length \d+/i)?.[0]
      .toLowerCase(),
  })
  const next = { body: { word: 'new' }, length: '14', raw: 'content-length 14' }

  it('reaches the parsed value, the raw copy and the headers a parser before us has left', async () => {
    const verify = (req: IncomingMessage, _res: unknown, bytes: Buffer): void => {
      Object.assign(req, { rawBody: bytes })
    }
    const { text, input } = await through(become(next.body), (app, guard) =>
      app.use(express.json({ verify }), guard).post('/', show(facts)),
    )
    expect([JSON.parse(text), input]).toEqual([{ ...next, rawBody: '{"word":"new"}' }, sent])
  })

  it.each([
    ['express.raw', express.raw({ type: '*/*' }), { type: 'Buffer', data: [...Buffer.from('{"word":"new"}')] }],
    ['express.text', express.text({ type: '*/*' }), '{"word":"new"}'],
    ['express.json', express.json(), { word: 'new' }],
  ])('keeps the kind of body that %s made', async (name, parser, body) => {
    const { text, input } = await through(become(next.body), (app, guard) => app.use(parser, guard).post('/', show(facts)))
    expect((JSON.parse(text) as { body: unknown }).body).toEqual(body)
    expect(input).toBe(name === 'express.json' ? '{"parsed":{"word":"sent"}}' : sent)
  })

  it('is what a parser after us reads', async () => {
    const { text } = await through(become(next.body), (app, guard) => app.use(guard, express.json()).post('/', show(facts)))
    expect(JSON.parse(text)).toEqual(next)
  })

  it('sets the parsed value where the exchange says so', async () => {
    const { text } = await through(become(next.body, true), (app, guard) => app.use(guard).post('/', show(facts)))
    expect(JSON.parse(text)).toEqual(next)
  })

  it('adds no length to a chunked body', async () => {
    const guard = safeMcp(scripted(become(next.body)))
    const app = await start(async (req, res) => {
      if (await guard(req, res)) res.end(JSON.stringify([req.headers['content-length'] ?? null, (await readAll(req)).toString()]))
    })
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    const reply = await raw(app.url, `${head}2\r\n{}\r\n0\r\n\r\n`)
    expect(reply).toContain('[null,"{\\"word\\":\\"new\\"}"]')
  })

  it('reaches every place Koa parsers leave a body in', async () => {
    const app = new Koa()
    app.use(bodyParser({ patchNode: true }))
    app.use(forKoa(scripted(become(next.body))))
    app.use((ctx) => {
      const { body, rawBody } = ctx.request as unknown as Parsed
      const { body: nodeBody, rawBody: nodeRaw } = ctx.req as Parsed
      ctx.body = { body, rawBody, nodeBody, nodeRaw }
    })
    const { url } = await start(app.callback())
    const res = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent })
    const text = '{"word":"new"}'
    expect(await res.json()).toEqual({ body: next.body, rawBody: text, nodeBody: next.body, nodeRaw: text })
  })
})

describe('a body that is gone', () => {
  it('is taken from the raw copy, else from the parsed value', async () => {
    const consume: express.RequestHandler = async (req, _res, next) => {
      await readAll(req)
      next()
    }
    const lost = await through(reading, (app, guard) =>
      app.use(consume, guard).post(
        '/',
        show(() => 'ran'),
      ),
    )
    expect(lost.source.inputs).toEqual([{ fault: 'consumed' }])
    const parsed = await through(reading, (app, guard) =>
      app.use(express.json(), guard).post(
        '/',
        show(() => 'ran'),
      ),
    )
    expect(parsed.input).toBe('{"parsed":{"word":"sent"}}')
  })

  it('is not believed to be whole when somebody read a part of it', async () => {
    const peek: express.RequestHandler = (req, _res, next) => {
      req.once('data', () => {
        req.pause()
        setImmediate(next)
      })
    }
    const { source } = await through(reading, (app, guard) =>
      app.use(peek, guard).post(
        '/',
        show(() => 'ran'),
      ),
    )
    expect(source.inputs).toEqual([{ fault: 'consumed' }])
  })

  it('is read although a parser that does not read marks it', async () => {
    const mark: express.RequestHandler = (req, _res, next) => {
      req.body = {}
      next()
    }
    const { input } = await through(reading, (app, guard) =>
      app.use(mark, guard).post(
        '/',
        show(() => 'ran'),
      ),
    )
    expect(input).toBe(sent)
  })
})

describe('a body larger than planned', () => {
  it.each([true, false])('goes on unread when it may, chunked: %s', async (chunked) => {
    const source = scripted({ plan: { read: true, maxBytes: 1000, overflow: 'pass' } })
    const guard = safeMcp(source)
    const app = await start(async (req, res) => {
      if (await guard(req, res)) res.end(String((await readAll(req)).length))
    })
    const chunk = 'x'.repeat(0x1000)
    const reply = await raw(app.url, (socket) => {
      const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${100 * chunk.length}`
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n${framing}\r\n\r\n`)
      for (let i = 0; i < 100; i++) socket.write(chunked ? `1000\r\n${chunk}\r\n` : chunk)
      if (chunked) socket.write('0\r\n\r\n')
    })
    expect([reply.endsWith(String(100 * chunk.length)), source.inputs]).toEqual([true, [{ fault: 'too-large' }]])
  })

  it('is exactly as large as the bytes that came', async () => {
    for (const [size, fits] of [
      [999, true],
      [1000, true],
      [1001, false],
    ] as const) {
      const { source } = await through(
        { plan: { read: true, maxBytes: 1000 } },
        (app, guard) =>
          app.use(guard).post(
            '/',
            show(() => 1),
          ),
        {
          body: new ReadableStream({
            start(controller) {
              for (let i = 0; i < size; i += 100) controller.enqueue(new Uint8Array(Math.min(100, size - i)))
              controller.close()
            },
          }),
          duplex: 'half',
        } as RequestInit,
      )
      expect('bytes' in (source.inputs[0] as object)).toBe(fits)
    }
  })
})

describe('a client that leaves', () => {
  it('while a guard is thinking has no handler run for it', async () => {
    let ran = 0
    let thinking = false
    const source = scripted({ plan: { read: true }, receive: () => undefined })
    const open = source.open
    const guard = safeMcp({
      open(request, signal) {
        const exchange = open(request, signal)
        return Object.assign(Object.create(exchange), {
          receive: async () => {
            thinking = true
            await eventually(() => (signal !== undefined && 'signal' in signal ? signal.signal : signal)?.aborted === true)
            return undefined
          },
        })
      },
    })
    const app = await start(async (req, res) => {
      if (await guard(req, res)) ran++
    })
    await raw(app.url, (socket) => {
      socket.write(post('{}'))
      void eventually(() => thinking).then(() => socket.destroy())
    })
    await eventually(() => source.log.at(-1) === 'close aborted')
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect(ran).toBe(0)
  })
})

describe('header edits', () => {
  it('are seen in headers and in rawHeaders', async () => {
    const edits: [string, string | undefined][] = [
      ['accept-encoding', undefined],
      ['x-set', 'new'],
      ['mcp-name', 'renamed'],
    ]
    const { text } = await through(
      { edits },
      (app, guard) =>
        app.use(guard).post(
          '/',
          show((req) => ({ headers: req.headers, raw: req.rawHeaders })),
        ),
      { headers: { 'accept-encoding': 'gzip', 'mcp-name': 'old', 'content-type': 'application/json' } },
    )
    const { headers, raw: list } = JSON.parse(text) as { headers: Record<string, string>; raw: string[] }
    expect([headers['accept-encoding'], headers['x-set'], headers['mcp-name']]).toEqual([undefined, 'new', 'renamed'])
    const pairs = list.map((name, i) => [name.toLowerCase(), list[i + 1]]).filter((_pair, i) => i % 2 === 0)
    expect(pairs).toContainEqual(['x-set', 'new'])
    expect(pairs).toContainEqual(['mcp-name', 'renamed'])
    expect(pairs.map(([name]) => name)).not.toContain('accept-encoding')
  })
})

describe('what the exchange is told', () => {
  it('is the full path behind a mount, the query apart, and every header as it came', async () => {
    const source = scripted()
    const app = express()
    const router = express.Router()
    router.use(safeMcp(source))
    router.get('/b', (_req, res) => void res.end('x'))
    app.use('/a', router)
    const { url } = await start(app)
    await raw(url, 'GET /a/b?c=%20d&e HTTP/1.1\r\nHost: a\r\nX-Two: 1\r\nx-two: 2\r\nConnection: close\r\n\r\n')
    const facts = source.facts[0]
    expect(facts).toMatchObject({ method: 'GET', path: '/a/b', query: 'c=%20d&e', scheme: 'http' })
    expect(facts?.headers.all('x-two')).toEqual(['1', '2'])
    expect([facts?.localAddress, facts?.remoteAddress]).toEqual(['127.0.0.1', '127.0.0.1'])
  })

  it.each([
    ['http://other.example/a?b', '/a', 'b'],
    ['http://other.example?b', '/', 'b'],
    ['http://other.example', '/', ''],
    ['//a', '//a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['/%61/../b;x', '/%61/../b;x', ''],
    ['*', '*', ''],
  ])('cuts %s the way routers do', async (target, path, query) => {
    const source = scripted()
    const guard = safeMcp(source)
    const app = await start(async (req, res) => void ((await guard(req, res)) && res.end()))
    await raw(app.url, `${target === '*' ? 'OPTIONS' : 'GET'} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(source.facts[0]).toMatchObject({ path, query })
  })
})
