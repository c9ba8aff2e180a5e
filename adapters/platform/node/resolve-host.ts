import { lookup } from 'node:dns/promises'

/**
 * Addresses of a host name, for webhooks that must not reach inner networks: `webhookSink({ url, resolve: resolveHost })`.
 *
 * The name is looked up again by the connection itself, so a name server that answers differently each time is not caught by this alone.
 */
export async function resolveHost(host: string): Promise<readonly string[]> {
  const name = host.startsWith('[') ? host.slice(1, -1) : host
  return (await lookup(name, { all: true })).map((entry) => entry.address)
}
