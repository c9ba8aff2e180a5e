import { connect, createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { defineGuard, deny, rewrite } from 'safe-mcp'
import { safeMcp } from 'safe-mcp/koa'
import { afterEach, describe, expect, it } from 'vitest'
import { readAll } from '../../harness/node-http.ts'

const servers: Http2Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const change = defineGuard({
  name: 'change',
  needs: { body: true, replies: true },
  onMessage(message) {
    if (message.text.includes('worse')) return deny('input_blocked')
    return message.text.includes('bad') ? rewrite({ word: 'good' }) : undefined
  },
  onReply: (message) => (message.text.includes('secret') ? rewrite(JSON.parse(message.text.replaceAll('secret', '***'))) : undefined),
})

async function ask(body: string | undefined): Promise<{ status: number; text: string }> {
  const app = new Koa()
  app.use(safeMcp({ guards: [change], audit: false }))
  app.use(async (ctx) => {
    ctx.body = { got: (await readAll(ctx.req)).toString(), word: 'secret', path: ctx.path }
  })
  const server = createServer(app.callback())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const request = client.request({
      ':path': '/a?b',
      ':method': body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    })
    request.end(body)
    const status = await new Promise<number>((resolve) => request.on('response', (headers) => resolve(Number(headers[':status']))))
    return { status, text: (await request.setEncoding('utf8').toArray()).join('') }
  } finally {
    client.close()
  }
}

describe('HTTP/2', () => {
  it('reads, rewrites and redacts as HTTP/1 does', async () => {
    expect(await ask('{"word":"bad"}')).toEqual({ status: 200, text: '{"got":"{\\"word\\":\\"good\\"}","word":"***","path":"/a"}' })
    expect(await ask('{"word":"fine"}')).toEqual({ status: 200, text: '{"got":"{\\"word\\":\\"fine\\"}","word":"***","path":"/a"}' })
    expect(await ask(undefined)).toEqual({ status: 200, text: '{"got":"","word":"***","path":"/a"}' })
  })

  it('refuses', async () => {
    expect((await ask('{"word":"worse"}')).status).toBe(403)
  })
})
