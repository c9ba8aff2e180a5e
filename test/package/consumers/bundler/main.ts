import { Hono } from 'hono'
import { hc } from 'hono/client'
import { bodyGuard } from 'safe-mcp'
import { safeMcp as wrap } from 'safe-mcp/fetch'
import { guard, safeMcp } from 'safe-mcp/hono'
import * as z from 'zod'

const app = new Hono()
  .use(safeMcp())
  .post('/chat', guard(bodyGuard(z.object({ message: z.string() }))), (c) =>
    c.json({ echo: c.req.valid('json').message, id: c.get('safeMcp').id }),
  )

const client = hc<typeof app>('http://localhost')
export const ask = async (): Promise<string> => (await (await client.chat.$post({ json: { message: 'hi' } })).json()).echo
// @ts-expect-error the client knows the body's type
export const wrong = () => client.chat.$post({ json: { message: 1 } })

export default { fetch: wrap({ mode: 'strict' }, (request) => new Response(request.safeMcp.id)) }
