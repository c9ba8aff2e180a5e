import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { generateApiKey } from 'safe-mcp/identity'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KeyServer, startKeyServer } from '../../standins/key-server.ts'
import { type Forge, forged, pair } from './forge.ts'
import { hostileRequests } from './hostile-requests.ts'
import { hostileTokens } from './hostile-tokens.ts'

const root = join(import.meta.dirname, '../../..')
const workerd = join(root, 'test/runtime/node_modules/.bin/workerd')
const issuer = 'https://login.test/'
const audience = 'https://mcp.test/mcp'

/** Installed by `npm ci --prefix test/runtime`. */
const installed = existsSync(workerd)

describe.skipIf(!installed)(`identity in workerd${installed ? '' : ' (not installed: npm ci --prefix test/runtime)'}`, () => {
  const [es, rs, ed, attacker] = [pair('ES256', 'es-1'), pair('RS256', 'rs-1'), pair('EdDSA', 'ed-1'), pair('ES256', 'evil-1')]
  const { key, hash } = generateApiKey()
  let keyServer: KeyServer
  let trap: KeyServer
  let folder: string
  let child: ChildProcess
  let url: string
  let forge: Forge

  beforeAll(async () => {
    keyServer = await startKeyServer([es.jwk, rs.jwk, ed.jwk])
    trap = await startKeyServer([attacker.jwk])
    forge = { es, rs, ed, attacker, issuer, audience, trap: trap.url }
    folder = await mkdtemp(join(tmpdir(), 'safe-mcp-workerd-'))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    await build({
      entryPoints: [join(root, 'test/standins/identity-worker.ts')],
      outfile: join(folder, 'worker.js'),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['safe-mcp-source', 'workerd', 'import'],
      absWorkingDir: root,
    })
    const settings = JSON.stringify({ issuer, audience, jwksUrl: keyServer.jwksUrl, hash })
    await writeFile(join(folder, 'config.capnp'), configFor(settings, port))
    child = spawn(workerd, ['serve', join(folder, 'config.capnp')], { stdio: 'inherit' })
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await fetch(`${url}/handled`).catch(() => undefined)
      if (answer?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('workerd did not start')
  }, 60_000)

  afterAll(async () => {
    child?.kill()
    await Promise.all([keyServer.close(), trap.close(), rm(folder, { recursive: true, force: true })])
  })

  const handled = async (): Promise<number> => ((await (await fetch(`${url}/handled`)).json()) as { handled: number }).handled
  const send = (headers: readonly (readonly [string, string])[], query = '') =>
    fetch(`${url}/mcp${query === '' ? '' : `?${query}`}`, {
      method: 'POST',
      headers: [['content-type', 'application/json'], ...headers] as [string, string][],
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{}}}',
    })

  it('lets good tokens of every algorithm in, many at once', async () => {
    const answers = await Promise.all(
      [es, rs, ed, es, rs, ed].map(async (by) => (await send([['authorization', `Bearer ${forged(forge, by)}`]])).json()),
    )
    for (const answer of answers) expect(answer).toEqual({ subject: 'alice', clientId: 'alice' })
    expect(await (await send([['x-api-key', key]])).json()).toEqual({ subject: 'ci', clientId: 'k' })
    expect(keyServer.requests).toHaveLength(1)
  })

  it.each(hostileTokens)('refuses %s', async (_, make) => {
    const before = await handled()
    const response = await send([['authorization', `Bearer ${make(forge)}`]])
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'identity_invalid' })
    expect(await handled()).toBe(before)
  })

  it.each(hostileRequests('TOKEN', 'KEY').map(({ name }, index) => [name, index] as const))('refuses %s', async (_, index) => {
    const before = await handled()
    const { headers, query } = hostileRequests(forged(forge, es), key)[index]!
    expect((await send(headers, query)).status).toBe(401)
    expect(await handled()).toBe(before)
    expect(trap.requests).toEqual([])
  })
})

function configFor(settings: string, port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "CONFIG", text = ${JSON.stringify(settings)})],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
