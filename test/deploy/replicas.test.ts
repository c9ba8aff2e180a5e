import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { createClient } from 'redis'
import { generateApiKey, type Registry, registry } from 'safe-mcp/identity'
import { redisStore } from 'safe-mcp/redis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectV1, connectV2 } from '../../examples/_lib/clients.ts'
import { hasRedis, RedisServer } from '../store/redis-server.ts'
import { modernCall, modernHeaders } from '../suite/support/mcp.ts'
import { installPacked } from './package.ts'
import { type Balancer, balance, Replica } from './replica.ts'

async function untilEnd(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  while ((await reader?.read())?.done === false);
}

describe.skipIf(!hasRedis)('two replicas of the packed server and a real Redis (redis-server)', () => {
  const ada = generateApiKey()
  const bob = generateApiKey()
  const keys = [ada, bob].map(({ hash }, i) => ({ id: `key-${i}`, hash, principal: ['ada', 'bob'][i], scopes: [] }))
  let installed: ReturnType<typeof installPacked>
  let logs: string
  let redis: RedisServer
  let env: Record<string, string>
  let replicas: [Replica, Replica]
  let balancer: Balancer
  /** The operator's own view of the registry: a third process on the same Redis. */
  let directory: Registry
  let client: ReturnType<typeof createClient>

  beforeAll(async () => {
    installed = installPacked()
    logs = join(dirname(installed.folder), 'logs')
    mkdirSync(logs)
    if (process.getuid?.() === 0) chownSync(logs, 1000, 1000)
    redis = await RedisServer.start()
    const signingKey = await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey)
    client = createClient({ url: redis.url })
    directory = registry({ store: redisStore(client), signingKey })
    env = {
      NODE_ENV: 'production',
      REDIS_URL: redis.url,
      API_KEYS: JSON.stringify(keys),
      REGISTRY_KEY: JSON.stringify(signingKey),
      SAFE_MCP_TOOLS_ALLOW: 'search,report',
      SAFE_MCP_AUDIT_ENABLED: 'true',
      RATE_LIMIT: '25',
      DRAIN_MS: '4000',
    }
    replicas = [await start({ AUDIT_FILE: join(logs, 'one.jsonl') }), await start({ AUDIT_FILE: join(logs, 'two.jsonl') })]
    balancer = await balance(replicas.map(({ port }) => port))
  }, 120_000)

  afterAll(async () => {
    await balancer?.close()
    await Promise.all((replicas ?? []).map((replica) => replica.stop()))
    client?.destroy()
    await redis?.stop()
    if (installed !== undefined) rmSync(dirname(installed.folder), { recursive: true, force: true })
  })

  const others: Replica[] = []
  afterEach(async () => {
    for (const replica of others.splice(0)) await replica.stop()
  })

  const start = (more: Record<string, string> = {}, folder = installed.folder): Promise<Replica> =>
    Replica.start(folder, { ...env, ...more })
  const call = (url: string, tool: string, args: object, key: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { ...modernHeaders(tool), authorization: `Bearer ${key}` },
      body: modernCall(tool, args),
      ...init,
    })

  it('run as somebody who is not root and cannot write to their own folder', () => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0)
    const status = readFileSync(`/proc/${replicas[0].pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m)
    const write = spawnSync(process.execPath, ['-e', "require('fs').writeFileSync('x', '')"], {
      cwd: installed.folder,
      uid: 1000,
      gid: 1000,
    })
    expect(write.status).not.toBe(0)
  })

  it.each(['/health', '/ready'])('answer %s without a key', async (path) => {
    for (const { url } of replicas) {
      const answer = await fetch(url + path)
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
    }
  })

  it.each([
    ['SDK v2', connectV2],
    ['SDK v1', connectV1],
  ])('serve the client of %s through a balancer, whichever replica answers', async (_, connect) => {
    const client = await connect(new URL('/mcp', balancer.url), ada.key)
    expect((await client.toolNames()).sort()).toEqual(['report', 'search'])
    expect((await client.call('search', { query: 'pins' })).text).toBe('3 articles about: pins')
    await client.close()
    expect(Math.min(...balancer.served)).toBeGreaterThan(0)
  })

  it('share the limit of a caller', async () => {
    const statuses: number[] = []
    const before = [...balancer.served]
    for (let i = 0; i < 30; i++) statuses.push((await call(balancer.url, 'search', { query: String(i) }, bob.key)).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(25)
    expect(statuses.slice(25)).toEqual([429, 429, 429, 429, 429])
    for (const [i, count] of balancer.served.entries()) expect(count - (before[i] as number)).toBe(15)
    for (const { url } of replicas) expect((await call(url, 'search', { query: 'x' }, bob.key)).status).toBe(429)
  })

  it('share the pins: a replica that shows another definition is not believed', async () => {
    const rogue = join(dirname(installed.folder), 'rogue')
    cpSync(installed.folder, rogue, { recursive: true, verbatimSymlinks: true })
    const source = readFileSync(join(rogue, 'server.mjs'), 'utf8')
    writeFileSync(
      join(rogue, 'server.mjs'),
      source.replace('Searches the knowledge base.', 'Searches the knowledge base, and posts what you ask.'),
    )
    const third = await start({}, rogue)
    others.push(third)
    const client = await connectV2(new URL('/mcp', third.url), ada.key)
    expect(await client.toolNames()).toEqual(['report'])
    expect((await client.call('search', { query: 'x' })).isError).toBe(true)
    await client.close()
  })

  it('share revocations: what is revoked in one place is refused by every replica at its next request', async () => {
    const { aztpId } = await directory.issueIdentity('planner')
    const token = await directory.signToken(aztpId)
    const statuses = () => Promise.all(replicas.map(async ({ url }) => (await call(url, 'search', { query: 'x' }, token)).status))
    // Twice: the second time both have the verified token in their cache.
    for (let i = 0; i < 2; i++) expect(await statuses()).toEqual([200, 200])
    await directory.revokeIdentity(aztpId)
    expect(await statuses()).toEqual([401, 401])
    await directory.reissueIdentity(aztpId)
    expect(await statuses()).toEqual([401, 401])
    const fresh = await directory.signToken(aztpId)
    for (const { url } of replicas) expect((await call(url, 'search', { query: 'x' }, fresh)).status).toBe(200)
  })

  it('break the stream of a replica that is killed, and go on with its limits, pins and revocations', async () => {
    const { aztpId } = await directory.issueIdentity('crawler')
    const token = await directory.signToken(aztpId)
    const third = await start()
    others.push(third)
    const both = await balance([third.port, replicas[1].port])
    try {
      // Not an official client: those wait for an answer to come after all until their own time is up.
      const message = JSON.parse(modernCall('report', { steps: 50 })) as { params: { _meta: Record<string, unknown> } }
      message.params._meta['progressToken'] = 1
      const answer = await call(third.url, 'report', {}, token, { body: JSON.stringify(message) })
      const reader = answer.body?.getReader()
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('notifications/progress')
      third.signal('SIGKILL')
      // Never an answer that looks whole.
      await expect(untilEnd(reader)).rejects.toThrow()

      // The call that died counts.
      const statuses: number[] = []
      for (let i = 0; i < 26; i++) statuses.push((await call(both.url, 'search', { query: String(i) }, token)).status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(24)
      expect(statuses.slice(24)).toEqual([429, 429])
      expect(both.served).toEqual([0, 26])

      // The tools are still the ones the first replica pinned.
      const asked = await connectV2(new URL('/mcp', both.url), ada.key)
      expect((await asked.toolNames()).sort()).toEqual(['report', 'search'])
      await asked.close()

      await directory.revokeIdentity(aztpId)
      expect((await call(both.url, 'search', { query: 'x' }, token)).status).toBe(401)
    } finally {
      await both.close()
    }
  })

  it('stop when told: not ready any more, running streams end whole, the audit is written', async () => {
    const file = join(logs, 'stopped.jsonl')
    const third = await start({ AUDIT_FILE: file, RATE_LIMIT: '1000' })
    others.push(third)
    const client = await connectV2(new URL('/mcp', third.url), ada.key)
    let told = false
    let readyAfter: Promise<Response> | undefined
    const answer = await client.call('report', { steps: 20 }, () => {
      if (told) return
      told = true
      third.signal('SIGTERM')
      readyAfter = new Promise((resolve) => setTimeout(resolve, 100)).then(() => fetch(`${third.url}/ready`))
    })
    expect(answer.text).toBe('The report is ready.')
    expect((await readyAfter)?.status).toBe(503)
    expect(await third.ended()).toBe(0)
    expect(third.said).toContain('stopped')
    expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(2)

    const verified = spawnSync(process.execPath, [installed.bin, 'audit', 'verify', file, '--from-start'], { encoding: 'utf8' })
    expect(verified.stdout).toContain('whole')
    expect(verified.status).toBe(0)
    await client.close()
  })
})
