import type { Exchange } from '../../src/core/exchange.ts'
import type { AuthInfo } from '../../src/core/principal.ts'

/** The second argument of the official SDK's `handler.fetch(request, options)`. */
export interface McpOptions {
  /** The verified caller; absent when nobody was verified. */
  authInfo?: AuthInfo
  /** The body as the guards left it, so that it is not parsed twice; absent where it is not MCP. */
  parsedBody?: unknown
}

export function mcpOptionsOf({ context, body }: Exchange): McpOptions {
  return { ...(context.authInfo === undefined ? {} : { authInfo: context.authInfo }), ...(body.parsed ? { parsedBody: body.value } : {}) }
}
