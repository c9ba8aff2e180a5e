import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import compression from 'compression'
import express from 'express'
import { safeMcp } from 'safe-mcp/express'
import { afterEach, describe, expect, it } from 'vitest'
import type { BodyTransform, Chunk, Exchange } from '../../../src/core/exchange.ts'
import type { ResponseHead } from '../../../src/core/http.ts'
import { listen } from '../../harness/node-http.ts'
import type { RunningApp } from '../../harness/types.ts'
import { eventually, raw } from '../../suite/wire/raw.ts'
import { type Script, type Scripted, scripted } from '../adapters-web/scripted.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown
type Answer = Awaited<ReturnType<Exchange['respond']>>

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
})

const get = (method = 'GET'): string => `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`

async function serve(handler: Handler, script?: Script): Promise<RunningApp & { source: Scripted | undefined }> {
  const source = script === undefined ? undefined : scripted(script)
  const guarded = source === undefined ? undefined : safeMcp(source)
  const app = await listen(async (req, res) => {
    if (guarded === undefined || (await guarded(req, res))) await handler(req, res)
  })
  running.push(app)
  return { ...app, source }
}

async function bytesOf(handler: Handler, script?: Script, method?: string): Promise<string> {
  const app = await serve(handler, script)
  return (await raw(app.url, get(method))).replace(/Date: .*\r\n/, '')
}

const bodyOf = (reply: string): string => reply.slice(reply.indexOf('\r\n\r\n') + 4)

const encoder = new TextEncoder()
const upper = (chunk: Chunk): Uint8Array => encoder.encode(Buffer.from(chunk).toString().toUpperCase())

const shout = (head: ResponseHead): Answer => ({
  kind: 'stream',
  head: { ...head, headers: head.headers.filter(([name]) => name.toLowerCase() !== 'content-length') },
  push: upper,
  end: () => encoder.encode('!'),
})

/** Holds everything, then gives it out in upper case. */
function hold(head: ResponseHead): Answer {
  const chunks: Buffer[] = []
  return {
    kind: 'whole',
    head,
    push(chunk) {
      chunks.push(Buffer.from(chunk))
      return undefined
    },
    end: () => upper(Buffer.concat(chunks)),
  }
}

