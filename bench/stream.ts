/**
 * What guarding a stream costs: `npx tsx -C safe-mcp-source bench/stream.ts [rounds]`.
 *
 * The same events go through an exchange without guards and through one with the output guard; printed are CPU per event and the ratio within
 * the run. Then memory: a thousand streams open at once, each in the middle of a text.
 */
import { createRedactor } from 'safe-mcp/redact'
import { systemClock } from '../src/core/clock.ts'
import { createEngine } from '../src/core/engine/engine.ts'
import { defineGuard, type Guard } from '../src/core/guard.ts'
import { HeaderView } from '../src/core/http.ts'
import { outputGuard } from '../src/guards/output.ts'

const rounds = Number(process.argv[2] ?? 15)
const encoder = new TextEncoder()
const EVENTS = 300

const words =
  'the server answers most calls within two seconds and keeps what it learnt in a table for people who ask about orders and dates'.split(
    ' ',
  )
const sentence = (n: number): string => Array.from({ length: n }, (_, i) => words[(i * 5 + n) % words.length]).join(' ')

const progress = Array.from({ length: EVENTS }, (_, i) =>
  encoder.encode(
    `event: message\nid: ${i}\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: `${sentence(30)} ${i}` } })}\n\n`,
  ),
)
const deltas = Array.from({ length: EVENTS }, (_, i) =>
  encoder.encode(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: ` ${words[i % words.length]}` }, finish_reason: null }] })}\n\n`,
  ),
)
const textChunks = Array.from({ length: EVENTS }, () => encoder.encode(`${sentence(12)} `))

/** Sees replies and does nothing: what it costs to take a stream apart at all. */
const watcher = defineGuard({ name: 'watcher', needs: { replies: true }, onText: () => ({ push: (text) => text, end: () => '' }) })

function engineWith(guards: readonly Guard[]) {
  return createEngine({
    guards,
    observers: [],
    mode: 'normal',
    clock: systemClock,
    isMcpPath: () => false,
    skips: () => false,
    exposeFindings: false,
  })
}
const { signal } = new AbortController()
const call = encoder.encode(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } }))

async function stream(engine: ReturnType<typeof engineWith>, type: string, chunks: readonly Uint8Array[]): Promise<number> {
  const headers = new HeaderView([['content-type', 'application/json']])
  const exchange = engine.open({ method: 'POST', path: '/mcp', query: '', headers }, signal)
  await exchange.begin()
  await exchange.receive({ bytes: call })
  const body = await exchange.respond({ status: 200, headers: [['content-type', type]] })
  if (body === 'pass' || 'passWith' in body || 'reply' in body) return 0
  let size = 0
  for (const chunk of chunks) {
    const out = body.push(chunk)
    if (out instanceof Uint8Array) size += out.length
  }
  const last = body.end()
  if (last instanceof Uint8Array) size += last.length
  return size
}

interface Variant {
  readonly name: string
  readonly run: () => Promise<number>
  readonly samples: number[]
}
const variants: Variant[] = []
const engines = { watched: engineWith([watcher]), guarded: engineWith([outputGuard()]) }
for (const [what, type, chunks] of [
  ['MCP messages', 'text/event-stream', progress],
  ['token deltas', 'text/event-stream', deltas],
  ['text chunks', 'text/plain', textChunks],
] as const) {
  for (const [name, engine] of Object.entries(engines))
    variants.push({ name: `${what}, ${name}`, run: () => stream(engine, type, chunks), samples: [] })
}

for (const variant of variants) for (let i = 0; i < 60; i++) await variant.run()
for (let round = 0; round < rounds; round++) {
  for (const variant of variants) {
    const start = process.cpuUsage()
    for (let i = 0; i < 20; i++) if ((await variant.run()) === 0) throw new Error(`${variant.name} was not inspected`)
    const { user, system } = process.cpuUsage(start)
    variant.samples.push((user + system) / 20 / EVENTS)
  }
}
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!
console.log(`node ${process.version}, ${rounds} interleaved rounds of 20 streams of ${EVENTS} events; CPU per event`)
for (let i = 0; i < variants.length; i += 2) {
  const [watched, guarded] = [variants[i]!, variants[i + 1]!].map((variant) => median(variant.samples)) as [number, number]
  console.log(
    `${variants[i]!.name.split(',')[0]!.padEnd(16)} ${watched.toFixed(2)} us taken apart, ${guarded.toFixed(2)} us guarded; ${(guarded - watched).toFixed(2)} us for redaction`,
  )
}

// A thousand streams at once, each with 16 KB behind it and a card number begun.
const redactor = createRedactor()
const gc = (globalThis as { gc?: () => void }).gc
gc?.()
const before = process.memoryUsage().heapUsed
const open = Array.from({ length: 1000 }, (_, i) => {
  const one = redactor.stream()
  for (let k = 0; k < 16; k++) one.push(`${sentence(180)} `.slice(0, 1024))
  one.push(`card 4111 1111 11${i % 10}`)
  return one
})
gc?.()
const used = (process.memoryUsage().heapUsed - before) / 1024 / 1024
console.log(
  `\n1,000 open streams: ${used.toFixed(1)} MB${gc === undefined ? ' (run node with --expose-gc for the true figure)' : ''}, ${((used * 1024) / 1000).toFixed(1)} KB each (ceiling 8 KB)`,
)
if (open.some((one) => one.end() === '')) throw new Error('a stream lost its text')
