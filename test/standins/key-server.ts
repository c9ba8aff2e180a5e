import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the key server does to whoever asks. */
export type KeyServerMode =
  | 'good'
  | 'status-500'
  | 'status-404'
  | 'garbage'
  | 'html'
  | 'empty-set'
  | 'null'
  | 'redirect'
  | 'silent'
  | 'half'
  | 'endless'
  | 'reset'

export interface KeyServer {
  readonly url: string
  readonly jwksUrl: string
  /** Requests seen so far. */
  readonly requests: readonly string[]
  mode: KeyServerMode
  /** The set it serves. */
  keys: readonly object[]
  /** Where `redirect` points. */
  redirectTo: string
  close(): Promise<void>
}

/** A stand-in for an issuer's key server on this machine, with every fault a key server can have. */
export async function startKeyServer(keys: readonly object[] = []): Promise<KeyServer> {
  const requests: string[] = []
  const open = new Set<ServerResponse>()
  const server: Server = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`)
    open.add(res)
    res.on('close', () => open.delete(res))
    answer(state, res, req.url ?? '/')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: KeyServer = {
    url,
    jwksUrl: `${url}/jwks`,
    requests,
    mode: 'good',
    keys,
    redirectTo: `${url}/elsewhere`,
    async close() {
      for (const res of open) res.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return state
}

function answer(state: KeyServer, res: ServerResponse, path: string): void {
  const json = (value: unknown, status = 200) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  const set = { keys: state.keys }
  switch (state.mode) {
    case 'good':
      if (path.includes('/.well-known/')) return void json({ issuer: state.url, jwks_uri: state.jwksUrl })
      return void json(set)
    case 'status-500':
      return void json(set, 500)
    case 'status-404':
      return void json(set, 404)
    case 'garbage':
      return void res.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[')
    case 'html':
      return void res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
    case 'empty-set':
      return void json({ keys: [] })
    case 'null':
      return void json(null)
    case 'redirect':
      return void res.writeHead(302, { location: state.redirectTo }).end()
    case 'silent':
      return
    case 'half':
      return void res.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' }).write('{"keys":')
    case 'endless': {
      res.writeHead(200, { 'content-type': 'application/json' })
      const flood = () => {
        while (!res.destroyed && res.write(' '.repeat(65_536)));
      }
      res.on('drain', flood)
      flood()
      return
    }
    case 'reset':
      return void res.socket?.destroy()
  }
}
