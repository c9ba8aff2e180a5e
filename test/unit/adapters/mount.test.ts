import { createServer, request } from 'node:http'
import express from 'express'
import Koa from 'koa'
import { createSafeMcp, defineGuard, SafeMcpConfigError } from 'safe-mcp'
import { guard, safeMcp } from 'safe-mcp/express'
import { safeMcp as forKoa, guard as koaGuard } from 'safe-mcp/koa'
import { afterEach, describe, expect, it } from 'vitest'
import { listen } from '../../harness/node-http.ts'
import type { RunningApp } from '../../harness/types.ts'
import { scripted } from '../adapters-web/scripted.ts'

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
})

async function errorOf(build: (app: express.Express) => void): Promise<unknown> {
  let seen: unknown
  const app = express()
  build(app)
  app.get('/', (_req, res) => void res.end('ran'))
  app.use((error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
    seen = error
    res.status(500).end()
  })
  const one = await listen(app)
  running.push(one)
  expect((await one.fetch('/')).status).toBe(500)
  return seen
}

async function koaErrorOf(build: (app: Koa) => void): Promise<unknown> {
  let seen: unknown
  const app = new Koa()
  app.on('error', (error) => {
    seen = error
  })
  build(app)
  app.use((ctx) => void (ctx.body = 'ran'))
  const one = await listen(app.callback())
  running.push(one)
  expect((await one.fetch('/')).status).toBe(500)
  return seen
}

describe('a mistake in mounting', () => {
  it('is explained when the call was forgotten', async () => {
    for (const error of [
      await errorOf((app) => app.use(safeMcp as never)),
      await koaErrorOf((app) => app.use(forKoa as never)),
      await errorOf((app) => app.use(guard as never)),
      await koaErrorOf((app) => app.use(koaGuard as never)),
    ]) {
      expect(error).toBeInstanceOf(SafeMcpConfigError)
      expect(error).toMatchObject({ code: 'missing_call' })
    }
  })

  it('is explained when it is mounted twice', async () => {
    expect(await errorOf((app) => app.use(safeMcp()).use(safeMcp()))).toMatchObject({ code: 'mounted_twice' })
    expect(await koaErrorOf((app) => app.use(forKoa()).use(forKoa()))).toMatchObject({ code: 'mounted_twice' })
  })

  it('is none when an app hands a request back to itself', async () => {
    const app = express().use(safeMcp())
    app.get('/old', (req, res, next) => {
      req.url = '/new'
      ;(app as unknown as express.RequestHandler)(req, res, next)
    })
    app.get('/new', (_req, res) => void res.end('new'))
    const one = await listen(app)
    running.push(one)
    expect(await (await one.fetch('/old')).text()).toBe('new')
  })

  it('throws at start-up for options and guards nobody can mean', () => {
    for (const make of [safeMcp, forKoa]) expect(() => make({ limit: true } as never)).toThrow(SafeMcpConfigError)
    for (const make of [guard, koaGuard]) {
      expect(() => make((() => {}) as never)).toThrow(/forget to call/)
      expect(() => make(undefined as never)).toThrow(SafeMcpConfigError)
    }
  })
})

describe('safeMcp', () => {
  it('takes options or what createSafeMcp made of them', async () => {
    const names: string[] = []
    const note = defineGuard({ name: 'note', onRequest: (ctx) => void names.push(ctx.request.path) })
    for (const options of [{ guards: [note] }, createSafeMcp({ guards: [note] })]) {
      const one = await listen(express().use(safeMcp(options)))
      running.push(one)
      await one.fetch('/a')
    }
    expect(names).toEqual(['/a', '/a'])
  })

  it('shows handlers who called and what was found', async () => {
    const authInfo = { token: 't', clientId: 'c', scopes: [] }
    const app = express().use(safeMcp(scripted({ authInfo })))
    app.get('/', (req, res) => void res.json([req.safeMcp?.id, req.auth]))
    const koa = new Koa()
    koa.use(forKoa(scripted({ authInfo })))
    koa.use((ctx) => void (ctx.body = [ctx.state.safeMcp?.id, ctx.state.auth, (ctx.req as { auth?: unknown }).auth]))
    for (const [listener, expected] of [
      [app, ['exchange-1', authInfo]],
      [koa.callback(), ['exchange-1', authInfo, authInfo]],
    ] as const) {
      const one = await listen(listener)
      running.push(one)
      expect(await (await one.fetch('/')).json()).toEqual(expected)
    }
  })

  it('calls next once on a bare server, and never again for what comes after', async () => {
    const guarded = safeMcp(scripted({ slow: true }))
    const calls: unknown[] = []
    const one = await listen((req, res) => {
      void guarded(req, res, (error) => {
        calls.push(error)
        res.end('ran')
        throw new Error('handler failed')
      })?.valueOf()
    })
    running.push(one)
    const failures: unknown[] = []
    const onRejection = (reason: unknown): void => void failures.push(reason)
    const before = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', onRejection)
    try {
      await (await one.fetch('/')).text()
      await new Promise((resolve) => setTimeout(resolve, 20))
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of before) process.on('unhandledRejection', listener)
    }
    expect([calls, (failures[0] as Error)?.message]).toEqual([[undefined], 'handler failed'])
  })

  it('leaves upgrades alone', async () => {
    const server = createServer(express().use(safeMcp()))
    server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const status = await new Promise((resolve) => {
      request({ port, host: '127.0.0.1', headers: { Connection: 'Upgrade', Upgrade: 'x' } })
        .on('upgrade', (res, socket) => {
          socket.destroy()
          resolve(res.statusCode)
        })
        .end()
    })
    server.closeAllConnections()
    server.close()
    expect(status).toBe(101)
  })
})
