import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Bundles the cases for no platform at all and runs the same bundle on every runtime that `test/runtime` has installed. What is
// not there is named; with --all a missing runtime is a failure.
const bin = fileURLToPath(new URL('../runtime/node_modules/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-'))
const bundle = join(folder, 'cases.mjs')

await build({
  entryPoints: [fileURLToPath(new URL('entry.ts', import.meta.url))],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['safe-mcp-source'],
  target: 'es2022',
  logLevel: 'error',
})

const workerd = join(folder, 'config.capnp')
writeFileSync(
  workerd,
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "cases", worker = (
  modules = [(name = "cases.mjs", esModule = embed "cases.mjs")], compatibilityDate = "2026-01-01"))]);
`,
)

const runtimes: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['this Node', process.execPath, [bundle]],
  ['Node 22', `${bin}node22/bin/node`, [bundle]],
  ['Node 24', `${bin}node24/bin/node`, [bundle]],
  ['Bun', `${bin}.bin/bun`, [bundle]],
  ['Deno', `${bin}.bin/deno`, ['run', '--allow-net', '--allow-env', bundle]],
  ['workerd', `${bin}.bin/workerd`, ['test', workerd]],
]

const failed: string[] = []
for (const [name, command, args] of runtimes) {
  if (!existsSync(command)) {
    console.log(`-- ${name}: not installed (npm ci in test/runtime)`)
    if (process.argv.includes('--all')) failed.push(name)
    continue
  }
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 })
  const lines = `${stdout}\n${stderr}`.split('\n')
  console.log(`-- ${name}: ${lines.find((line) => line.includes('cases passed')) ?? `ended with ${status}`}`)
  if (status === 0) continue
  failed.push(name)
  for (const line of lines.filter((text) => !text.startsWith('safe-mcp denied'))) console.log(`   ${line}`)
}
rmSync(folder, { recursive: true })
if (failed.length > 0) process.exitCode = 1
