// CPU per request in the Workers runtime, guarded over bare, in interleaved rounds of one run. Linux; needs `npm ci --prefix test/runtime`.
//   npx tsx --conditions=safe-mcp-source bench/workerd/run.ts [--rounds 7]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
const perRound = 1500
const sizes = [300, 4096, 32_768]
const agent = new Agent({ keepAlive: true, maxSockets: 8 })

const sentence = 'the quarterly report shows steady growth in all regions while costs stay flat and the team moves to the new office '
const message = (bytes: number): string => {
  const text = sentence.repeat(Math.ceil(bytes / sentence.length)).slice(0, Math.max(0, bytes - 110))
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: { text } } })
}

const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-bench-'))
const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, 'worker.ts')],
  outfile: join(folder, 'worker.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  conditions: ['safe-mcp-source', 'workerd', 'import'],
  write: false,
})
writeFileSync(join(folder, 'worker.js'), outputFiles[0]?.contents as Uint8Array)
writeFileSync(
  join(folder, 'config.capnp'),
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-11-01"))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
)
const manifest = join(import.meta.dirname, '../../test/runtime/node_modules/workerd/package.json')
const { default: binary } = createRequire(manifest)('workerd') as { default: string }
const child = spawn(binary, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
const [said] = (await once(child.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer]
const port = Number(/"port":(\d+)/.exec(said.toString())?.[1])

/** User and system time of the runtime so far, in milliseconds; the kernel counts in hundredths of a second. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') as string[]
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function post(path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'content-length': Buffer.byteLength(body),
    }
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`status ${res.statusCode}`))
      res.resume().on('end', resolve)
    })
    sent.on('error', reject).end(body)
  })
}

async function cost(path: string, body: string): Promise<number> {
  const before = cpuMs()
  let left = perRound
  const one = async (): Promise<void> => {
    while (left-- > 0) await post(path, body)
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return ((cpuMs() - before) / perRound) * 1000
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number

try {
  console.log(
    `workerd, Hono, all default guards but audit and monitor; bundle ${((outputFiles[0]?.contents.length ?? 0) / 1024).toFixed(0)} KB; ${rounds} rounds of ${perRound}`,
  )
  for (const size of sizes) {
    const body = message(size)
    const measured = { bare: [] as number[], guarded: [] as number[] }
    for (let round = -1; round < rounds; round++) {
      for (const variant of ['bare', 'guarded'] as const) {
        const value = await cost(`/${variant}/mcp`, body)
        if (round >= 0) measured[variant].push(value)
      }
    }
    const [bare, guarded] = [median(measured.bare), median(measured.guarded)]
    console.log(
      `${String(body.length).padStart(6)} B  bare ${bare.toFixed(0)} us  guarded ${guarded.toFixed(0)} us  ratio ${(guarded / bare).toFixed(2)}`,
    )
  }
} finally {
  agent.destroy()
  child.kill()
  rmSync(folder, { recursive: true, force: true })
}
