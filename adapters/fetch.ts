import type { ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import type { AuthInfo } from '../src/core/principal.ts'
import { createRouteGuards } from '../src/safe-mcp.ts'
import type { SafeMcpView } from './view.ts'
import { FetchHost, withMcpOptions } from './web/fetch-host.ts'
import { type McpOptions, mcpOptionsOf } from './web/mcp-options.ts'
import { incomingOf } from './web/platform.ts'
import { replyResponse } from './web/response.ts'
import { checkGuards, missingCall, mountedTwice, type SafeMcpFactory, type SafeMcpInput, sourcesOf } from './web/source.ts'
import { recall, remember, type WaitUntil, WebExchange } from './web.ts'

export type { SafeMcpView } from './view.ts'
export type { McpOptions } from './web/mcp-options.ts'
export type { SafeMcpFactory, SafeMcpInput } from './web/source.ts'

/** A request as handlers behind `safeMcp()` or `guard()` get it. */
export interface GuardedRequest extends Request {
  readonly safeMcp: SafeMcpView
  /** The verified caller as MCP SDKs want it, in the place where `mcp-handler` puts it too. */
  readonly auth?: AuthInfo
}

/** Any fetch handler; what the platform passes after the request (`env`, `ctx`, connection info) is passed through. */
export type FetchHandler<Rest extends any[] = any[]> = (request: GuardedRequest, ...rest: Rest) => Response | Promise<Response>

/** A handler object of the official MCP SDK (`createMcpHandler(factory)`), which wants the caller and the parsed body beside the request. */
export interface McpFetchHandler {
  fetch(request: Request, options?: McpOptions): Promise<Response>
}

/**
 * Guards a fetch handler: Cloudflare Workers, Deno, Bun, Next.js routes, anything from Request to Response.
 *
 * Takes options, a `createSafeMcp()`, or a factory from the second argument of the handler (`env`) to either, called once per
 * environment object. Give it the official SDK's handler *object* and the verified caller reaches the tools as `authInfo`.
 *
 * @throws SafeMcpConfigError for options nobody can mean, without a handler, and when wrapped twice.
 * @example export default { fetch: safeMcp({ mode: 'strict' }, createMcpHandler(buildServer)) }
 * @example Deno.serve(safeMcp({}, (request) => new Response(request.safeMcp.id)))
 */
export function safeMcp(
  options: SafeMcpInput | SafeMcpFactory,
  handler: McpFetchHandler,
): (request: Request, ...rest: any[]) => Promise<Response>
export function safeMcp<Rest extends any[]>(
  options: SafeMcpInput | SafeMcpFactory<Rest[0]>,
  handler: FetchHandler<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response>
export function safeMcp(options: SafeMcpInput | SafeMcpFactory, handler: FetchHandler | McpFetchHandler) {
  const call = callable(handler)
  if (options instanceof Request || call === undefined) throw missingCall('safeMcp', 'safeMcp(options, handler)')
  const sourceFor = sourcesOf(options)
  return async function safeMcp(request: Request, ...rest: any[]): Promise<Response> {
    if (exchangeOf(request, rest[0]) !== undefined) throw mountedTwice()
    return run(sourceFor(rest[0]), call, request, rest)
  }
}

/**
 * Refines one handler: `guard(bodyGuard(schema))(handler)`. Below `safeMcp()` it joins its exchange; alone it opens its own.
 *
 * @throws SafeMcpConfigError for what is not a guard.
 */
export function guard(...guards: readonly Guard[]) {
  checkGuards(guards)
  const alone = createRouteGuards(guards)
  return <Rest extends any[]>(handler: FetchHandler<Rest>): ((request: Request, ...rest: Rest) => Promise<Response>) => {
    const call: Call = (request, rest) => handler(request, ...(rest as Rest))
    return async function guarded(request, ...rest) {
      const exchange = exchangeOf(request, rest[0])
      if (exchange === undefined) return run(alone, call, request, rest)
      const host = new FetchHost(request, exchange)
      const reply = await exchange.join(host, guards)
      return reply === undefined ? handler(host.request as GuardedRequest, ...rest) : replyResponse(reply)
    }
  }
}

/**
 * The options to call the official SDK's handler with, where `safeMcp()` is not given the handler itself.
 *
 * @example safeMcp({}, (request, env) => mcp.fetch(request, mcpOptions(request)))
 */
export function mcpOptions(request: Request): McpOptions {
  const exchange = recall(request)
  return exchange === undefined ? {} : mcpOptionsOf(exchange.exchange)
}

type Call = (request: GuardedRequest, rest: readonly any[], exchange: WebExchange) => Response | Promise<Response>

function callable(handler: FetchHandler | McpFetchHandler | undefined): Call | undefined {
  if (typeof handler === 'function') return (request, rest, exchange) => handler(request, ...withMcpOptions(rest, exchange.exchange))
  if (typeof handler?.fetch === 'function') return (request, _rest, exchange) => handler.fetch(request, mcpOptionsOf(exchange.exchange))
  return undefined
}

async function run(source: ExchangeSource, call: Call, request: Request, rest: readonly any[]): Promise<Response> {
  const exchange = new WebExchange(source, request, rest[0], undefined, waitUntilOf(rest[1]))
  const host = new FetchHost(request, exchange)
  remember(exchange, request, incomingOf(rest[0]))
  try {
    const reply = await exchange.enter(host)
    const response =
      reply === undefined ? await exchange.handle(() => call(host.request as GuardedRequest, rest, exchange)) : replyResponse(reply)
    return await exchange.leave(response)
  } catch (error) {
    exchange.fail()
    throw error
  }
}

/** Cloudflare passes an execution context as the third argument. */
function waitUntilOf(ctx: unknown): WaitUntil | undefined {
  const found = typeof ctx === 'object' && ctx !== null ? (ctx as { waitUntil?: unknown }).waitUntil : undefined
  return typeof found === 'function' ? (work) => found.call(ctx, work) : undefined
}

function exchangeOf(request: Request, info: unknown): WebExchange | undefined {
  return recall(request, incomingOf(info))
}
