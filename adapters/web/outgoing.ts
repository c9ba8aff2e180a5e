import type { GuardContext } from '../../src/core/context.ts'
import type { Exchange } from '../../src/core/exchange.ts'

type Method = 'writeHead' | 'write' | 'end' | 'flushHeaders'
type Outgoing = Record<Method, (...args: unknown[]) => unknown>

const methods: readonly Method[] = ['writeHead', 'write', 'end', 'flushHeaders']

const nothing = (): void => {}

/**
 * Stops a handler on Node from writing to the response below the one it returns (`c.env.outgoing`, `RESPONSE_ALREADY_SENT`): nobody
 * could inspect what it writes. Where replies are not guarded it may. Call what is given back before the response is sent.
 */
export function holdOutgoing(info: unknown, { context }: Exchange): () => void {
  const outgoing = typeof info === 'object' && info !== null ? (info as { outgoing?: Partial<Outgoing> }).outgoing : undefined
  if (!isInspected(context) || typeof outgoing?.writeHead !== 'function') return nothing
  const held = outgoing as Outgoing
  const own = methods.map((method) => held[method])
  for (const method of methods) held[method] = refuse
  return () => {
    methods.forEach((method, i) => {
      if (held[method] === refuse) held[method] = own[i] as Outgoing[Method]
    })
  }
}

/** Stops a handler that returned early and means to write later: the sign `@hono/node-server` knows it by is on its response. */
export function refuseLateWrites(response: Response, { context }: Exchange): void {
  if (response.headers.has('x-hono-already-sent') && isInspected(context)) refuse()
}

function isInspected({ guarded, mode }: GuardContext): boolean {
  return guarded && mode !== 'monitor'
}

function refuse(): never {
  throw new Error(
    'This handler writes to the Node response itself, past the guards of safe-mcp. Return a Response, or guard it with safe-mcp/express.',
  )
}
