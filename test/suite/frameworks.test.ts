import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Router from '@koa/router'
import compression from 'compression'
import express from 'express'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import Koa from 'koa'
import { bodyGuard, outputGuard, relax, toolGuard } from 'safe-mcp'
import { guard as expressGuard, safeMcp as expressSafeMcp } from 'safe-mcp/express'
import { guard as honoGuard, safeMcp as honoSafeMcp } from 'safe-mcp/hono'
import { guard as koaGuard, safeMcp as koaSafeMcp } from 'safe-mcp/koa'
import request from 'supertest'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { call, codeOf, jsonHeaders } from './support/mcp.ts'

const options = { audit: false } as const
const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-static-'))
writeFileSync(join(folder, 'page.html'), '<script>eval("1")</script> bob@example.com')
writeFileSync(join(folder, 'data.json'), `${JSON.stringify({ mail: 'bob@example.com', list: Array.from({ length: 5000 }, (_, i) => i) })}`)
afterAll(() => rmSync(folder, { recursive: true }))

const Chat = z.object({ message: z.string().max(20), times: z.coerce.number().default(1) })

describe('an Express app behind safeMcp()', () => {
  const app = express()
  app.use(compression({ threshold: 0 }))
  app.use(expressSafeMcp(options))
  app.use('/static', express.static(folder))
  app.use(express.json())
  app.use((req, res, next) => {
    // A session of the simplest kind.
    const sid = /sid=(\w+)/.exec(req.headers.cookie ?? '')?.[1] ?? 'new'
    res.setHeader('set-cookie', [`sid=${sid}; HttpOnly`, 'theme=dark'])
    next()
  })
  app.post('/chat', expressGuard(bodyGuard(Chat)), (req, res) => void res.json({ typed: req.body, id: req.safeMcp?.id }))
  app.post('/open', expressGuard(relax({ output: false })), (_req, res) => void res.json({ key: ['AKIA', 'Z7QK3MWN5RTYBVCX'].join('') }))
  app.post('/guarded', expressGuard(outputGuard()), (_req, res) => void res.json({ mail: 'bob@example.com' }))
  app.get('/fail', (_req, _res, next) => next(Object.assign(new Error('no such thing'), { status: 418 })))
  app.get('/throw', async () => {
    throw Object.assign(new Error('late'), { status: 409 })
  })
  app.get('/half', (_req, res) => {
    res.write('half')
    throw new Error('too late')
  })
  const router = express.Router({ caseSensitive: false })
  router.post('/search', expressGuard(toolGuard('web_search')), (_req, res) => void res.json({ ran: true }))
  app.use('/tools', router)
  app.use((error: { status?: number; message: string }, _req: express.Request, res: express.Response, next: express.NextFunction) => {
    if (res.headersSent) next(error)
    else res.status(error.status ?? 500).json({ own: error.message })
  })

  it('serves files whole, in ranges and not at all when nothing changed', async () => {
    const page = await request(app).get('/static/page.html').expect(200)
    expect(page.text).toContain('<script>eval("1")</script> bob@example.com')
    const part = await request(app).get('/static/page.html').set('range', 'bytes=0-9').set('accept-encoding', 'identity').expect(206)
    expect(part.headers['content-range']).toMatch(/^bytes 0-9\//)
    await request(app)
      .get('/static/page.html')
      .set('if-none-match', page.headers['etag'] ?? '')
      .expect(304)
    const head = await request(app).head('/static/data.json').set('accept-encoding', 'identity').expect(200)
    expect(Number(head.headers['content-length'])).toBeGreaterThan(1000)
  })

  it('compresses what it guarded, when compression is mounted above', async () => {
    const response = await request(app).post('/guarded').set(jsonHeaders).send('{}').expect(200)
    expect(response.headers['content-encoding']).toBe('gzip')
    expect(response.body).toEqual({ mail: '[EMAIL_REDACTED]' })
  })

  it('gives handlers the typed body, and callers one fault per path', async () => {
    const good = await request(app).post('/chat').set(jsonHeaders).send('{"message":"hi","times":"3"}').expect(200)
    expect(good.body).toMatchObject({ typed: { message: 'hi', times: 3 }, id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const bad = await request(app).post('/chat').set(jsonHeaders).send('{"message":5}').expect(422)
    expect(bad.headers['content-type']).toBe('application/problem+json')
    expect(bad.body).toMatchObject({ code: 'schema_invalid', errors: [{ path: '/message' }] })
    await request(app).post('/chat').set('content-type', 'text/plain').send('hello').expect(415)
    await request(app).post('/chat').expect(422)
  })

  it('keeps its cookies on ordinary answers', async () => {
    const response = await request(app).post('/open').set('cookie', 'sid=abc').set(jsonHeaders).send('{}').expect(200)
    expect(response.headers['set-cookie']).toEqual(['sid=abc; HttpOnly', 'theme=dark'])
    expect(response.body.key).toMatch(/^AKIA/)
  })

  it('handles its own errors itself', async () => {
    expect((await request(app).get('/fail').expect(418)).body).toEqual({ own: 'no such thing' })
    expect((await request(app).get('/throw').expect(409)).body).toEqual({ own: 'late' })
    await expect(request(app).get('/half')).rejects.toThrow()
  })

  it.each(['/tools/search', '/TOOLS/Search', '/tools/search/', '//tools/search'])(
    'guards %s however it is spelt, or does not serve it',
    async (path) => {
      const response = await request(app).post(path).set(jsonHeaders).send('{}')
      expect([401, 404]).toContain(response.status)
      expect(response.body).not.toHaveProperty('ran')
    },
  )

  it('explains a forgotten call and a second mount', async () => {
    const forgotten = express().use(expressSafeMcp as never)
    const answer = await request(forgotten)
      .get('/')
      .catch((error: Error) => error)
    expect('status' in answer ? answer.status : 500).toBe(500)
    const twice = express()
      .use(expressSafeMcp(options))
      .use(expressSafeMcp(options))
      .use(
        (error: Error, _req: unknown, res: express.Response, _next: unknown) =>
          void res.status(500).json({ error: error.message, name: error.name }),
      )
    const second = await request(twice).get('/').expect(500)
    expect(second.body).toMatchObject({ name: 'SafeMcpConfigError' })
  })

  it('leaves WebSocket upgrades to whoever answers them', async () => {
    const server: Server = createServer(app)
    server.on('upgrade', (req, socket) => {
      const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const reply = await new Promise<string>((resolve) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      socket.write(
        'GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      )
      socket.once('data', (data) => resolve(String(data)))
    })
    server.close()
    expect(reply).toContain('101 Switching Protocols')
    expect(reply).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  })
})

describe('Host and Origin', () => {
  const app = express()
    .use(expressSafeMcp(options))
    .use(express.json())
    .all('/mcp', (_req, res) => void res.json({ ran: true }))
  const listed = express()
    .use(expressSafeMcp({ ...options, origin: { hosts: ['api.example.com'], origins: ['https://app.example.com'] } }))
    .all('/mcp', (_req, res) => void res.json({ ran: true }))

  it.each<[string, Record<string, string>, number]>([
    ['its own name', { host: 'localhost:3000' }, 200],
    ['its own address', { host: '127.0.0.1:3000' }, 200],
    ['a rebound name', { host: 'evil.test' }, 403],
    ['a name that resolves here', { host: '127.0.0.1.nip.io' }, 403],
    ['a host with a path', { host: '127.0.0.1/evil.test' }, 403],
    ['a host with a user', { host: 'x@127.0.0.1' }, 403],
    ['a public name behind a proxy', { host: 'api.example.com', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }, 200],
    [
      'a public name and its own origin behind a proxy',
      { host: 'api.example.com', 'x-forwarded-proto': 'https', origin: 'https://api.example.com' },
      200,
    ],
    ['its own origin', { host: 'localhost:3000', origin: 'http://localhost:3000' }, 200],
    ['another port', { host: 'localhost:3000', origin: 'http://localhost:4000' }, 403],
    ['another scheme', { host: 'api.example.com', 'x-forwarded-proto': 'https', origin: 'http://api.example.com' }, 403],
    ['a foreign origin', { host: 'localhost:3000', origin: 'https://evil.test' }, 403],
  ])('let a loopback server be called by %s or not', async (_name, headers, status) => {
    await request(app).post('/mcp').set(jsonHeaders).set(headers).send(call('x')).expect(status)
  })

  it.each<[string, Record<string, string>, number]>([
    ['a listed host', { host: 'api.example.com' }, 200],
    ['an unlisted host', { host: 'localhost' }, 403],
    ['a listed origin', { host: 'api.example.com', origin: 'https://app.example.com' }, 200],
    ['an unlisted origin', { host: 'api.example.com', origin: 'https://app.example.com.evil.test' }, 403],
    ['a listed origin on another port', { host: 'api.example.com', origin: 'https://app.example.com:444' }, 403],
  ])('hold a server to its lists: %s', async (_name, headers, status) => {
    await request(listed).get('/mcp').set(headers).expect(status)
  })
})

describe('a Koa app behind safeMcp()', () => {
  const app = new Koa()
  app.silent = true
  app.use(koaSafeMcp(options))
  const router = new Router()
  router.post('/chat', koaGuard(bodyGuard(Chat)), (ctx) => {
    ctx.body = { typed: ctx.request.body, id: ctx.state['safeMcp']?.id }
  })
  router.post('/guarded', koaGuard(outputGuard()), (ctx) => {
    ctx.body = { mail: 'bob@example.com' }
  })
  router.get('/throw', (ctx) => ctx.throw(409, 'own words'))
  router.post('/search', koaGuard(toolGuard('web_search')), (ctx) => {
    ctx.body = { ran: true }
  })
  app.use(router.routes())
  const server = app.callback()

  it('gives handlers the typed body, and callers one fault per path', async () => {
    const good = await request(server).post('/chat').set(jsonHeaders).send('{"message":"hi","times":"3"}').expect(200)
    expect(good.body).toMatchObject({ typed: { message: 'hi', times: 3 } })
    expect((await request(server).post('/chat').set(jsonHeaders).send('{"message":5}').expect(422)).body).toMatchObject({
      errors: [{ path: '/message' }],
    })
  })

  it('redacts on guarded routes, denies tools without identity, throws its own errors', async () => {
    expect((await request(server).post('/guarded').set(jsonHeaders).send('{}').expect(200)).body).toEqual({ mail: '[EMAIL_REDACTED]' })
    await request(server).post('/search').set(jsonHeaders).send('{}').expect(401)
    expect((await request(server).get('/throw').expect(409)).text).toBe('own words')
  })
})

describe('a Hono app behind safeMcp()', () => {
  const inner = new Hono().post('/search', honoGuard(toolGuard('web_search')), (c) => c.json({ ran: true }))
  const app = new Hono()
    .basePath('/api')
    .use(honoSafeMcp(options))
    .post('/chat', honoGuard(bodyGuard(Chat)), (c) => c.json({ typed: c.req.valid('json'), id: c.get('safeMcp').id }))
    .post('/guarded', honoGuard(outputGuard()), (c) => c.json({ mail: 'bob@example.com' }))
    .get('/throw', () => {
      throw new HTTPException(409, { message: 'own words' })
    })
    .get('/crash', () => {
      throw new Error('secret')
    })
    .route('/tools', inner)
  app.onError((error, c) => (error instanceof HTTPException ? c.text(error.message, error.status) : c.text('own page', 500)))
  const send = (path: string, body: string, headers = jsonHeaders) => app.request(`/api${path}`, { method: 'POST', body, headers })

  it('gives handlers the typed body, and callers one fault per path', async () => {
    expect(await (await send('/chat', '{"message":"hi","times":"3"}')).json()).toMatchObject({ typed: { message: 'hi', times: 3 } })
    const bad = await send('/chat', '{"message":5}')
    expect([bad.status, codeOf(await bad.json())]).toEqual([422, 'schema_invalid'])
  })

  it('redacts on guarded routes, denies tools without identity, handles its own errors', async () => {
    expect(await (await send('/guarded', '{}')).json()).toEqual({ mail: '[EMAIL_REDACTED]' })
    expect((await send('/tools/search', '{}')).status).toBe(401)
    const thrown = await app.request('/api/throw')
    expect([thrown.status, await thrown.text()]).toEqual([409, 'own words'])
    expect(await (await app.request('/api/crash')).text()).toBe('own page')
  })
})
