/**
 * What reading the wire costs, as multiples of `JSON.parse` of the same text in the same run: the strict check of bytes, the whole
 * strict reading, the walk over all slots, a rewrite of every slot, and framing and parsing of Server-Sent Events.
 *
 * Run: `npx tsx test/unit/mcp/wire-cost.ts`. Medians of interleaved rounds; the ratios carry over between machines, the microseconds do not.
 */
import type { Message } from '../../../src/core/message.ts'
import { checkJson, readJson } from '../../../src/lib/json.ts'
import { classify } from '../../../src/mcp/json-rpc.ts'
import { mapSlots, visitSlots } from '../../../src/mcp/slots.ts'
import { createSseDecoder } from '../../../src/mcp/sse.ts'

const limits = { maxDepth: 64, maxNodes: 100_000 }
const rounds = 9

function call(size: number): unknown {
  const args: Record<string, unknown> = {}
  for (let i = 0; JSON.stringify(args).length < size; i++) {
    args[`key_${i}`] = {
      path: `/srv/data/${i}`,
      query: `some words here and there ${i}`,
      count: i,
      dry: i % 2 === 0,
      tags: ['a', 'b', 'c'],
    }
  }
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: args } }
}

const tool = (i: number) => ({
  name: `tool_${i}`,
  description: 'does a thing '.repeat(20),
  inputSchema: { type: 'object', properties: { a: { type: 'string', description: 'the a' }, b: { type: 'integer' } }, required: ['a'] },
})
const result = (value: object) => ({ jsonrpc: '2.0', id: 1, result: value })

const documents: Readonly<Record<string, unknown>> = {
  'tools/call 1 KB': call(900),
  'tools/call 10 KB': call(10_000),
  'tools/call 100 KB': call(100_000),
  'tools/list 25 KB': result({ tools: Array.from({ length: 60 }, (_, i) => tool(i)) }),
  'one text 100 KB': result({ content: [{ type: 'text', text: 'lorem ipsum dolor '.repeat(5_800) }] }),
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] as number
/** Keeps results alive, so that no work is optimised away. */
let kept = 0

for (const [name, value] of Object.entries(documents)) {
  const text = JSON.stringify(value)
  const bytes = new TextEncoder().encode(text)
  const inward = Object.hasOwn(value as object, 'method')
  const method = inward ? 'tools/call' : undefined
  const message: Message = {
    kind: inward ? 'request' : 'response',
    direction: inward ? 'inward' : 'outward',
    method,
    mediaType: 'application/json',
    text,
    value,
  }
  const variants: Readonly<Record<string, () => unknown>> = {
    parse: () => JSON.parse(text),
    check: () => checkJson(bytes, limits),
    read: () => readJson(bytes, limits),
    classify: () => classify(value),
    visit: () => visitSlots(message, (slot) => void (kept += slot.length)),
    rewrite: () => mapSlots(message, (slot, { key, opaque }) => (key || opaque ? slot : `${slot}!`)),
  }
  const runs = Math.max(10, Math.floor(5_000_000 / bytes.length))
  const times: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [variant, run] of Object.entries(variants)) {
      const started = performance.now()
      for (let i = 0; i < runs; i++) kept += run() === undefined ? 0 : 1
      ;(times[variant] ??= []).push(((performance.now() - started) * 1000) / runs)
    }
  }
  const parse = median(times['parse'] ?? [])
  const ratios = Object.entries(times).map(([variant, spent]) => `${variant} ${(median(spent) / parse).toFixed(2)}`)
  console.log(`${name.padEnd(18)} parse ${parse.toFixed(1).padStart(6)} us;  x parse: ${ratios.slice(1).join('  ')}`)
}

for (const size of [200, 2_000, 20_000]) {
  const event = new TextEncoder().encode(`event: message\nid: 12\ndata: ${'x'.repeat(size)}\n\n`)
  const count = Math.floor(2_000_000 / event.length)
  const stream = new Uint8Array(event.length * count)
  for (let i = 0; i < count; i++) stream.set(event, i * event.length)
  for (const chunk of [256, 4_096]) {
    const times = Array.from({ length: rounds }, () => {
      const decoder = createSseDecoder()
      const started = performance.now()
      for (let at = 0; at < stream.length; at += chunk) {
        for (const { event: read } of decoder.push(stream.subarray(at, at + chunk)).items) kept += read.data?.length ?? 0
      }
      return performance.now() - started
    })
    console.log(`SSE events of ${size} B in chunks of ${chunk} B: ${(stream.length / 1000 / median(times)).toFixed(0)} MB/s`)
  }
}
if (kept === 0) throw new Error('nothing was measured')
