import { defineGuard, outputGuard } from 'safe-mcp'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import { harnesses } from '../harness/all.ts'
import type { HandlerResponse } from '../harness/types.ts'
import { coded } from './attacks/servers.ts'
import { useApp } from './support/app.ts'
import { call, codeOf, post } from './support/mcp.ts'

const key = ['AKIA', 'Q7RZ2MNB', 'WX4TY6PL'].join('')
const json = { 'content-type': 'application/json' }
const large = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: `${'x'.repeat(4000)} ${key}` }] } })

async function* inPieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 500) yield text.slice(at, at + 500)
}

/** Replies nobody can look into, and the finding that says so. */
const replies: Readonly<Record<string, readonly [make: () => HandlerResponse, rule: string]>> = {
  'a coded reply': [() => ({ headers: { ...json, 'content-encoding': 'gzip' }, body: coded(`{"a":"${key}"}`) }), 'output/encoded-reply'],
  'coded events': [
    () => ({ headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }, body: coded(`data: ${key}\n\n`) }),
    'output/encoded-reply',
  ],
  'a coding nobody knows': [
    () => ({ headers: { ...json, 'content-encoding': 'x-rot13' }, body: `{"a":"${key}"}` }),
    'output/encoded-reply',
  ],
  'two codings': [() => ({ headers: { ...json, 'content-encoding': 'gzip, br' }, body: coded(key) }), 'output/encoded-reply'],
  'a part': [() => ({ status: 206, headers: { 'content-type': 'text/plain' }, body: key }), 'output/partial-reply'],
  'a large reply': [() => ({ headers: json, body: large }), 'output/large-reply'],
  'a large reply in pieces': [() => ({ headers: json, body: inPieces(large) }), 'output/large-reply'],
}
const pathOf = (name: string): string => name.replaceAll(' ', '-')

describe.each(['normal', 'strict', 'monitor'] as const)('in %s mode', (mode) => {
  describe.each(harnesses)('on $name', (harness) => {
    const findings: Finding[] = []
    const witness = defineGuard({
      name: 'witness',
      onClose(_, ctx) {
        findings.push(...ctx.findings)
      },
    })
    const routes = Object.entries(replies).flatMap(([name, [handler]]) => [
      [`/mcp-${pathOf(name)}`, handler] as const,
      [`/plain-${pathOf(name)}`, handler] as const,
      [`/guarded-${pathOf(name)}`, { guards: [outputGuard({ mode })], handler }] as const,
    ])
    const options = { audit: false, mode, limits: { maxReplyBytes: 2000 }, guards: [witness] } as const
    const { fetch, spy } = useApp(harness, options, Object.fromEntries(routes))

    const ask = async (path: string, init?: RequestInit) => {
      findings.length = 0
      const before = spy.calls
      const response = await fetch(path, { ...init, headers: { ...init?.headers, 'accept-encoding': 'identity' } }).catch(() => undefined)
      // Codings that are none cannot be read by this client; that they came is what counts.
      const bytes = await response?.arrayBuffer().catch(() => undefined)
      expect(spy.calls).toBe(before + 1)
      for (let waited = 0; findings.length === 0 && waited < 50; waited++) await new Promise((done) => setTimeout(done, 2))
      return { response, text: bytes === undefined ? undefined : new TextDecoder('latin1').decode(bytes) }
    }

    it.each(Object.entries(replies))('%s leaves an MCP route and a guarded route only where nothing is refused', async (name, [, rule]) => {
      for (const [path, init] of [
        [`/mcp-${pathOf(name)}`, post(call('x'))],
        [`/guarded-${pathOf(name)}`, {}],
      ] as const) {
        const { response, text } = await ask(path, init)
        expect(findings, path).toContainEqual(expect.objectContaining({ rule, severity: 'medium' }))
        if (mode === 'monitor') {
          if (text !== undefined && response?.headers.get('content-encoding') === null) expect(text).toContain(key)
          continue
        }
        expect(text, path).not.toContain(key)
        expect(codeOf(JSON.parse(text!)), path).toBe('output_blocked')
        expect(response?.headers.get('content-encoding')).toBeNull()
      }
    })

    it.each(Object.entries(replies))('%s leaves a plain route as it is, with a finding', async (name, [, rule]) => {
      const { response, text } = await ask(`/plain-${pathOf(name)}`)
      expect(findings).toContainEqual(expect.objectContaining({ rule, severity: 'info' }))
      if (text !== undefined && response?.headers.get('content-encoding') === null) expect(text).toContain(key)
    })
  })
})
