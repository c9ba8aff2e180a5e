import type { GuardContext } from '../../src/core/context.ts'
import type { Exchange } from '../../src/core/exchange.ts'
import type { HeaderPairs } from '../../src/core/http.ts'
import { peek } from './lightweight.ts'

interface Outgoing {
  writeHead: unknown
  write: unknown
  end: unknown
  flushHeaders: unknown
}

/**
 * Stops a handler on Node from writing to the response below the one it returns (`c.env.outgoing`, `RESPONSE_ALREADY_SENT`): nobody
 * could inspect what it writes. Where replies are not guarded it may. Call what is given back before the response is sent.
 */
export function holdOutgoing(info: unknown, { context }: Exchange): (() => void) | undefined {
  const outgoing = typeof info === 'object' && info !== null ? (info as { outgoing?: Outgoing }).outgoing : undefined
  if (typeof outgoing?.writeHead !== 'function' || !isInspected(context)) return undefined
  const { writeHead, write, end, flushHeaders } = outgoing
  outgoing.writeHead = outgoing.write = outgoing.end = outgoing.flushHeaders = refuse
  return () => {
    if (outgoing.writeHead === refuse) outgoing.writeHead = writeHead
    if (outgoing.write === refuse) outgoing.write = write
    if (outgoing.end === refuse) outgoing.end = end
    if (outgoing.flushHeaders === refuse) outgoing.flushHeaders = flushHeaders
  }
}

/** Stops a handler that returned early and means to write later: the sign `@hono/node-server` knows it by is on its response. */
export function refuseLateWrites(response: Response, { context }: Exchange): void {
  if (!isInspected(context)) return
  const { headers } = peek(response)
  if (headers === undefined ? response.headers.has(alreadySent) : named(headers, alreadySent)) refuse()
}

const alreadySent = 'x-hono-already-sent'

function named(headers: HeaderPairs, wanted: string): boolean {
  return headers.some(([name]) => name.length === wanted.length && name.toLowerCase() === wanted)
}

function isInspected({ guarded, mode }: GuardContext): boolean {
  return guarded && mode !== 'monitor'
}

function refuse(): never {
  throw new Error(
    'This handler writes to the Node response itself, past the guards of safe-mcp. Return a Response, or guard it with safe-mcp/express.',
  )
}
