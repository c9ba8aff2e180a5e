import type { Exchange } from '../../src/core/exchange.ts'
import { viewOf } from '../view.ts'
import { remember, type WebExchange, type WebHost } from '../web.ts'
import { mcpOptionsOf } from './mcp-options.ts'
import { isPerRequest } from './platform.ts'

/** A bare request: the results hang on the request itself, as `mcp-handler` hangs `auth` there. */
export class FetchHost implements WebHost {
  request: Request
  readonly #exchange: WebExchange

  constructor(request: Request, exchange: WebExchange) {
    this.request = request
    this.#exchange = exchange
  }

  taken(): undefined {
    return undefined
  }

  replace(request: Request): void {
    this.request = request
    remember(this.#exchange, request)
  }

  expose(exchange: Exchange): void {
    const { authInfo } = exchange.context
    hang(this.request, 'safeMcp', viewOf(exchange))
    if (authInfo !== undefined) hang(this.request, 'auth', authInfo)
  }
}

function hang(request: Request, key: string, value: unknown): void {
  Object.defineProperty(request, key, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * The arguments after the request, as they came. Where the platform passes none, or one it made for this request alone
 * (`@hono/node-server`, Deno), the SDK's options ride along, so that a bare `mcp.fetch` works; an `env` is never touched.
 */
export function withMcpOptions(rest: readonly any[], exchange: Exchange): readonly any[] {
  if (rest.length === 0) return [mcpOptionsOf(exchange)]
  const info: unknown = rest[0]
  if (typeof info === 'object' && info !== null && isPerRequest(info) && Object.isExtensible(info))
    Object.assign(info, mcpOptionsOf(exchange))
  return rest
}
