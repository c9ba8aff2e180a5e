import { Hono } from 'hono'
import { hc, type InferRequestType } from 'hono/client'
import { bodyGuard, defineGuard } from 'safe-mcp'
import { guard, safeMcp } from 'safe-mcp/hono'
import { expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod/mini'

const Chat = z.object({ message: z.string(), turns: z._default(z.coerce.number(), 1) })
const other = defineGuard({ name: 'other' })

const app = new Hono()
  .use(safeMcp())
  .post('/chat', guard(other, bodyGuard(Chat)), (c) => {
    const chat = c.req.valid('json')
    expectTypeOf(chat).toEqualTypeOf<{ message: string; turns: number }>()
    expectTypeOf(c.get('safeMcp').id).toEqualTypeOf<string>()
    return c.json({ echoed: chat.message, turns: chat.turns })
  })
  .get('/plain', guard(other), (c) => {
    // @ts-expect-error no bodyGuard, so there is nothing to be valid
    c.req.valid('json')
    return c.text('plain')
  })

it('types c.req.valid from the schema of bodyGuard and fills it', async () => {
  const res = await app.request('/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'hi', turns: '2' }),
  })
  expect(await res.json()).toEqual({ echoed: 'hi', turns: 2 })
})

it('keeps the inference of the hc client', async () => {
  const client = hc<typeof app>('http://localhost', { fetch: app.request })
  expectTypeOf<InferRequestType<typeof client.chat.$post>['json']>().toHaveProperty('message').toEqualTypeOf<string>()
  const res = await client.chat.$post({ json: { message: 'hello', turns: 3 } })
  const answer = await res.json()
  expectTypeOf(answer).toEqualTypeOf<{ echoed: string; turns: number }>()
  expect(answer).toEqual({ echoed: 'hello', turns: 3 })
  // @ts-expect-error the client knows the schema
  const wrong = await client.chat.$post({ json: { massage: 'hello' } })
  expect(wrong.status).toBe(422)
})
