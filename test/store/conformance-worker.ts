/** Runs the cases of the Store suite inside a Worker, against the binding it was given. `/` lists them, `/N` runs one. */
import { storeConformance } from 'safe-mcp/testing'
import { type DurableObjectNamespaceLike, durableObjectStore, type KvNamespaceLike, kvStore } from 'safe-mcp/workers'

export { SafeMcpStore } from 'safe-mcp/workers'

interface Env {
  readonly STORE: DurableObjectNamespaceLike | KvNamespaceLike
}

export default {
  async fetch(request: Request, { STORE }: Env): Promise<Response> {
    const cases =
      'idFromName' in STORE
        ? storeConformance({ store: () => durableObjectStore(STORE, { shards: 4, timeoutMs: 5000 }) })
        : storeConformance({ store: () => kvStore(STORE), atomic: false })
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
