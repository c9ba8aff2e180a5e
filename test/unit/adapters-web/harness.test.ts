import { connect } from 'node:net'
import { defineGuard, deny, rewrite } from 'safe-mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { createSafeMcp } from '../../../src/safe-mcp.ts'
import { fetchHandler } from '../../harness/fetch.ts'
import { hono } from '../../harness/hono.ts'
import { honoNode } from '../../harness/hono-node.ts'
import type { RunningApp, TestApp } from '../../harness/types.ts'

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
})

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const redact = defineGuard({
  name: 'redact',
  needs: { replies: true },
  onReply: (message) => (message.text.includes('secret') ? rewrite(JSON.parse(message.text.replaceAll('secret', '***'))) : undefined),
  onText: () => ({ push: (text) => text.replaceAll('secret', '***'), end: () => '' }),
})

describe.each([hono, honoNode, fetchHandler])('$name', (harness) => {
  const start = async (app: TestApp): Promise<RunningApp> => {
    const one = await harness.start(app)
    running.push(one)
    return one
  }

  it('leaves bytes alone in both directions under the defaults', async () => {
    const app = await start({
      options: createSafeMcp(),
      routes: [{ path: '/echo', handler: async (ctx) => ({ headers: { 'content-type': 'application/json' }, body: await ctx.bytes() }) }],
    })
    const text = '{ "a":1.0 , "b" : "\\u00e9" }\n'
    const res = await app.fetch('/echo', { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
    expect([res.status, await res.text()]).toEqual([200, text])
  })

  it('rewrites what a guard rewrites, in both directions', async () => {
    const upper = defineGuard({
      name: 'upper',
      needs: { body: 'optional' } as never,
      onMessage: (message) => rewrite({ was: message.value }),
    })
    const app = await start({
      options: createSafeMcp({ guards: [redact] }),
      routes: [{ path: '/x', guards: [upper], handler: async (ctx) => ({ json: { got: await ctx.json(), word: 'secret' } }) }],
    })
    const res = await app.fetch('/x', json({ n: 1 }))
    expect(await res.json()).toEqual({ got: { was: { n: 1 } }, word: '***' })
  })

  it('redacts plain text and keeps its length true', async () => {
    const app = await start({
      options: createSafeMcp({ guards: [redact] }),
      routes: [{ path: '/x', handler: () => ({ headers: { 'content-type': 'text/plain' }, body: 'a secret' }) }],
    })
    const res = await app.fetch('/x')
    expect([await res.text(), [null, '5']]).toEqual(['a ***', expect.arrayContaining([res.headers.get('content-length')])])
  })

  it('refuses before the handler runs', async () => {
    let ran = false
    const no = defineGuard({ name: 'no', onRequest: () => deny('tool_denied') })
    const app = await start({
      options: createSafeMcp(),
      routes: [
        {
          path: '/x',
          guards: [no],
          handler: () => {
            ran = true
            return {}
          },
        },
      ],
    })
    const res = await app.fetch('/x', json({}))
    expect([res.status, res.headers.get('content-type'), ran]).toEqual([403, 'application/problem+json', false])
  })
})

describe.each([honoNode, fetchHandler])('$name over a socket', (harness) => {
  it('sees a repeated Host field', async () => {
    let hosts: readonly string[] = []
    const look = defineGuard({ name: 'look', onRequest: (ctx) => void (hosts = ctx.request.headers.all('x-twice')) })
    const app = await harness.start({
      options: createSafeMcp({ guards: [look] }),
      routes: [{ path: '/', handler: () => ({ body: 'ok' }) }],
    })
    running.push(app)
    await raw(app.url, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twice: a\r\nx-twice: b\r\nConnection: close\r\n\r\n')
    expect(hosts).toEqual(['a', 'b'])
  })

  it('answers 413 to a chunked body over the limit while it is still coming', async () => {
    let ran = false
    const app = await harness.start({
      options: createSafeMcp({ limits: { maxBytes: 1000 } }),
      routes: [
        {
          path: '/',
          handler: () => {
            ran = true
            return {}
          },
        },
      ],
    })
    running.push(app)
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
    const answer = await raw(
      app.url,
      `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    )
    expect([answer.slice(0, 12), ran]).toEqual(['HTTP/1.1 413', false])
  })

  it('survives a client that stops half-way, without running the handler', async () => {
    let ran = false
    const app = await harness.start({
      options: createSafeMcp(),
      routes: [
        {
          path: '/',
          handler: () => {
            ran = true
            return { body: 'ok' }
          },
        },
      ],
    })
    running.push(app)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":')
        setTimeout(() => {
          socket.destroy()
          return resolve()
        }, 30)
      })
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([ran, (await app.fetch('/')).status]).toEqual([false, 200])
  })
})

async function raw(url: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request))
    socket.setTimeout(3000, () => socket.destroy())
    socket.on('data', (chunk) => {
      answer += chunk
      if (answer.includes('\r\n\r\n')) setTimeout(() => socket.destroy(), 20)
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}
