import type { Connection } from './facts.ts'

/** The members we look for in what platforms pass beside the request. All optional: this is duck typing, not a contract. */
interface PlatformInfo {
  /** @hono/node-server: the IncomingMessage. */
  incoming?: { rawHeaders?: unknown; socket?: { remoteAddress?: unknown; localAddress?: unknown; encrypted?: unknown } | null }
  /** Deno.serve. */
  remoteAddr?: { hostname?: unknown }
  /** Bun.serve passes its server; Hono on Bun may wrap it. */
  requestIP?: (request: Request) => { address?: unknown } | null
  server?: PlatformInfo
}

const unknown: Connection = {}

/** What Node, Deno, Bun or Cloudflare tell about the connection; `info` is what they pass beside the request. */
export function connectionOf(request: Request, info: unknown): Connection {
  if (typeof info === 'object' && info !== null) {
    const { incoming, remoteAddr, requestIP, server } = info as PlatformInfo
    if (incoming?.rawHeaders !== undefined && incoming.socket) {
      const { remoteAddress, localAddress, encrypted } = incoming.socket
      return {
        rawHeaders: incoming.rawHeaders as string[],
        // The URL of an absolute-form request names the scheme the client wrote there.
        scheme: encrypted === true ? 'https' : 'http',
        remoteAddress: text(remoteAddress),
        localAddress: text(localAddress),
      }
    }
    if (remoteAddr !== undefined) return fromPeer(text(remoteAddr.hostname))
    if (typeof requestIP === 'function') return fromPeer(text(requestIP.call(info, request)?.address))
    if (typeof server?.requestIP === 'function') return fromPeer(text(server.requestIP(request)?.address))
  }
  // Only Cloudflare hangs `cf` on a request, and there the edge sets this header whatever the client sent.
  if ('cf' in request && request.cf !== undefined) return { remoteAddress: request.headers.get('cf-connecting-ip') ?? undefined }
  return unknown
}

/** The message object of a Node server under this request: it lives exactly as long as the request does. */
export function incomingOf(info: unknown): object | undefined {
  const incoming = typeof info === 'object' && info !== null ? (info as PlatformInfo).incoming : undefined
  return typeof incoming === 'object' ? incoming : undefined
}

/** True for objects a platform makes anew for each request, which therefore cannot stand for an environment. */
export function isPerRequest(info: object): boolean {
  return 'incoming' in info || 'remoteAddr' in info
}

/** A peer on a loopback address reached us on one: that is all Deno and Bun let us know of our own side. */
function fromPeer(address: string | undefined): Connection {
  return { remoteAddress: address, localAddress: address !== undefined && isLoopback(address) ? address : undefined }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
