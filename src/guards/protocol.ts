import { checkKeys, checkOneOf } from '../core/check-options.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { type JsonObject, own } from '../lib/json-object.ts'
import { isJsonType, parseMediaType } from '../lib/media-type.ts'
import { checkHeaders } from '../mcp/headers.ts'
import type { RpcRequest } from '../mcp/json-rpc.ts'
import { mayList } from '../mcp/list-shapes.ts'
import { isKnownMethod } from '../mcp/routes.ts'
import { createToolCatalogue, type ToolCatalogue } from '../mcp/tools-list.ts'

export interface ProtocolOptions {
  /** Methods no revision of MCP defines: `pass` (walked like all others, the default) or `deny`. */
  readonly unknownMethods?: 'pass' | 'deny' | undefined
}

const methods = new Set(['POST', 'GET', 'DELETE', 'OPTIONS', 'HEAD'])

/**
 * Holds MCP requests to what the specification demands of them before anybody acts on them: HTTP method and media type, the version
 * header against the body, mirrored headers (`Mcp-Method`, `Mcp-Name`, `Mcp-Param-*`) against the message, batches only where their
 * revision has them, session ids of visible ASCII. Plain routes are none of its business.
 */
export function protocolGuard(options: ProtocolOptions = {}, catalogue: ToolCatalogue = createToolCatalogue()): Guard {
  checkKeys(options, ['unknownMethods'], 'protocol')
  const unknownMethods = checkOneOf(options.unknownMethods, ['pass', 'deny'], 'protocol.unknownMethods', 'pass')

  return defineGuard({
    name: 'protocol',
    needs: { replies: true },
    onRequest: (ctx) => (ctx.mcp === undefined ? undefined : checkHead(ctx)),
    onMessage(message, ctx) {
      const { mcp, request } = ctx
      if (mcp === undefined || message.kind === 'plain') return undefined
      if (mcp.disagreement !== undefined)
        return deny(mcp.disagreement.code, { reason: mcp.disagreement.reason, data: mcp.disagreement.data })
      if (!isSessionId(request.headers.all('mcp-session-id'))) return deny('message_invalid', { reason: 'session id' })
      if (unknownMethods === 'deny' && message.method !== undefined && !isKnownMethod(message.method)) {
        return deny('tool_denied', { reason: 'unknown method', denyAs: 'protocol-error' })
      }
      if (mcp.era !== 'modern') return undefined
      if (message.kind === 'response') return deny('message_invalid', { reason: 'a posted response in the modern era' })
      const params = message.tool === undefined ? undefined : catalogue.headerParams(message.tool, ctx.principal?.id)
      const mirrored = checkHeaders(toRpc(message), request.headers, params)
      return mirrored.ok ? undefined : deny('header_mismatch', { reason: mirrored.reason })
    },
    glance: mayList,
    skims: true,
    // Before anybody filters or redacts the list: schemas as the server itself will check them.
    onReply(message, ctx) {
      if (ctx.mcp !== undefined && message.kind === 'response') catalogue.learn(message, ctx.principal?.id)
    },
  })
}

function checkHead({ request }: GuardContext): Verdict | undefined {
  if (!methods.has(request.method)) return deny('method_not_allowed', { headers: { allow: 'POST, GET, DELETE' } })
  if (!isSessionId(request.headers.all('mcp-session-id'))) return deny('message_invalid', { reason: 'session id' })
  if (request.method !== 'POST') return undefined
  const media = parseMediaType(request.headers.all('content-type'))
  return media.valid && isJsonType(media.essence) ? undefined : deny('media_type_unsupported')
}

/** At most one, of visible ASCII (0x21 to 0x7E), as the transport chapter says. */
function isSessionId(values: readonly string[]): boolean {
  if (values.length === 0) return true
  const id = values[0] as string
  if (values.length > 1 || id.length === 0 || id.length > 512) return false
  for (let i = 0; i < id.length; i++) if (id.charCodeAt(i) < 0x21 || id.charCodeAt(i) > 0x7e) return false
  return true
}

function toRpc(message: Message): RpcRequest {
  const params = own(message.value, 'params') as JsonObject | undefined
  return { kind: message.kind, method: message.method, params } as RpcRequest
}
