import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Running {
  /** `http://127.0.0.1:1234` */
  readonly origin: string
  close(): Promise<void>
}

/** Waits until a server listens on a free loopback port. */
export async function running(listen: (port: number, hostname: string) => unknown, port = 0): Promise<Running> {
  const server = listen(port, '127.0.0.1') as Server
  if (!server.listening) await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
