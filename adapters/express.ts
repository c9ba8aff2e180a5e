import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Guard } from '../src/core/guard.ts'
import type { AuthInfo } from '../src/core/principal.ts'
import type { BodyGuard } from '../src/guards/body.ts'
import { isPromise, type MaybePromise } from '../src/lib/maybe-promise.ts'
import { createRouteGuards } from '../src/safe-mcp.ts'
import { checkGuards, missingCall, type SafeMcpInput, toSource } from './mount.ts'
import type { BodyHolder } from './node/request-body.ts'
import { enter, join, type NodeHost } from './node.ts'
import { nodeHash } from './platform/node/hash.ts'
import { type SafeMcpView, viewOf } from './view.ts'

export type { SafeMcpInput } from './mount.ts'
export type { SafeMcpView } from './view.ts'

declare global {
  namespace Express {
    interface Request {
      /** What safe-mcp knows of this request. */
      safeMcp?: SafeMcpView
      /** The verified caller as the MCP SDKs want it. */
      auth?: AuthInfo | undefined
    }
  }
}

type Next = (error?: unknown) => void

/** An Express handler that also serves a bare `http.createServer`: it gives back whether the request may go on. */
export interface NodeHandler<Body = any> {
  (req: IncomingMessage, res: ServerResponse, next?: Next): MaybePromise<boolean>
  // For Express, and without its types: so the handlers behind it keep what Express infers of path and query.
  (req: IncomingMessage & { body: Body }, res: ServerResponse, next: Next): void
}

/** What the schema of a `bodyGuard` among the guards makes of `req.body`; any without one. */
export type GuardedBody<Guards extends readonly unknown[]> = Guards extends readonly [infer First, ...infer Rest]
  ? First extends BodyGuard<infer _Input, infer Output>
    ? unknown extends Output
      ? GuardedBody<Rest>
      : Output
    : GuardedBody<Rest>
  : any

/**
 * Guards everything that is mounted after it. Handlers find the result at `req.safeMcp` and `req.auth`.
 *
 * @throws SafeMcpConfigError for options nobody can mean, when mounted without the call, and when mounted twice.
 * @example app.use(safeMcp())
 * @example http.createServer(async (req, res) => (await guarded(req, res)) && handle(req, res))
 */
export function safeMcp(options: SafeMcpInput = {}): NodeHandler {
  if (isHandlerCall(arguments)) throw missingCall('safeMcp', 'app.use(safeMcp())')
  const source = toSource(options, { sha256: nodeHash })
  return function safeMcp(req: IncomingMessage, res: ServerResponse, next?: Next) {
    return settle(enter(source, hostOf(req, res)), next)
  } as NodeHandler
}

/**
 * Refines one route, joining the exchange an outer `safeMcp()` opened; without one, it opens its own.
 *
 * @throws SafeMcpConfigError for what is not a guard.
 * @example app.post('/chat', guard(bodyGuard(ChatBody)), chat)
 */
export function guard<const Guards extends readonly Guard[]>(...guards: Guards): NodeHandler<GuardedBody<Guards>> {
  if (isHandlerCall(guards)) throw missingCall('guard', 'guard(inputGuard())')
  checkGuards(guards)
  const alone = createRouteGuards(guards)
  return function guard(req: IncomingMessage, res: ServerResponse, next?: Next) {
    const host = hostOf(req, res)
    return settle(join(guards, host) ?? enter(alone, host), next)
  } as NodeHandler<GuardedBody<Guards>>
}

function settle(admitted: MaybePromise<boolean>, next: Next | undefined): MaybePromise<boolean> {
  const go = (ok: boolean): boolean => {
    if (ok) next?.()
    return ok
  }
  if (!isPromise(admitted)) return go(admitted)
  // Two arguments: what the rest of the chain throws is not ours to report, least of all by calling it again.
  return admitted.then(go, (error) => {
    if (next === undefined) throw error
    next(error)
    return false
  })
}

type Incoming = IncomingMessage & BodyHolder & Partial<Express.Request> & { readonly originalUrl?: string }

function hostOf(req: Incoming, res: ServerResponse): NodeHost {
  return {
    req,
    res,
    target: req.originalUrl ?? req.url ?? '/',
    holders: [req],
    show(exchange) {
      req.safeMcp ??= viewOf(exchange)
      const { authInfo } = exchange.context
      if (authInfo !== undefined) req.auth = authInfo
    },
  }
}

function isHandlerCall(args: ArrayLike<unknown>): boolean {
  return args.length >= 2 && typeof args[0] === 'object' && args[0] !== null && 'httpVersion' in args[0]
}
