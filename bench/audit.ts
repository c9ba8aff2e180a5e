/**
 * What audit and monitor cost per request: `npx tsx --conditions safe-mcp-source bench/audit.ts [rounds]`.
 *
 * One exchange is a `tools/call` of 1 KB through all default guards, without a socket; variants run interleaved, printed are medians in
 * microseconds and the ratio to the same exchange with neither. The sink keeps the line, so that nothing is optimised away.
 */
import { createSafeMcp, type SafeMcpOptions } from 'safe-mcp'
import { createAuditLog, type Sink } from 'safe-mcp/audit'
import { createMonitor } from 'safe-mcp/monitor'
import { nodeHash } from 'safe-mcp/node'
import { HeaderView } from '../src/core/http.ts'

const rounds = Number(process.argv[2] ?? 15)
const perRound = 300
let kept = ''
const sink = (): Sink => ({ name: 'keep', write: (_event, line) => void (kept = line) })
const base: SafeMcpOptions = { tools: { allow: ['search'] }, mcp: { paths: ['/mcp'] } }
const variants = [
  { name: 'neither', options: { ...base, audit: false, monitor: false } },
  { name: 'monitor', options: { ...base, audit: false, monitor: createMonitor() } },
  { name: 'audit, default (denials to the console)', options: { ...base, monitor: false } },
  { name: 'audit of everything, portable hash', options: { ...base, audit: createAuditLog({ sinks: [sink()] }), monitor: false } },
  {
    name: 'audit of everything, node hash',
    options: { ...base, audit: createAuditLog({ sinks: [sink()], hash: nodeHash }), monitor: false },
  },
  { name: 'both, node hash', options: { ...base, audit: createAuditLog({ sinks: [sink()], hash: nodeHash }), monitor: createMonitor() } },
].map(({ name, options }) => ({ name, safe: createSafeMcp(options as SafeMcpOptions), samples: [] as number[] }))

const body = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'search', arguments: { q: 'weather in Berlin '.repeat(50) } },
})
const bytes = new TextEncoder().encode(body)
const answer = new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"sunny"}]}}')
const pairs = [
  ['content-type', 'application/json'],
  ['content-length', String(bytes.length)],
  ['host', 'localhost'],
] as const

async function exchange(safe: ReturnType<typeof createSafeMcp>): Promise<void> {
  const headers = new HeaderView(pairs)
  const open = safe.open({ method: 'POST', path: '/mcp', query: '', headers, remoteAddress: '192.0.2.7' }, new AbortController().signal)
  const refused = (await open.begin()) ?? (await open.receive({ bytes }))
  if (refused !== undefined) throw new Error(`refused: ${refused.status} ${refused.body}`)
  const transform = await open.respond({ status: 200, headers: [['content-type', 'application/json']] })
  if (typeof transform === 'object' && 'push' in transform) {
    await transform.push(answer)
    await transform.end()
  }
  open.close('finished')
}

for (let round = 0; round < rounds + 3; round++) {
  for (const { safe, samples } of variants) {
    const start = performance.now()
    for (let i = 0; i < perRound; i++) await exchange(safe)
    if (round >= 3) samples.push(((performance.now() - start) * 1000) / perRound)
  }
}
const median = (samples: readonly number[]) => samples.toSorted((a, b) => a - b)[samples.length >> 1] as number
const bare = median(variants[0]?.samples ?? [])
for (const { name, samples } of variants) {
  console.log(`${name.padEnd(45)} ${median(samples).toFixed(1).padStart(8)} us  ${(median(samples) / bare).toFixed(2)}`)
}
if (!kept.includes('"argumentsHash"')) throw new Error('nothing was recorded')
for (const { safe } of variants) await safe.close()
