import { systemClock } from '../core/clock.ts'
import type { GuardContext } from '../core/context.ts'
import type { Finding } from '../core/finding.ts'
import { HeaderView, type RequestFacts } from '../core/http.ts'
import type { Message } from '../core/message.ts'

/** A context for trying a guard or an observer without an engine around it. `findings` and `responseHeaders` show what it did. */
export interface GuardTestContext extends GuardContext {
  readonly responseHeaders: ReadonlyMap<string, string>
}

/** Makes a context: a POST to `/mcp` on a guarded route, nobody signed in, unless said otherwise. */
export function testContext(
  more: Partial<Omit<GuardContext, 'request'>> & { readonly request?: Partial<RequestFacts> } = {},
): GuardTestContext {
  const findings: Finding[] = []
  const responseHeaders = new Map<string, string>()
  const { request, ...rest } = more
  return {
    id: crypto.randomUUID(),
    mcp: undefined,
    principal: undefined,
    authInfo: undefined,
    chain: undefined,
    mode: 'normal',
    guarded: true,
    findings,
    signal: new AbortController().signal,
    clock: systemClock,
    notes: new Map(),
    report: (finding) => {
      findings.push(finding)
    },
    authenticate: () => {},
    attachChain: () => {},
    setTypedBody: () => {},
    setRequestHeader: () => {},
    setResponseHeader: (name, value) => {
      responseHeaders.set(name, value)
    },
    relax: () => {},
    ...rest,
    request: { method: 'POST', path: '/mcp', query: '', headers: new HeaderView([]), remoteAddress: '192.0.2.7', ...request },
    responseHeaders,
  }
}

/** An inbound `tools/call`. */
export function toolCall(tool: string, args: unknown = {}, id: string | number = 1): Message {
  const value = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: args } }
  return {
    kind: 'request',
    direction: 'inward',
    id,
    method: 'tools/call',
    tool,
    mediaType: 'application/json',
    text: JSON.stringify(value),
    value,
  }
}

/** The answer to a `tools/call`. */
export function toolResult(tool: string, text: string, id: string | number = 1): Message {
  const value = { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } }
  const shared = { method: 'tools/call', tool, mediaType: 'application/json', text: JSON.stringify(value), value }
  return { kind: 'response', direction: 'outward', id, ...shared }
}

/** A plain body. */
export function plainMessage(value: unknown, direction: Message['direction'] = 'inward'): Message {
  return { kind: 'plain', direction, mediaType: 'application/json', text: JSON.stringify(value) ?? '', value }
}
