import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { RunningApp } from './types.ts'

/** Serves a fetch handler on a free loopback port. */
export async function listen(fetchHandler: (request: Request, env: any) => Response | Promise<Response>): Promise<RunningApp> {
  const server = await new Promise<ServerType>((resolve) => {
    const started: ServerType = serve({ fetch: fetchHandler, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    fetch: (path, init) => fetch(url + path, init),
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
