/** JSON-RPC messages as callers send them, and what came back. */
export const call = (name: string, args: unknown = {}, id: string | number = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

export const modernCall = (name: string, args: unknown = {}, id: string | number = 1): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: {
      name,
      arguments: args,
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} },
    },
  })

export const jsonHeaders = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } as const

export const modernHeaders = (name: string): Record<string, string> => ({
  ...jsonHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': name,
})

export const post = (body: string | Uint8Array, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: body as BodyInit,
  headers: { ...jsonHeaders, ...headers },
})

/** A result that says `text`. */
export const textResult = (text: string, id: string | number = 1): unknown => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
})

/** The stable code of a refusal, wherever its form puts it. */
export function codeOf(body: unknown): string | undefined {
  const message = (Array.isArray(body) ? body[0] : body) as Record<string, any> | undefined
  return message?.['error']?.data?.code ?? message?.['result']?._meta?.['safe-mcp/denial']?.code ?? message?.['code']
}
