/** Which kind of refusal it is; the kind decides how each route says no. */
export type DenialClass = 'transport' | 'authentication' | 'availability' | 'content' | 'internal'

interface CodeFacts {
  readonly class: DenialClass
  /** HTTP status on plain routes, and on MCP routes for every class but `content`. */
  readonly status: number
  /** HTTP status on MCP routes where it differs. */
  readonly mcpStatus?: number
  /** JSON-RPC error code. Ours are positive: the 2026-07-28 revision reserves the negative ranges. */
  readonly rpc: number
  /** The bland public sentence. */
  readonly title: string
}

/** Every way we say no. The string is the contract; docs/errors.md lists the same table. */
export const denialCodes = {
  json_invalid: { class: 'transport', status: 400, rpc: -32700, title: 'The body is not valid JSON.' },
  message_invalid: { class: 'transport', status: 400, rpc: -32600, title: 'The message is not valid.' },
  duplicate_key: { class: 'transport', status: 400, rpc: -32600, title: 'The message is ambiguous.' },
  batch_invalid: { class: 'transport', status: 400, rpc: -32600, title: 'Batches are not accepted here.' },
  header_mismatch: { class: 'transport', status: 400, rpc: -32020, title: 'Headers and body do not agree.' },
  revision_unsupported: { class: 'transport', status: 400, rpc: -32022, title: 'This protocol version is not supported.' },
  host_denied: { class: 'transport', status: 403, rpc: 40310, title: 'This host is not allowed.' },
  origin_denied: { class: 'transport', status: 403, rpc: 40311, title: 'This origin is not allowed.' },
  media_type_unsupported: { class: 'transport', status: 415, rpc: 41500, title: 'This media type is not supported.' },
  body_too_large: { class: 'transport', status: 413, rpc: 41300, title: 'The body is too large.' },
  method_not_allowed: { class: 'transport', status: 405, rpc: 40500, title: 'This method is not allowed.' },
  identity_required: { class: 'authentication', status: 401, rpc: 40100, title: 'Authentication is required.' },
  identity_invalid: { class: 'authentication', status: 401, rpc: 40101, title: 'The credential is not valid.' },
  scope_insufficient: { class: 'authentication', status: 403, rpc: 40303, title: 'The credential does not cover this.' },
  chain_invalid: { class: 'authentication', status: 403, rpc: 40302, title: 'The component chain is not valid.' },
  session_unknown: { class: 'authentication', status: 404, rpc: -32001, title: 'The session is not known.' },
  rate_limited: { class: 'availability', status: 429, rpc: 42900, title: 'Too many requests.' },
  budget_exceeded: { class: 'availability', status: 429, rpc: 42901, title: 'The budget is used up.' },
  concurrency_exceeded: { class: 'availability', status: 429, rpc: 42902, title: 'Too many requests at once.' },
  store_unavailable: { class: 'availability', status: 503, rpc: 50300, title: 'Temporarily unavailable.' },
  provider_unavailable: { class: 'availability', status: 503, rpc: 50301, title: 'Temporarily unavailable.' },
  audit_unavailable: { class: 'availability', status: 503, rpc: 50302, title: 'Temporarily unavailable.' },
  draining: { class: 'availability', status: 503, rpc: 50303, title: 'Temporarily unavailable.' },
  schema_invalid: { class: 'content', status: 422, rpc: -32602, title: 'The input does not match its schema.' },
  input_blocked: { class: 'content', status: 403, rpc: 40300, title: 'The request was blocked by a security policy.' },
  tool_denied: { class: 'content', status: 403, rpc: 40301, title: 'This operation is not allowed.' },
  approval_required: { class: 'content', status: 403, rpc: 40304, title: 'This operation needs an approval.' },
  definition_changed: { class: 'content', status: 403, rpc: 40305, title: 'This tool has changed and awaits review.' },
  output_blocked: { class: 'content', status: 502, rpc: 50200, title: 'The response was blocked by a security policy.' },
  guard_failed: { class: 'internal', status: 500, mcpStatus: 503, rpc: -32603, title: 'The request could not be checked.' },
} as const satisfies Record<string, CodeFacts>

/** Stable code of a refusal: `type`, `code` and `data.code` on the wire. */
export type DenialCode = keyof typeof denialCodes

/** The facts of a code. */
export function codeFacts(code: DenialCode): CodeFacts {
  return denialCodes[code]
}
