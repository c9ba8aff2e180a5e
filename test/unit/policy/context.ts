import type { GuardContext } from '../../../src/core/context.ts'
import type { Finding } from '../../../src/core/finding.ts'
import { HeaderView } from '../../../src/core/http.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Principal } from '../../../src/core/principal.ts'

export interface ContextFacts {
  readonly principal?: Principal | undefined
  readonly era?: 'legacy' | 'modern' | undefined
  readonly method?: string | undefined
  readonly query?: string | undefined
  readonly headers?: readonly (readonly [string, string])[] | undefined
  readonly notes?: Map<unknown, unknown> | undefined
}

export function contextOf(facts: ContextFacts = {}): GuardContext & { readonly findings: Finding[] } {
  const findings: Finding[] = []
  return {
    id: 'exchange-1',
    request: {
      method: facts.method ?? 'POST',
      path: '/mcp',
      query: facts.query ?? '',
      headers: new HeaderView(facts.headers ?? []),
      remoteAddress: '192.0.2.7',
    },
    mcp: { era: facts.era ?? 'legacy', batch: false },
    principal: facts.principal,
    authInfo: undefined,
    chain: undefined,
    mode: 'normal',
    guarded: true,
    findings,
    signal: new AbortController().signal,
    clock: { now: () => 1_700_000_000_000 },
    notes: facts.notes ?? new Map(),
    report: (finding) => void findings.push(finding),
    authenticate: () => undefined,
    attachChain: () => undefined,
    setTypedBody: () => undefined,
    setRequestHeader: () => undefined,
    setResponseHeader: () => undefined,
    relax: () => undefined,
  }
}

export function principalOf(more: Partial<Principal> = {}): Principal {
  return {
    id: 'jwt:a#alice',
    kind: 'user',
    provider: 'jwt',
    subject: 'alice',
    scopes: [],
    attributes: {},
    chain: [],
    assurance: 'bearer',
    ...more,
  }
}

export function messageOf(value: unknown, more: Partial<Message> = {}): Message {
  const method = (value as { method?: string })?.method
  return { kind: 'request', direction: 'inward', method, mediaType: 'application/json', text: JSON.stringify(value), value, ...more }
}

export function callOf(name: unknown, args?: unknown, more: Record<string, unknown> = {}): Message {
  return messageOf({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, ...(args === undefined ? {} : { arguments: args }), ...more },
  })
}

export function replyOf(result: unknown, more: Partial<Message> = {}): Message {
  return messageOf({ jsonrpc: '2.0', id: 1, result }, { kind: 'response', direction: 'outward', ...more })
}

export function plainOf(value: unknown): Message {
  return messageOf(value, { kind: 'plain', method: undefined })
}
