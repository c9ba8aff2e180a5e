import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import type { Guard } from '../src/core/guard.ts'
import type { AuthInfo } from '../src/core/principal.ts'
import { createRouteGuards } from '../src/safe-mcp.ts'
import { checkGuards, missingCall, type SafeMcpInput, toSource } from './mount.ts'
import type { BodyHolder } from './node/request-body.ts'
import { enter, join, type NodeHost } from './node.ts'
import { nodeHash } from './platform/node/hash.ts'
import { type SafeMcpView, viewOf } from './view.ts'

export type { SafeMcpInput } from './mount.ts'
export type { SafeMcpView } from './view.ts'

declare module 'koa' {
  interface DefaultState {
    /** What safe-mcp knows of this request. */
    safeMcp?: SafeMcpView
    /** The verified caller as the MCP SDKs want it; also at `ctx.req.auth`, where they look. */
    auth?: AuthInfo | undefined
  }
}

/**
 * Guards everything that is mounted after it. Handlers find the result at `ctx.state.safeMcp` and `ctx.state.auth`.
 *
 * @throws SafeMcpConfigError for options nobody can mean, when mounted without the call, and when mounted twice.
 * @example app.use(safeMcp())
 */
export function safeMcp(options: SafeMcpInput = {}): Middleware {
  if (isMiddlewareCall(arguments)) throw missingCall('safeMcp', 'app.use(safeMcp())')
  const source = toSource(options, { sha256: nodeHash })
  return async function safeMcp(ctx, next) {
    if (await enter(source, hostOf(ctx))) await next()
    else ctx.respond = false
  }
}

/**
 * Refines one route, joining the exchange an outer `safeMcp()` opened; without one, it opens its own.
 *
 * @throws SafeMcpConfigError for what is not a guard.
 * @example router.post('/chat', guard(bodyGuard(ChatBody)), chat)
 */
export function guard(...guards: readonly Guard[]): Middleware {
  if (isMiddlewareCall(guards)) throw missingCall('guard', 'guard(inputGuard())')
  checkGuards(guards)
  const alone = createRouteGuards(guards)
  return async function guard(ctx, next) {
    const host = hostOf(ctx)
    if (await (join(guards, host) ?? enter(alone, host))) await next()
    else ctx.respond = false
  }
}

function hostOf(ctx: Context): NodeHost {
  const { req, res } = ctx
  return {
    req,
    res,
    target: ctx.originalUrl,
    holders: [ctx.request as BodyHolder, req as BodyHolder],
    show(exchange) {
      ctx.state.safeMcp ??= viewOf(exchange)
      const { authInfo } = exchange.context
      if (authInfo === undefined) return
      ctx.state.auth = authInfo
      ;(req as IncomingMessage & { auth?: AuthInfo }).auth = authInfo
    },
  }
}

function isMiddlewareCall(args: ArrayLike<unknown>): boolean {
  return args.length === 2 && typeof args[1] === 'function' && typeof args[0] === 'object' && args[0] !== null && 'req' in args[0]
}
