import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The Workers runtime, which the packages of test/runtime bring along; undefined when they are not installed. */
export const workerdPath = findWorkerd()

if (workerdPath === undefined) {
  if (process.env['SAFE_MCP_REQUIRE_ALL'] === '1')
    throw new Error('workerd is not installed (npm ci in test/runtime), and SAFE_MCP_REQUIRE_ALL is set.')
  console.warn('workerd is not installed (npm ci in test/runtime): the tests of the Workers stores are skipped.')
}

function findWorkerd(): string | undefined {
  const manifest = join(import.meta.dirname, '../runtime/node_modules/workerd/package.json')
  if (!existsSync(manifest)) return undefined
  const path = (createRequire(manifest)('workerd') as { default: string }).default
  return existsSync(path) ? path : undefined
}

/** What the binding `STORE` of a Worker is: a Durable Object class it exports, or a KV namespace. */
export type Binding = { readonly durableObject: string } | 'kv'

/** Starts a Worker with a binding `STORE`, on a port the system chooses. */
export async function startWorker(entry: string, binding: Binding): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'safe-mcp-workerd-'))
  await build({
    entryPoints: { worker: entry, kv: join(import.meta.dirname, 'kv-standin.ts') },
    outdir: dir,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['safe-mcp-source'],
  })
  writeFileSync(join(dir, 'config.capnp'), configFor(binding))
  const child = spawn(workerdPath as string, ['serve', join(dir, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const port = await listeningPort(child)
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function configFor(binding: Binding): string {
  const worker = (name: string, more: string): string =>
    `(name = "${name}", worker = (modules = [(name = "${name}.js", esModule = embed "${name}.js")], compatibilityDate = "2026-11-01", ${more}))`
  const store =
    binding === 'kv'
      ? 'bindings = [(name = "STORE", kvNamespace = "kv")]'
      : `durableObjectNamespaces = [(className = "${binding.durableObject}", uniqueKey = "safe-mcp")],
         durableObjectStorage = (inMemory = void),
         bindings = [(name = "STORE", durableObjectNamespace = "${binding.durableObject}")]`
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${worker('worker', store)}, ${worker('kv', '')}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`
}

async function listeningPort(child: ChildProcess): Promise<number> {
  let said = ''
  for await (const chunk of child.stdio[3] as AsyncIterable<Buffer>) {
    said += chunk
    const match = /"port":(\d+)/.exec(said)
    if (match !== null) return Number(match[1])
  }
  throw new Error('workerd did not start.')
}
