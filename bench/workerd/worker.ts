import { Hono } from 'hono'
import { safeMcp } from 'safe-mcp/hono'

/** One answer, with and without guards in front of it. */
const answer = (id: unknown): object => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text: 'three articles about the weather' }] },
})

function serve(app: Hono): Hono {
  return app.post('/mcp', async (c) => c.json(answer((await c.req.json<{ id: unknown }>()).id)))
}

const app = new Hono()
app.route('/bare', serve(new Hono()))
app.route('/guarded', serve(new Hono().use(safeMcp({ audit: false, monitor: false }))))

export default app
