import type { Context, Input, MiddlewareHandler, Next } from 'hono'
import type { ExchangeSource } from '../src/core/exchange.ts'
import type { Guard } from '../src/core/guard.ts'
import type { AuthInfo } from '../src/core/principal.ts'
import { createRouteGuards } from '../src/safe-mcp.ts'
import type { SafeMcpView } from './view.ts'
import { HonoHost, put, send } from './web/hono-host.ts'
import { noteTexts } from './web/hono-texts.ts'
import { type McpOptions, mcpOptionsOf } from './web/mcp-options.ts'
import { incomingOf } from './web/platform.ts'
import { checkGuards, missingCall, mountedTwice, type SafeMcpFactory, type SafeMcpInput, sourcesOf } from './web/source.ts'
import { recall, remember, type WaitUntil, WebExchange } from './web.ts'

export type { SafeMcpView } from './view.ts'
export type { McpOptions } from './web/mcp-options.ts'
export type { SafeMcpFactory, SafeMcpInput } from './web/source.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** What safe-mcp knows of this request. Undefined where neither `safeMcp()` nor `guard()` is mounted. */
    safeMcp: SafeMcpView
    /** The verified caller as MCP SDKs want it; undefined when nobody was verified. See `mcpOptions`. */
    auth: AuthInfo | undefined
  }
}

/** What a list of guards makes of a route's input: the schema of a `bodyGuard` among them, for `c.req.valid('json')` and `hc`. */
export type GuardedInput<Guards extends readonly unknown[]> = Guards extends readonly [infer First, ...infer Rest]
  ? First extends { readonly types?: { readonly input: infer In; readonly output: infer Out } | undefined }
    ? unknown extends In
      ? GuardedInput<Rest>
      : { in: { json: In }; out: { json: Out } }
    : GuardedInput<Rest>
  : {}

/**
 * Guards every route mounted after it: MCP servers and plain endpoints alike.
 *
 * Takes options, a `createSafeMcp()`, or a factory from `c.env` to either, which is called once per environment object.
 * Handlers find the result at `c.get('safeMcp')` and `c.get('auth')`.
 *
 * @throws SafeMcpConfigError for options nobody can mean, when mounted without the call, and when mounted twice.
 * @example app.use(safeMcp())
 * @example app.use(safeMcp((env: Env) => ({ identity: { verifiers: [apiKey({ keys: env.KEYS })] } })))
 */
export function safeMcp(options: SafeMcpInput | SafeMcpFactory = {}): MiddlewareHandler {
  if (isMiddlewareCall(arguments)) throw missingCall('safeMcp', 'app.use(safeMcp())')
  const sourceFor = sourcesOf(options)
  return async function safeMcp(c, next) {
    if (exchangeOf(c) !== undefined) throw mountedTwice()
    await run(c, next, sourceFor(c.env))
  }
}

/**
 * Refines one route, joining the exchange an outer `safeMcp()` opened; without one, it opens its own.
 *
 * @throws SafeMcpConfigError for what is not a guard.
 * @example app.post('/chat', guard(bodyGuard(ChatBody)), (c) => c.json(reply(c.req.valid('json'))))
 */
export function guard<const Guards extends readonly Guard[]>(
  ...guards: Guards
): MiddlewareHandler<any, string, GuardedInput<Guards> & Input> {
  if (isMiddlewareCall(guards)) throw missingCall('guard', 'guard(inputGuard())')
  checkGuards(guards)
  const alone = createRouteGuards(guards)
  return async function guard(c, next) {
    const exchange = exchangeOf(c)
    if (exchange === undefined) return run(c, next, alone)
    const reply = await exchange.join(new HonoHost(c, exchange), guards)
    if (reply === undefined) await next()
    else send(c, reply)
  }
}

/**
 * The options to call the official SDK's handler with: the verified caller, and the parsed body so that it is not parsed twice.
 *
 * @example app.all('/mcp', (c) => mcp.fetch(c.req.raw, mcpOptions(c)))
 */
export function mcpOptions(c: Context): McpOptions {
  const exchange = exchangeOf(c)
  return exchange === undefined ? {} : mcpOptionsOf(exchange.exchange)
}

async function run(c: Context, next: Next, source: ExchangeSource): Promise<void> {
  const exchange = new WebExchange(source, c.req.raw, c.env, c.req.path, waitUntilOf(c))
  const incoming = incomingOf(c.env)
  remember(exchange, c, c.req.raw, incoming)
  // Over a Node server responses are lightweight: they can be looked into in any case.
  if (incoming === undefined) noteTexts(c)
  try {
    const reply = await exchange.enter(new HonoHost(c, exchange))
    if (reply === undefined) await exchange.handle(next)
    else send(c, reply)
    const before = c.res
    const after = await exchange.leave(before)
    if (after !== before) put(c, after)
  } catch (error) {
    exchange.fail()
    // What was held back must not be merged into the error page.
    if (c.finalized) put(c, undefined)
    throw error
  }
}

/** Only Cloudflare has an execution context, and asking elsewhere throws an error on every request: there, `navigator` says so. */
function waitUntilOf(c: Context): WaitUntil | undefined {
  if (!onCloudflare) return undefined
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return undefined // a request made in process
  }
}

const onCloudflare = globalThis.navigator?.userAgent === 'Cloudflare-Workers'

function exchangeOf(c: Context): WebExchange | undefined {
  return recall(c, c.req.raw, incomingOf(c.env))
}

function isMiddlewareCall(args: ArrayLike<unknown>): boolean {
  return args.length === 2 && typeof args[1] === 'function' && typeof args[0] === 'object' && args[0] !== null && 'req' in args[0]
}