const ways: readonly [name: string, Handler][] = [
  ['an implicit head', (_req, res) => res.end('hello')],
  ['no body', (_req, res) => res.end()],
  ['several writes', (_req, res) => (res.write('a'), res.write(Buffer.from('b')), res.write('ff', 'hex'), res.end('c'))],
  ['a status', (_req, res) => res.writeHead(201).end('x')],
  ['a reason', (_req, res) => res.writeHead(201, 'Made Up').end('x')],
  ['an object', (_req, res) => res.writeHead(200, { 'X-A': 'b', 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': 1 }).end('x')],
  ['reason and object', (_req, res) => res.writeHead(200, 'Fine', { 'X-A': 'b' }).end('x')],
  ['undefined and object', (_req, res) => res.writeHead(200, undefined, { 'X-A': 'b' }).end('x')],
  ['a flat list', (_req, res) => res.writeHead(200, ['X-A', 'b', 'X-A', 'c', 'X-B', 'd']).end('x')],
  [
    'a list of pairs',
    (_req, res) =>
      res
        .writeHead(200, [
          ['X-A', 'b'],
          ['X-B', 'c'],
        ] as never)
        .end('x'),
  ],
  [
    'headers set before',
    (_req, res) => (res.setHeader('X-A', '1'), res.setHeader('X-B', ['2', '3']), res.writeHead(200, { 'x-a': '4' }).end('x')),
  ],
  ['flushed headers', (_req, res) => (res.setHeader('X-A', '1'), res.flushHeaders(), res.end('x'))],
  ['a callback for an encoding', (_req, res) => res.write('a', () => res.write('b', 'latin1', () => res.end(() => {})))],
  ['no content', (_req, res) => res.writeHead(204).end()],
  ['not modified', (_req, res) => res.writeHead(304, { ETag: '"x"' }).end()],
  ['early hints', (_req, res) => (res.writeEarlyHints({ link: '</a.css>; rel=preload' }), res.end('x'))],
  ['trailers', (_req, res) => (res.writeHead(200, { Trailer: 'X-T' }), res.write('x'), res.addTrailers({ 'X-T': 'y' }), res.end())],
  ['two ends', (_req, res) => (res.end('x'), res.end())],
]

describe('a response nobody objects to', () => {
  it.each(ways)('is byte for byte the same: %s', async (name, handler) => {
    const bare = await bytesOf(handler)
    expect(bare).toMatch(/^HTTP\/1\.1 \d/)
    expect(await bytesOf(handler, {})).toBe(bare)
    // Node throws at trailers without a body, guarded or not.
    if (name !== 'trailers') expect(await bytesOf(handler, {}, 'HEAD')).toBe(await bytesOf(handler, undefined, 'HEAD'))
  })

  it.each(ways)('is the same when the exchange takes its time: %s', async (_name, handler) => {
    // With a list Node keeps fields of one name apart where they stand; set one by one they stand together.
    const lines = (reply: string): string[] => reply.split('\r\n').sort()
    expect(lines(await bytesOf(handler, { slow: true }))).toEqual(lines(await bytesOf(handler)))
  })

  it('gets its methods back', async () => {
    const own: boolean[] = []
    const app = await serve((_req, res) => {
      own.push(res.write === Object.getPrototypeOf(res).write)
      res.write('a')
      own.push(res.write === Object.getPrototypeOf(res).write)
      res.end()
    }, {})
    await raw(app.url, get())
    expect(own).toEqual([false, true])
  })

  it('carries headers that guards add', async () => {
    const reply = await bytesOf((_req, res) => res.writeHead(200, { 'X-A': '1' }).end('x'), {
      respond: (head) => ({ passWith: { ...head, headers: [...head.headers, ['x-added', 'yes']] } }),
    })
    expect(reply).toContain('X-A: 1\r\nx-added: yes\r\n')
  })
})

describe.each([false, true])('a transformed stream, asynchronously: %s', (slow) => {
  it('sends the head with the first chunk and every chunk as it comes', async () => {
    const reply = await bytesOf((_req, res) => (res.writeHead(200, { 'Content-Length': 2 }), res.write('a'), res.end('b')), {
      respond: shout,
      slow,
    })
    expect(reply).toContain('Transfer-Encoding: chunked')
    expect(bodyOf(reply)).toBe('1\r\nA\r\n2\r\nB!\r\n0\r\n\r\n')
  })

  it('keeps the order of writes when pushes take their time', async () => {
    const respond = (head: ResponseHead): Answer => ({
      kind: 'stream',
      head,
      push: (chunk) => new Promise((resolve) => setTimeout(() => resolve(upper(chunk)), chunk.length * 3)),
      end: () => undefined,
    })
    const called: string[] = []
    const reply = await bytesOf(
      (_req, res) => {
        res.write('aaa', () => called.push('a'))
        res.write('b', () => called.push('b'))
        res.end('cc', () => called.push('end'))
      },
      { respond, slow },
    )
    expect(bodyOf(reply)).toBe('3\r\nAAA\r\n1\r\nB\r\n2\r\nCC\r\n0\r\n\r\n')
    expect(called).toEqual(['a', 'b', 'end'])
  })

  it('tells a writer to wait, and when to go on', async () => {
    const app = await serve(
      async (_req, res) => {
        const chunk = Buffer.alloc(64 * 1024, 'a')
        await pipeline(
          Readable.from(
            (function* () {
              for (let i = 0; i < 200; i++) yield chunk
            })(),
          ),
          res,
        )
      },
      { respond: shout, slow },
    )
    const text = await (await fetch(app.url)).text()
    expect([text.length, text.slice(-2)]).toEqual([200 * 64 * 1024 + 1, 'A!'])
  })

  it('ends where the transform says so, whatever the handler still writes', async () => {
    const respond = (head: ResponseHead): Answer => ({
      kind: 'stream',
      head,
      push: () => ({ last: encoder.encode('stop') }),
      end: () => undefined,
    })
    const reply = await bytesOf(
      async (_req, res) => {
        res.write('a')
        await new Promise((resolve) => setTimeout(resolve, 20))
        res.write('more')
        res.end('and more')
      },
      { respond, slow },
    )
    expect(bodyOf(reply)).toBe('4\r\nstop\r\n0\r\n\r\n')
  })

  it('lets the client have the head although its text is held back', async () => {
    const respond = (head: ResponseHead): Answer => ({ kind: 'stream', head, push: () => undefined, end: () => encoder.encode('late') })
    const app = await serve((_req, res) => void res.write('a'), { respond, slow })
    const reply = await raw(app.url, get(), '\r\n\r\n')
    expect(reply).toMatch(/^HTTP\/1\.1 200/)
  })
})

describe('a stream that gathers', () => {
  const pushed: string[] = []
  const gather = (head: ResponseHead): Answer => ({
    ...(shout(head) as BodyTransform),
    gathers: true,
    push(chunk) {
      pushed.push(Buffer.from(chunk as string).toString())
      return upper(chunk)
    },
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const streamed = async (handler: Handler, slow = false) => {
    pushed.length = 0
    return bodyOf(await bytesOf(handler, { respond: gather, slow }))
  }

  it('is pushed what was written in one turn as one text, and before the next turn', async () => {
    const body = await streamed(async (_req, res) => {
      res.write('a')
      res.write('b')
      res.write('c')
      pushed.push('written')
      await turn()
      res.write('d')
      process.nextTick(() => res.write('e'))
      pushed.push('written')
      await turn()
      res.end('f')
    })
    expect(pushed).toEqual(['written', 'abc', 'written', 'd', 'e', 'f'])
    expect(body).toBe('3\r\nABC\r\n1\r\nD\r\n1\r\nE\r\n2\r\nF!\r\n0\r\n\r\n')
  })

  it.each([false, true])('keeps the order of texts, bytes, those with a callback and the end, asynchronously: %s', async (slow) => {
    const called: string[] = []
    await streamed((_req, res) => {
      for (const text of ['a', 'b', 'c']) res.write(text)
      res.write(Buffer.from('d'))
      for (const text of ['e', 'f']) res.write(text)
      res.write('g', () => called.push('g'))
      for (const text of ['h', 'i']) res.write(text)
      res.end('j')
    }, slow)
    expect(pushed.join('')).toBe('abcdefghij')
    expect(called).toEqual(['g'])
  })

  it('tells a writer to wait, and when to go on', async () => {
    let longest = 0
    let waits = 0
    const app = await serve(
      (_req, res) => {
        let left = 20_000
        const more = (): void => {
          for (let written = 0; left > 0; written += 100) {
            left--
            longest = Math.max(longest, written)
            if (res.write('x'.repeat(100))) continue
            waits++
            return void res.once('drain', more)
          }
          res.end()
        }
        more()
      },
      { respond: gather },
    )
    pushed.length = 0
    expect((await (await fetch(app.url)).text()).length).toBe(2_000_001)
    expect(waits).toBeGreaterThan(5)
    expect(longest).toBeLessThan(512 * 1024)
    expect(Math.max(...pushed.map((text) => text.length))).toBeLessThan(32 * 1024)
  })

  it('waits for nobody where a flush may follow each write', async () => {
    const app = express()
    app.use(compression({ threshold: 0, filter: () => true }), safeMcp(scripted({ respond: gather })))
    let go: () => void = () => undefined
    app.get('/', async (_req, res) => {
      res.write('a')
      res.write('b')
      res.write('c')
      ;(res as unknown as { flush(): void }).flush()
      await new Promise<void>((resolve) => (go = resolve))
      res.end()
    })
    const one = await listen(app)
    running.push(one)
    const reader = ((await fetch(one.url)).body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    while (text.length < 3) text += new TextDecoder().decode((await reader.read()).value)
    expect(text).toBe('ABC')
    go()
  })

  it('that fails when the turn is over ends the connection, not the process', async () => {
    const respond = (head: ResponseHead): Answer => ({
      kind: 'stream',
      head,
      gathers: true,
      push(chunk) {
        if (chunk === 'ab') throw new Error('no')
        return chunk
      },
      end: () => undefined,
    })
    const app = await serve((_req, res) => void (res.write('a'), res.write('b')), { respond })
    await expect(fetch(app.url).then((res) => res.text())).rejects.toThrow()
  })

  it('drops what was gathered with the connection', async () => {
    await streamed((_req, res) => {
      res.write('a')
      res.write('b')
      res.destroy()
    })
    await turn()
    expect(pushed).toEqual([])
  })
})

describe.each([false, true])('a held response, asynchronously: %s', (slow) => {
  it('goes out whole, with its length', async () => {
    const reply = await bytesOf((_req, res) => (res.writeHead(200, { 'Content-Length': 3, 'X-A': '1' }), res.write('a'), res.end('bc')), {
      respond: hold,
      slow,
    })
    expect(reply).toContain('Content-Length: 3\r\n')
    expect(bodyOf(reply)).toBe('ABC')
  })

  it('calls back, so that a writer who waits goes on', async () => {
    const reply = await bytesOf(
      async (_req, res) => {
        await new Promise((resolve) => res.write('a', resolve))
        await new Promise<void>((resolve) => void res.end('b', () => resolve()))
      },
      { respond: hold, slow },
    )
    expect(bodyOf(reply)).toBe('AB')
  })

  it('takes a copy of a buffer that its writer uses again', async () => {
    const reply = await bytesOf(
      async (_req, res) => {
        const buffer = Buffer.from('a')
        await new Promise((resolve) => res.write(buffer, resolve))
        buffer.fill('z')
        res.end()
      },
      { respond: hold, slow },
    )
    expect(bodyOf(reply)).toBe('A')
  })

  it('can be replaced as a whole', async () => {
    const respond = (head: ResponseHead): Answer => ({
      kind: 'whole',
      head,
      push: () => undefined,
      end: () => ({ reply: { status: 502, headers: [['content-type', 'text/plain']], body: 'no' } }),
    })
    const reply = await bytesOf((_req, res) => res.writeHead(200, 'Fine', { ETag: '"x"', 'X-Own': '1', 'Content-Length': 1 }).end('a'), {
      respond,
      slow,
    })
    expect(reply).toBe('HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
  })

  it('is a response that an error handler may still replace', async () => {
    const sent: boolean[] = []
    const app = express()
    app.use(safeMcp(scripted({ respond: hold, slow })))
    app.get('/', (_req, res) => {
      res.type('json').write('{"half":')
      sent.push(res.headersSent)
      throw new Error('handler failed')
    })
    app.use((_error: unknown, _req: unknown, res: express.Response, _next: unknown) => void res.status(500).json({ error: 'sorry' }))
    const one = await listen(app)
    running.push(one)
    const res = await fetch(one.url)
    expect([sent, res.status, await res.text()]).toEqual([[false], 500, '{"ERROR":"SORRY"}'])
  })

  it('starts over with a second writeHead', async () => {
    const reply = await bytesOf((_req, res) => (res.writeHead(200), res.write('old'), res.writeHead(500), res.end('new')), {
      respond: hold,
      slow,
    })
    expect([reply.slice(9, 12), bodyOf(reply)]).toEqual(['500', 'NEW'])
  })

  it('takes a second end for what it is', async () => {
    const errors: unknown[] = []
    const reply = await bytesOf(
      (_req, res) => {
        res.end('a')
        res.end()
        res.on('error', (error) => errors.push(error))
        res.write('b', (error) => errors.push(error))
        res.end('c')
      },
      { respond: hold, slow },
    )
    expect(bodyOf(reply)).toBe('A')
    expect(errors.map((error) => (error as { code: string }).code)).toContain('ERR_STREAM_WRITE_AFTER_END')
  })

  it('looks sent once its handler has ended it', async () => {
    const looks: boolean[] = []
    const reply = await bytesOf(
      (_req, res) => {
        res.end('a')
        looks.push(res.headersSent, res.writableEnded)
      },
      { respond: hold, slow },
    )
    expect([looks, bodyOf(reply)]).toEqual([[true, true], 'A'])
  })

  it('is let go when the client leaves', async () => {
    const app = await serve((_req, res) => void res.write('a'), { respond: hold, slow })
    await raw(app.url, (socket) => {
      socket.write(get())
      setTimeout(() => socket.destroy(), 30)
    })
    await eventually(() => app.source?.log.at(-1) === 'close aborted')
    expect(app.source?.signals[0]?.aborted).toBe(true)
  })
})

describe('a response without a body', () => {
  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('takes the head of the transform and no more: %s %i', async (method, status) => {
    const reply = await bytesOf((_req, res) => res.writeHead(status, { 'X-A': '1' }).end(), { respond: hold }, method)
    expect([reply.slice(9, 12), bodyOf(reply)]).toEqual([String(status), ''])
  })
})

describe('a refusal', () => {
  it('keeps what middleware further out has set', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.set({ 'Access-Control-Allow-Origin': '*', 'Content-Security-Policy': 'x', 'Content-Type': 'text/html' })
      next()
    })
    app.use(safeMcp(scripted({ begin: { status: 403, headers: [['content-type', 'application/problem+json']], body: '{}' } })))
    const one = await listen(app)
    running.push(one)
    const { headers } = await fetch(one.url)
    expect([headers.get('access-control-allow-origin'), headers.get('content-security-policy'), headers.get('content-type')]).toEqual([
      '*',
      'x',
      'application/problem+json',
    ])
  })
})

describe('with compression', () => {
  const long = 'word '.repeat(1000)
  const run = async (order: 'before' | 'after'): Promise<{ coding: string | null; text: string }> => {
    const app = express()
    const guard = safeMcp(scripted({ respond: hold }))
    app.use(...(order === 'before' ? [compression(), guard] : [guard, compression()]))
    app.get('/', (_req, res) => void res.type('text').send(long))
    const one = await listen(app)
    running.push(one)
    const res = await fetch(one.url)
    return { coding: res.headers.get('content-encoding'), text: await res.text().catch(() => 'unreadable') }
  }

  it('mounted further out, sees plain text and compresses what it became', async () => {
    expect(await run('before')).toEqual({ coding: 'gzip', text: long.toUpperCase() })
  })

  it('mounted further in, is asked about once', async () => {
    const heads: number[] = []
    const app = express()
    app.use(safeMcp(scripted({ respond: (head) => (heads.push(head.status), hold(head)) })), compression())
    app.get('/', (_req, res) => {
      res.type('text')
      res.write(long)
      res.write(long)
      res.end()
    })
    const one = await listen(app)
    running.push(one)
    const res = await fetch(one.url, { headers: { 'accept-encoding': 'identity' } })
    expect([heads, await res.text()]).toEqual([[200], (long + long).toUpperCase()])
  })
})
