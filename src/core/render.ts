import { errorMessage } from '../mcp/json-rpc.ts'
import { codeFacts, type DenialClass, type DenialCode } from './codes.ts'
import type { McpFacts } from './context.ts'
import type { Reply } from './http.ts'
import type { Denial } from './verdict.ts'

/** What a refusal answers. */
export interface RefusedMessage {
  readonly kind: 'request' | 'notification' | 'response'
  readonly id?: string | number | undefined
  readonly method?: string | undefined
  readonly tool?: string | undefined
}

/** Where a refusal is said. */
export interface RefusalPlace {
  readonly exchangeId: string
  /** Undefined on plain routes. */
  readonly mcp: McpFacts | undefined
  readonly message?: RefusedMessage | undefined
}

/** Only these may be said to an auto-negotiating client without making it fall back to the legacy era. */
const discoverStatus: Record<DenialClass, number> = { transport: 400, authentication: 0, availability: 503, content: 403, internal: 503 }

/**
 * Says no on the wire: `application/problem+json` on plain routes (RFC 9457), JSON-RPC on MCP routes.
 *
 * A content denial of a well-formed MCP request is answered in-band with status 200, because that is the only refusal
 * every official client hands on as data; all other classes are answered by status.
 */
export function renderDenial(denial: Denial, place: RefusalPlace): Reply {
  if (place.mcp === undefined) return problem(denial, place.exchangeId)
  const { message } = place
  if (inBand(denial, message)) return json(200, denial, denialMessage(denial, message as RefusedMessage, place.mcp, place.exchangeId))
  const error = denialError(denial, message?.kind === 'request' ? message.id : undefined, place.exchangeId)
  return json(mcpStatus(denial, message), denial, error)
}

/** Refuses a whole batch: one error per request in it, the handler does not run. */
export function renderBatchDenial(denial: Denial, place: RefusalPlace, entries: readonly RefusedMessage[]): Reply {
  const answers = entries.filter((entry) => entry.kind === 'request' && entry.id !== undefined)
  const facts = codeFacts(denial.code)
  if (facts.class !== 'content' || answers.length === 0) return renderDenial(denial, { ...place, message: undefined })
  return json(
    200,
    denial,
    answers.map((entry) => denialError(denial, entry.id, place.exchangeId)),
  )
}

/** The JSON-RPC message that stands in place of a refused one: a tool error for `tools/call`, an error otherwise. */
export function denialMessage(denial: Denial, message: RefusedMessage, mcp: McpFacts, exchangeId: string): unknown {
  if (denial.denyAs === 'hide') return hiddenMessage(message)
  if (asToolError(denial, message, mcp)) {
    const text = denial.detail === undefined ? publicTitle(denial.code) : `${publicTitle(denial.code)} ${denial.detail}`
    return {
      jsonrpc: '2.0',
      id: message.id,
      result: {
        content: [{ type: 'text', text: `${text} (${denial.code}, ${exchangeId})` }],
        isError: true,
        ...(mcp.era === 'modern' ? { resultType: 'complete' } : {}),
        _meta: { 'safe-mcp/denial': { code: denial.code, exchange: exchangeId, ...denial.data } },
      },
    }
  }
  return denialError(denial, message.id, exchangeId)
}

/** The bland sentence of a code. */
export function publicTitle(code: DenialCode): string {
  return codeFacts(code).title
}

/** Old clients take invalid arguments as protocol errors; from 2025-11-25 on they are tool errors the model can correct (SEP-1303). */
function asToolError(denial: Denial, message: RefusedMessage, mcp: McpFacts): boolean {
  if (message.method !== 'tools/call' || denial.denyAs === 'protocol-error') return false
  if (denial.code !== 'schema_invalid') return true
  return mcp.era === 'modern' || (mcp.revision !== undefined && mcp.revision >= '2025-11-25')
}

function inBand(denial: Denial, message: RefusedMessage | undefined): boolean {
  if (message?.kind !== 'request' || message.id === undefined || message.method === 'server/discover') return false
  return codeFacts(denial.code).class === 'content' && denial.denyAs !== 'http'
}

function mcpStatus(denial: Denial, message: RefusedMessage | undefined): number {
  const facts = codeFacts(denial.code)
  if (message?.method === 'server/discover') return discoverStatus[facts.class] || facts.status
  // A reply we could not let through has no message to answer in-band: it stays a gateway error.
  return facts.mcpStatus ?? facts.status
}

/** What a server says of something that does not exist, so that a hidden thing cannot be told from a missing one. */
function hiddenMessage(message: RefusedMessage): unknown {
  const wording = message.method === 'tools/call' && message.tool !== undefined ? `Unknown tool: ${message.tool}` : 'Not found'
  return { jsonrpc: '2.0', id: message.id, error: { code: -32602, message: wording } }
}

function denialError(denial: Denial, id: string | number | undefined, exchangeId: string): unknown {
  const data = {
    code: denial.code,
    exchange: exchangeId,
    ...(denial.detail === undefined ? {} : { detail: denial.detail }),
    ...denial.data,
  }
  return errorMessage(id, codeFacts(denial.code).rpc, publicTitle(denial.code), data)
}

function problem(denial: Denial, exchangeId: string): Reply {
  const { status } = codeFacts(denial.code)
  const body = {
    type: `urn:safe-mcp:denial:${denial.code}`,
    title: publicTitle(denial.code),
    status,
    ...(denial.detail === undefined ? {} : { detail: denial.detail }),
    instance: `urn:uuid:${exchangeId}`,
    code: denial.code,
    ...denial.data,
  }
  return reply(status, 'application/problem+json', denial, body)
}

function json(status: number, denial: Denial, body: unknown): Reply {
  return reply(status, 'application/json', denial, body)
}

function reply(status: number, type: string, denial: Denial, body: unknown): Reply {
  const text = JSON.stringify(body)
  const headers: [string, string][] = [
    ['content-type', type],
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
  ]
  const more: Record<string, string> = { ...denial.headers }
  if ((status === 429 || status === 503) && !Object.keys(more).some((name) => name.toLowerCase() === 'retry-after'))
    more['retry-after'] = '1'
  for (const [name, value] of Object.entries(more)) headers.push([name.toLowerCase(), value])
  return { status, headers, body: text }
}
