import { describe, expect, it } from 'vitest'
import { express5 } from '../../harness/express.ts'
import { koa3 } from '../../harness/koa.ts'
import { call } from '../support/mcp.ts'
import { post, raw } from '../wire/raw.ts'
import { careless } from './servers.ts'

describe.each([express5, koa3])('an absolute target on $name', (harness) => {
  it.each([
    ['http://evil.test/mcp', '403'],
    ['http://127.0.0.1/mcp', '200'],
  ])('%s beside Host: 127.0.0.1 is answered %s', async (target, status) => {
    const app = await harness.start({ options: { audit: false }, routes: [{ path: '/mcp', handler: careless }] })
    try {
      expect((await raw(app.url, post(call('search'), {}, target))).split(' ')[1]).toBe(status)
    } finally {
      await app.close()
    }
  })
})
