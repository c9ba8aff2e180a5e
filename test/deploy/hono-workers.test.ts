import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { verifyAudit } from 'safe-mcp/audit'
import { createLock, formatLock } from 'safe-mcp/definitions'
import { generateApiKey } from 'safe-mcp/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectV1, connectV2 } from '../../examples/_lib/clients.ts'
import mcp from '../../examples/hono-workers/mcp.ts'
import { workerdPath } from '../store/workerd.ts'
import { modernCall, modernHeaders } from '../suite/support/mcp.ts'

const folder = join(import.meta.dirname, '../../examples/hono-workers')

interface Wrangler {
  readonly durable_objects: { readonly bindings: readonly { readonly name: string; readonly class_name: string }[] }
  readonly migrations: readonly { readonly new_sqlite_classes: readonly string[] }[]
  readonly kv_namespaces: readonly { readonly binding: string }[]
}

describe('the wrangler configuration', () => {
  const config = JSON.parse(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8').replace(/^\s*\/\/.*$/gm, '')) as Wrangler

  it('binds what the Worker asks for, and needs no Node compatibility', () => {
    const source = readFileSync(join(folder, 'worker.ts'), 'utf8')
    expect(config).toMatchObject({ main: 'worker.ts', compatibility_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
    expect(config).not.toHaveProperty('compatibility_flags')
    for (const { name, class_name } of config.durable_objects.bindings) {
      expect(source).toContain(`readonly ${name}:`)
      expect(source).toMatch(new RegExp(`export \\{ ${class_name} \\}`))
      expect(config.migrations.flatMap((one) => one.new_sqlite_classes)).toContain(class_name)
    }
    for (const { binding } of config.kv_namespaces) expect(source).toContain(`readonly ${binding}:`)
  })
})

describe.skipIf(workerdPath === undefined)('the Hono Worker, in workerd (npm ci --prefix test/runtime)', () => {
  const crm = generateApiKey()
  const plain = generateApiKey()
  const cold = generateApiKey()
  const temporary = mkdtempSync(join(tmpdir(), 'safe-mcp-hono-workers-'))
  const audited: string[] = []
  let collector: Server
  let child: ChildProcess
  let url: URL

  beforeAll(async () => {
    collector = createServer(async (req, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      audited.push(...Buffer.concat(chunks).toString().trim().split('\n'))
      res.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    await once(collector, 'listening')
    await build({
      entryPoints: [join(folder, 'worker.ts')],
      outfile: join(temporary, 'worker.js'),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['safe-mcp-source', 'workerd', 'worker', 'import'],
      logLevel: 'error',
    })
    const keys = [
      { id: 'crm', hash: crm.hash, principal: 'ada', scopes: ['crm'] },
      { id: 'cold', hash: cold.hash, principal: 'eve', scopes: ['crm'] },
      { id: 'plain', hash: plain.hash, principal: 'bob', scopes: [] },
    ]
    const port = await freePort()
    url = new URL(`http://127.0.0.1:${port}/mcp`)
    const auditUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/audit`
    writeFileSync(join(temporary, 'config.capnp'), configFor({ port, keys, auditUrl, lock: await lockOfServer() }))
    child = spawn(workerdPath as string, ['serve', join(temporary, 'config.capnp')], { stdio: 'inherit' })
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await fetch(new URL('/health', url)).catch(() => undefined)
      if (answer?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('workerd did not start')
  }, 60_000)

  afterAll(async () => {
    child?.kill('SIGKILL')
    collector?.closeAllConnections()
    collector?.close()
    rmSync(temporary, { recursive: true, force: true })
  })

  it('answers many at once while the isolate is cold, and those whose neighbours leave', async () => {
    const leaving = Array.from({ length: 5 }, () => {
      const abort = new AbortController()
      setTimeout(() => abort.abort(), 1)
      return ask('search', { query: 'x' }, cold.key, abort.signal).catch(() => undefined)
    })
    const staying = Array.from({ length: 20 }, () =>
      ask('customer', { id: '7' }, cold.key).then(async (answer) => [answer.status, await answer.text()]),
    )
    for (const [status, text] of await Promise.all(staying)) {
      expect(status).toBe(200)
      expect(text).toContain('Ada Lovelace')
    }
    await Promise.all(leaving)
  })

  it.each([
    ['SDK v2', connectV2],
    ['SDK v1', connectV1],
  ])('serves the client of %s: lists, calls, redacts, refuses', async (_, connect) => {
    const client = await connect(url, crm.key)
    // `purge` is not allowed, and nobody need know it is there.
    expect((await client.toolNames()).sort()).toEqual(['customer', 'search'])
    expect((await client.call('search', { query: 'pins' })).text).toBe('3 articles about: pins')
    const customer = await client.call('customer', { id: '42' })
    expect(customer.text).toContain('Ada Lovelace')
    expect(customer.text).not.toContain('ada.lovelace@')
    expect((await client.call('purge', {})).isError).toBe(true)
    await client.close()
  })

  it('lets nobody in without a key, or with a made-up one', async () => {
    expect((await ask('search', { query: 'x' })).status).toBe(401)
    expect((await ask('search', { query: 'x' }, generateApiKey().key)).status).toBe(401)
  })

  it('refuses what the scopes of a key do not cover', async () => {
    expect(await (await ask('customer', { id: '1' }, plain.key)).text()).not.toContain('Ada')
  })

  it('sends a verifiable audit trail after the answers are out', async () => {
    for (let i = 0; i < 100 && !audited.some((line) => line.includes('tool_denied')); i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    const denials = audited.filter((line) => line.includes('"tool_denied"'))
    expect(denials.length).toBeGreaterThan(0)
    expect(audited.join('\n')).not.toContain(crm.key)
    // One chain for each isolate that served us.
    const chainOf = (line: string): string => (JSON.parse(line) as { chain: string }).chain
    for (const chain of new Set(audited.map(chainOf))) expect(verifyAudit(audited.filter((line) => chainOf(line) === chain)).ok).toBe(true)
  })

  it('counts in the Durable Object, and says no when the limit is reached', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push((await ask('search', { query: String(i) }, plain.key)).status)
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(30)
    expect(statuses.at(-1)).toBe(429)
    expect((await ask('search', { query: 'x' }, crm.key)).status).toBe(200)
  })

  const ask = (tool: string, args: object, key?: string, signal?: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      signal: signal ?? null,
      headers: { ...modernHeaders(tool), ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body: modernCall(tool, args),
    })
})

/** What `safe-mcp pin create` would write, without a server to ask. */
async function lockOfServer(): Promise<string> {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} }
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { ...modernHeaders(''), 'mcp-method': 'tools/list' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } }),
  })
  request.headers.delete('mcp-name')
  const text = await (await mcp.fetch(request)).text()
  const { result } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { result: { tools: unknown[] } }
  return formatLock(await createLock(result.tools))
}

/** Workers KV asks a service of its own for each key (GET /key); here it holds one. */
const kv = `export default { fetch: (request, env) =>
  new URL(request.url).pathname === '/mcp-tools.lock.json' ? new Response(env.LOCK) : new Response(null, { status: 404 }) }`

function configFor(to: { port: number; keys: unknown; auditUrl: string; lock: string }): string {
  const text = (value: string): string => JSON.stringify(value)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "kv", worker = (
      modules = [(name = "kv.js", esModule = ${text(kv)})],
      compatibilityDate = "2026-11-01",
      bindings = [(name = "LOCK", text = ${text(to.lock)})],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${to.port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  durableObjectNamespaces = [(className = "SafeMcpStore", uniqueKey = "safe-mcp")],
  durableObjectStorage = (inMemory = void),
  bindings = [
    (name = "SAFE_MCP", durableObjectNamespace = "SafeMcpStore"),
    (name = "PINS", kvNamespace = "kv"),
    (name = "API_KEYS", text = ${text(JSON.stringify(to.keys))}),
    (name = "AUDIT_URL", text = ${text(to.auditUrl)}),
  ],
);
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
