import { systemClock } from '../../../src/core/clock.ts'
import { createEngine } from '../../../src/core/engine/engine.ts'
import { isChunk } from '../../../src/core/exchange.ts'
import type { Finding } from '../../../src/core/finding.ts'
import { defineGuard, type Guard } from '../../../src/core/guard.ts'
import { HeaderView } from '../../../src/core/http.ts'
import type { Mode } from '../../../src/core/mode.ts'
import type { Principal } from '../../../src/core/principal.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const decode = (data: unknown): string => (data instanceof Uint8Array ? new TextDecoder().decode(data) : String(data ?? ''))

export interface Answered {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly findings: readonly Finding[]
}

export interface Answer {
  /** The reply's body, whole or in chunks. */
  readonly body: string | readonly string[]
  readonly type?: string
  readonly status?: number
  readonly headers?: readonly (readonly [string, string])[]
  /** The request; default a `tools/call` of `lookup`. */
  readonly request?: unknown
  readonly path?: string
  readonly mode?: Mode
  readonly scopes?: readonly string[]
  /** Mounted on the route rather than in front of everything. */
  readonly onRoute?: boolean
}

export const callOf = (tool: string): unknown => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: {} } })

/** Sends a handler's answer through guards, as an adapter would. */
export async function answer(guard: Guard, given: Answer): Promise<Answered> {
  const identity = defineGuard({
    name: 'who',
    onRequest(ctx) {
      if (given.scopes !== undefined) ctx.authenticate(principalWith(given.scopes))
    },
  })
  const engine = createEngine({
    guards: given.onRoute === true ? [identity] : [identity, guard],
    observers: [],
    mode: given.mode ?? 'normal',
    clock: systemClock,
    isMcpPath: () => false,
    skips: () => false,
    exposeFindings: false,
  })
  const request = {
    method: 'POST',
    path: given.path ?? '/mcp',
    query: '',
    headers: new HeaderView([['content-type', 'application/json']]),
  }
  const exchange = engine.open(request, new AbortController().signal)
  await exchange.begin()
  if (exchange.bodyPlan.read) await exchange.receive({ bytes: encode(JSON.stringify(given.request ?? callOf('lookup'))) })
  if (given.onRoute === true) await exchange.add([guard])
  const head = {
    status: given.status ?? 200,
    headers: [['content-type', given.type ?? 'application/json'], ...(given.headers ?? [])] as const,
  }
  const opened = await exchange.respond(head)
  const chunks = [given.body].flat() as string[]
  const asIs = (body: string, status = head.status): Answered => ({ status, body, headers: {}, findings: exchange.context.findings })
  if (opened === 'pass' || 'passWith' in opened) return asIs(chunks.join(''))
  if ('reply' in opened)
    return { ...asIs(decode(opened.reply.body), opened.reply.status), headers: Object.fromEntries(opened.reply.headers) }
  let body = ''
  for (const step of [...chunks.map((chunk) => () => opened.push(encode(chunk))), () => opened.end()]) {
    const out = await step()
    if (out === undefined) continue
    if (isChunk(out)) body += decode(out)
    else if ('last' in out) body += decode(out.last)
    else return { ...asIs(decode(out.reply.body), out.reply.status), headers: Object.fromEntries(out.reply.headers) }
  }
  return asIs(body)
}

function principalWith(scopes: readonly string[]): Principal {
  return { id: 'p', kind: 'user', provider: 'test', subject: 'p', scopes, attributes: {}, chain: [], assurance: 'bearer' }
}
