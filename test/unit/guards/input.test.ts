import { expect, it } from 'vitest'
import { safeMcp } from '../../../adapters/fetch.ts'

const hide = (text: string) => [...text].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('')
const question = `Hello${hide('how nice the weather is')} there`

it.each([
  ['normal', 'Hello there'],
  ['strict', undefined],
  ['monitor', question],
] as const)('text hidden in tag characters is no attack by itself, and does not pass: %s', async (mode, expected) => {
  let arrived: string | undefined
  const guarded = safeMcp({ mode, audit: false }, async (request: Request) => {
    arrived = ((await request.json()) as { params: { arguments: { q: string } } }).params.arguments.q
    return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } })
  })
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ask', arguments: { q: question } } })
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  await guarded(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
  expect(arrived).toBe(expected)
})
