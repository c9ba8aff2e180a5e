import { type DenialCode, denialCodes } from '../../src/core/codes.ts'

const meanings: Record<DenialCode, string> = {
  json_invalid: 'The body is not JSON.',
  message_invalid:
    'JSON, but no message: unknown shape, members that differ only by case, too deep, too many values, a bad id or session id.',
  duplicate_key: 'An object has the same member twice; two readers would see two messages.',
  batch_invalid: 'A batch where the revision has none, or with too many entries.',
  header_mismatch: 'A mirrored header (`MCP-Protocol-Version`, `Mcp-Method`, `Mcp-Name`, `Mcp-Param-*`) contradicts the body.',
  revision_unsupported: 'A revision of MCP nobody speaks. `data.supported` lists those we do.',
  host_denied: 'DNS rebinding: a loopback server asked by another name, or a host not in `origin.hosts`.',
  origin_denied: 'A page of a foreign origin. List it in `origin.origins` if it may call.',
  media_type_unsupported: 'Not JSON where JSON is needed, not UTF-8, or a content coding nobody could undo within bounds.',
  body_too_large: 'More bytes than `limits.maxBytes`, counted after decoding.',
  method_not_allowed: 'An HTTP method MCP does not use.',
  identity_required: 'No credential. The challenge says how to get one.',
  identity_invalid: 'A credential that is expired, forged, for somebody else, or malformed. Which of these is in the audit trail only.',
  scope_insufficient: 'Authenticated, but the credential does not cover this. The challenge lists every scope the operation needs.',
  chain_invalid: 'A component behind the request is unknown, inactive, revoked or unreachable.',
  session_unknown: 'No such session, or the session of another caller. Clients start over.',
  rate_limited: 'Too many requests of this caller. `Retry-After` says when.',
  budget_exceeded: 'A budget (calls, volume, repeated calls) is used up.',
  concurrency_exceeded: 'Too many requests of this caller at once.',
  store_unavailable: 'A shared store that protects something is down; it fails closed.',
  provider_unavailable: 'An identity or policy provider is down or answers nonsense; it fails closed.',
  audit_unavailable: 'The audit queue is full in strict mode.',
  draining: 'The server is shutting down.',
  schema_invalid: 'The body or the arguments do not match their schema. `errors` has one fault per path.',
  input_blocked: 'Strict mode: injected instructions or hidden content.',
  tool_denied: 'No policy allows it, or one denies it.',
  approval_required: 'The call needs a one-time approval.',
  definition_changed: 'The tool changed after it was pinned and awaits review.',
  output_blocked: 'Strict mode, or a reply that cannot be inspected or repaired.',
  guard_failed: 'A guard threw. Failing is never allowing.',
}

const configCodes: readonly (readonly [string, string])[] = [
  ['unknown_option', 'An option nobody reads, usually misspelt. The message suggests the nearest one.'],
  ['invalid_option', 'An option of the wrong kind or out of range.'],
  ['missing_call', '`app.use(safeMcp)` instead of `app.use(safeMcp())`.'],
  ['mounted_twice', '`safeMcp()` is mounted twice in front of one route. Mount it once; refine routes with `guard(...)`.'],
  ['invalid_rule', 'A rule that cannot be matched in linear time, or that contradicts its own examples.'],
  ['invalid_policy', 'A policy document with a fault; `path` is its place in the document.'],
  [
    'invalid_lock',
    'A lock of tool definitions that is not whole; `path` is the place of the fault. A guard that reads such a lock approves nothing.',
  ],
]

/** docs/errors.md, from the table the code itself uses. */
export function errorsPage(): string {
  const rows = Object.entries(denialCodes).map(([code, facts]) => {
    const mcp = facts.class === 'content' ? '200 in-band' : String('mcpStatus' in facts ? facts.mcpStatus : facts.status)
    return `| <a id="${code}"></a>\`${code}\` | ${facts.class} | ${facts.status} | ${mcp} | ${facts.rpc} | ${meanings[code as DenialCode]} |`
  })
  const config = configCodes.map(([code, meaning]) => `| <a id="${code}"></a>\`${code}\` | ${meaning} |`)
  return `# Errors

Generated from \`src/core/codes.ts\` by \`npm run docs\`.

## Refusals

The string is the contract: it stands in \`code\` of \`application/problem+json\`, in \`error.data.code\` of JSON-RPC errors and in
\`result._meta["safe-mcp/denial"].code\` of tool errors, next to the exchange id under which the audit trail has the reason.

| code | class | plain route | MCP route | JSON-RPC code | when |
|---|---|---|---|---|---|
${rows.join('\n')}

Content denials of \`tools/call\` are answered with HTTP 200 and a result with \`isError: true\`; of other requests with a JSON-RPC error on 200;
of notifications and of \`server/discover\` by status.

## Configuration faults

Thrown as \`SafeMcpConfigError { code, path, suggestion }\` when guards are constructed, never by a request.

| code | when |
|---|---|
${config.join('\n')}
`
}
