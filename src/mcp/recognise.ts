import type { McpFacts } from '../core/context.ts'
import type { RequestFacts } from '../core/http.ts'
import { own } from '../lib/json-object.ts'
import { type Classified, classify, type RpcEntry, type RpcFault } from './json-rpc.ts'
import { ownerOf } from './owner.ts'
import { eraOf, eraOfMessage, isRevision, type ProtocolFacts, readProtocol } from './revisions.ts'

/** One message of a body, ready to be judged. */
export interface RecognisedMessage {
  readonly kind: 'request' | 'notification' | 'response'
  readonly id?: string | number | undefined
  readonly method?: string | undefined
  readonly tool?: string | undefined
  readonly value: unknown
}

/** What a parsed body is to us. */
export type Recognised =
  | { readonly mcp: false }
  | {
      readonly mcp: true
      readonly batch: boolean
      readonly messages: readonly RecognisedMessage[]
      /** Why it may not go on: it belongs to MCP and is no message anyone agrees on. */
      readonly fault: { readonly reason: RpcFault | 'not_a_message'; readonly id?: string | number | undefined } | undefined
      readonly protocol: ProtocolFacts | undefined
    }

/**
 * Decides by the body whether it is MCP. `byHead`: path or headers already said so. `answered`: a server answered MCP on this path
 * before, which makes vendor methods MCP too.
 */
export function recognise(
  value: unknown,
  seen: { readonly byHead: boolean; readonly answered: boolean; readonly version: ReturnType<typeof versionHeader> },
): Recognised {
  const found = classify(value)
  const owner = ownerOf(found)
  if (owner !== 'mcp' && !seen.byHead && !(owner === 'foreign' && seen.answered)) return { mcp: false }
  const batch = found.kind === 'batch'
  const broken = { mcp: true, batch, messages: [], protocol: undefined } as const
  if (found.kind === 'not-json-rpc') return { ...broken, fault: { reason: 'not_a_message' } }
  const entries = batch ? found.entries : [found]
  const messages: RecognisedMessage[] = []
  for (const entry of entries) {
    if (entry.kind === 'invalid') return { ...broken, fault: { reason: entry.fault, id: batch ? undefined : entry.id } }
    messages.push(toMessage(entry))
  }
  return { mcp: true, batch, messages, fault: undefined, protocol: readProtocol(found, seen.version) }
}

/** The facts guards see. Era and revision as the body says; the header speaks only where the body is silent. */
export function mcpFacts(request: RequestFacts, found: Recognised & { readonly mcp: true }): McpFacts {
  const first = found.messages[0]
  const { protocol } = found
  const byHead = headFacts(request)
  return {
    era: protocol === undefined ? byHead.era : protocol.ok ? protocol.era : eraOfFirst(found.messages),
    revision: (protocol?.ok === true ? protocol.revision : undefined) ?? byHead.revision,
    batch: found.batch,
    method: first?.method,
    tool: first?.tool,
    sessionId: byHead.sessionId,
    disagreement: protocol?.ok === false ? protocol : undefined,
  }
}

/** What the head alone says: enough to judge requests without a body. */
export function headFacts(request: RequestFacts): McpFacts {
  const version = request.headers.get('mcp-protocol-version')
  const revision = isRevision(version) ? version : undefined
  return {
    era: revision === undefined ? 'legacy' : eraOf(revision),
    revision,
    batch: false,
    sessionId: request.headers.get('mcp-session-id'),
  }
}

/** True when headers show the request to be MCP: an `Mcp-*` field, or a stream asked for (or a session ended) where MCP was answered before. */
export function looksLikeMcpHead(request: RequestFacts, answered: boolean): boolean {
  if (request.headers.hasPrefix('mcp-')) return true
  if (!answered) return false
  return request.method === 'GET' && request.headers.all('accept').some((accept) => accept.toLowerCase().includes('text/event-stream'))
}

/** `MCP-Protocol-Version`, which may appear once. */
export function versionHeader(request: RequestFacts): { readonly value: string } | 'conflict' | undefined {
  return request.headers.single('mcp-protocol-version')
}

/** The message in one JSON-RPC value, or undefined when it is none. For replies. */
export function recogniseReply(value: unknown): readonly RecognisedMessage[] | undefined {
  const found: Classified = classify(value)
  if (found.kind === 'not-json-rpc' || found.kind === 'invalid') return undefined
  const entries = found.kind === 'batch' ? found.entries : [found]
  return entries.every((entry) => entry.kind !== 'invalid')
    ? entries.map((entry) => toMessage(entry as Exclude<RpcEntry, { kind: 'invalid' }>))
    : undefined
}

function toMessage(entry: Exclude<RpcEntry, { kind: 'invalid' }>): RecognisedMessage {
  if (entry.kind === 'response') return { kind: 'response', id: entry.id, value: entry.value }
  const name = entry.method === 'tools/call' ? own(entry.params, 'name') : undefined
  return {
    kind: entry.kind,
    id: entry.kind === 'request' ? entry.id : undefined,
    method: entry.method,
    tool: typeof name === 'string' ? name : undefined,
    value: entry.value,
  }
}

function eraOfFirst(messages: readonly RecognisedMessage[]): 'legacy' | 'modern' {
  const first = messages[0]
  if (first === undefined) return 'legacy'
  const entry = classify(first.value)
  return entry.kind === 'batch' || entry.kind === 'not-json-rpc' ? 'legacy' : eraOfMessage(entry)
}
