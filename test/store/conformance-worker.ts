/** Runs the cases of the Store suite inside a Worker, against a real Durable Object. `/` lists them, `/N` runs one. */
import { storeConformance } from 'safe-mcp/testing'
import { type DurableObjectNamespaceLike, durableObjectStore } from 'safe-mcp/workers'

export { SafeMcpStore } from 'safe-mcp/workers'

export default {
  async fetch(request: Request, env: { STORE: DurableObjectNamespaceLike }): Promise<Response> {
    const cases = storeConformance({ store: () => durableObjectStore(env.STORE, { shards: 4, timeoutMs: 5000 }) })
    const index = Number(new URL(request.url).pathname.slice(1))
    if (new URL(request.url).pathname === '/') return Response.json(cases.map((one) => one.name))
    try {
      await cases[index]?.run()
      return Response.json({ ok: true })
    } catch (error) {
      return Response.json({ ok: false, message: String(error) })
    }
  },
}
