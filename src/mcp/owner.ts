import type { Classified } from './json-rpc.ts'
import { isMcpMethod, twinOfMethod } from './routes.ts'

/**
 * Whose body this is. `mcp`: a message, or an attempt at one, with a method of MCP, or a posted response.
 * `foreign`: JSON-RPC of another protocol. `plain`: not JSON-RPC at all.
 *
 * A batch is `mcp` as soon as one entry is: a call must not hide among foreign entries.
 */
export function ownerOf(body: Classified): 'mcp' | 'foreign' | 'plain' {
  if (body.kind === 'not-json-rpc') return 'plain'
  if (body.kind === 'batch') return body.entries.some((entry) => ownerOf(entry) === 'mcp') ? 'mcp' : 'foreign'
  if (body.kind === 'response') return 'mcp'
  const method = body.method
  if (method === undefined) return 'foreign'
  return isMcpMethod(method) || twinOfMethod(method) !== undefined ? 'mcp' : 'foreign'
}
