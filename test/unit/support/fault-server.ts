import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One way of being a bad server. */
export type Fault = 'none' | 'error' | 'silent' | 'reset' | 'redirect' | 'endless' | 'slow-head'

/** A server that misbehaves as told, and remembers what it was sent. */
export async function faultServer() {
  const requests: { path: string; headers: IncomingMessage['headers']; body: string; fault: Fault }[] = []
  let faults: Fault[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const fault = faults.shift() ?? 'none'
    requests.push({ path: req.url ?? '', headers: req.headers, body, fault })
    misbehave(fault, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    /** What it does with the next requests; afterwards it is good. */
    next(...list: Fault[]) {
      faults = list
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function misbehave(fault: Fault, res: ServerResponse): void {
  switch (fault) {
    case 'none':
      res.end('ok')
      return
    case 'error':
      res.writeHead(503).end('later')
      return
    case 'reset':
      res.socket?.destroy()
      return
    case 'redirect':
      res.writeHead(307, { location: '/elsewhere' }).end()
      return
    case 'endless': {
      res.writeHead(200)
      const timer = setInterval(() => res.write('x'.repeat(65_536)), 1)
      res.on('close', () => clearInterval(timer))
      return
    }
    case 'slow-head':
      res.socket?.write('HTTP/1.1 2')
      return
    case 'silent':
      return
  }
}

/** What a receiver checks. */
export function standardWebhookSignature(secret: string, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
