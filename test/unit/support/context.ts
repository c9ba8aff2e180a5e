import type { Clock } from '../../../src/core/clock.ts'
import type { GuardContext } from '../../../src/core/context.ts'
import type { Finding } from '../../../src/core/finding.ts'
import { HeaderView, type RequestFacts } from '../../../src/core/http.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Principal } from '../../../src/core/principal.ts'

/** A clock that moves when told. */
export class ManualClock implements Clock {
  time: number
  constructor(time = Date.UTC(2026, 0, 1)) {
    this.time = time
  }
  now(): number {
    return this.time
  }
  advance(ms: number): void {
    this.time += ms
  }
}

export interface TestContext extends GuardContext {
  readonly responseHeaders: Map<string, string>
}

let exchanges = 0

/** An exchange as a guard or observer sees it, without an engine around it. */
export function testContext(more: Partial<Omit<GuardContext, 'request'>> & { request?: Partial<RequestFacts> } = {}): TestContext {
  const findings: Finding[] = []
  const responseHeaders = new Map<string, string>()
  const { request, ...rest } = more
  return {
    id: `00000000-0000-4000-8000-${String(++exchanges).padStart(12, '0')}`,
    mcp: undefined,
    principal: undefined,
    authInfo: undefined,
    chain: undefined,
    mode: 'normal',
    guarded: true,
    findings,
    signal: new AbortController().signal,
    clock: new ManualClock(),
    notes: new Map(),
    report: (finding) => void findings.push(finding),
    authenticate: () => {},
    attachChain: () => {},
    setTypedBody: () => {},
    setRequestHeader: () => {},
    setResponseHeader: (name, value) => void responseHeaders.set(name, value),
    relax: () => {},
    ...rest,
    request: { method: 'POST', path: '/mcp', query: '', headers: new HeaderView([]), remoteAddress: '192.0.2.7', ...request },
    responseHeaders,
  }
}

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

export function reply(id: string | number, result: unknown = {}): Message {
  const value = { jsonrpc: '2.0', id, result }
  return { kind: 'response', direction: 'outward', id, mediaType: 'application/json', text: JSON.stringify(value), value }
}

export function principal(id: string, more: Partial<Principal> = {}): Principal {
  return { id, kind: 'user', provider: 'jwt', subject: id, scopes: [], attributes: {}, chain: [], assurance: 'bearer', ...more }
}
