// CPU per request, guarded over bare, of the built package, in interleaved rounds of one run. `npm run bench:http [-- --rounds 7]`
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Connection, post } from './client.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
const perRound = 600
const connections = 16

const words =
  'the quarterly report shows steady growth in all regions while costs stay flat and the team moves to the new office next month '
const message = (bytes: number): string => {
  const text = words.repeat(Math.ceil((bytes * 0.55) / words.length)).slice(0, bytes * 0.55)
  const records = Array.from({ length: Math.ceil((bytes * 0.4) / 70) }, (_, i) => ({
    id: i,
    title: `entry number ${i}`,
    score: i / 7,
    tags: ['a', 'b'],
  }))
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: { text, records } } })
}

interface Running {
  readonly child: ChildProcess
  readonly clients: readonly Connection[]
}

async function start(framework: string, variant: string): Promise<Running> {
  const child = fork(new URL('./server.ts', import.meta.url), [framework, variant], { execArgv: process.execArgv })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { child, clients: await Promise.all(Array.from({ length: connections }, () => Connection.open(port))) }
}

async function cpu({ child }: Running): Promise<number> {
  child.send('cpu')
  const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }]
  return cpu.user + cpu.system
}

/** Microseconds of server CPU per request. */
async function measure(server: Running, request: Buffer, count = perRound): Promise<number> {
  const before = await cpu(server)
  let left = count
  await Promise.all(
    server.clients.map(async (client) => {
      while (left-- > 0) await client.send(request)
    }),
  )
  return ((await cpu(server)) - before) / count
}

/**
 * Keeps this process awake while it measures. A client that sleeps is woken by the server's write, and the kernel bills the one who writes: the
 * slower server finds its client asleep more often, and would be charged for the waking on top.
 */
let measuring = true
const stayAwake = (): void => {
  if (measuring) setImmediate(stayAwake)
}
stayAwake()

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number
const results: Record<string, unknown>[] = []

for (const framework of ['express', 'koa', 'hono']) {
  const bare = await start(framework, 'bare')
  const guarded = await start(framework, 'guarded')
  const cases = [
    ['1 KB tools/call', post('/mcp', message(1000)), perRound],
    ['10 KB tools/call', post('/mcp', message(10_000)), perRound],
    // Of the longer stream, the request itself is a small part.
    ...(framework === 'express'
      ? ([
          ['SSE, 300 events', post('/sse/300', message(100)), 300],
          ['SSE, 3000 events', post('/sse/3000', message(100)), 60],
        ] as const)
      : []),
  ] as const
  for (const [name, request, count] of cases) {
    for (const server of [bare, guarded]) await measure(server, request, count * 5)
    const ratios: number[] = []
    const micros: [number, number][] = []
    for (let round = 0; round < rounds; round++) {
      const a = await measure(bare, request, count)
      const b = await measure(guarded, request, count)
      ratios.push(b / a)
      micros.push([a, b])
    }
    results.push({
      framework,
      case: name,
      'bare us': Math.round(median(micros.map(([a]) => a))),
      'guarded us': Math.round(median(micros.map(([, b]) => b))),
      ratio: Number(median(ratios).toFixed(2)),
    })
    console.log(JSON.stringify(results.at(-1)))
  }
  if (framework === 'express') {
    const firsts: [number, number][] = []
    const first = ({ clients }: Running): Promise<number> => (clients[0] as Connection).send(post('/sse/300', message(100)))
    for (let i = 0; i < 60; i++) firsts.push([await first(bare), await first(guarded)])
    const line = {
      framework,
      case: 'first SSE byte',
      'bare ms': Number(median(firsts.map(([a]) => a)).toFixed(2)),
      'guarded minus bare ms': Number(median(firsts.map(([a, b]) => b - a)).toFixed(2)),
    }
    results.push(line)
    console.log(JSON.stringify(line))
  }
  for (const { child, clients } of [bare, guarded]) {
    for (const client of clients) client.close()
    child.kill()
  }
}
measuring = false
console.table(results)
