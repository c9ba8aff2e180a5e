import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fileSink } from '../../../adapters/platform/node.ts'
import { consoleSink, createAuditLog, memorySink, type Sink } from '../../../src/audit/index.ts'
import { deny } from '../../../src/core/verdict.ts'
import { askingGuard } from '../../../src/guards/asking.ts'
import { auditGuard } from '../../../src/guards/audit.ts'
import { budgetGuard } from '../../../src/guards/budget.ts'
import { concurrencyGuard } from '../../../src/guards/concurrency.ts'
import { loopGuard } from '../../../src/guards/loop.ts'
import { rateGuard } from '../../../src/guards/rate.ts'
import { taintGuard } from '../../../src/guards/taint.ts'
import { threatGuard } from '../../../src/guards/threat.ts'
import { apiKey, hashApiKey } from '../../../src/identity/index.ts'
import { createMonitor, metrics } from '../../../src/monitor/index.ts'
import { definePolicy, type PolicyRequest } from '../../../src/policy/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import {
  type ConformanceCase,
  guardConformance,
  observerConformance,
  pdpConformance,
  sinkConformance,
  storeConformance,
  verifierConformance,
} from '../../../src/testing/index.ts'

const runAll = (cases: readonly ConformanceCase[]) => {
  for (const { name, run } of cases) test(name, run)
}

describe('the memory sink', () =>
  runAll(sinkConformance({ sink: memorySink, lines: (sink) => (sink as ReturnType<typeof memorySink>).lines })))

describe('the console sink', () => {
  beforeAll(() => {
    for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {})
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })
  runAll(sinkConformance({ sink: () => consoleSink({ show: 'all' }) }))
})

describe('the file sink', () => {
  let dir: string
  let files = 0
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'safe-mcp-conformance-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))
  const paths = new WeakMap<Sink, string>()
  const make = () => {
    const path = join(dir, `${++files}.jsonl`)
    const sink = fileSink({ path })
    paths.set(sink, path)
    return sink
  }
  const lines = async (sink: Sink) => (await readFile(paths.get(sink) as string, 'utf8')).split('\n').slice(0, -1)
  runAll(sinkConformance({ sink: make, lines }))
})

describe.each([
  ['rate', () => rateGuard({ limit: 100_000 })],
  ['rate by tool', () => rateGuard({ limit: 100_000, by: ['ip', 'tool', 'route', 'method'] })],
  ['loop', () => loopGuard({ limit: 1000 })],
  ['budget', () => budgetGuard({ maxCalls: 100_000, maxReplyLength: 1e12, maxArgumentLength: 1e12, maxDistinctArguments: 100_000 })],
  ['concurrency', () => concurrencyGuard({ limit: 1000 })],
  ['asking', () => askingGuard()],
  ['taint', () => taintGuard({ untrusted: ['*'], privileged: ['pay'] })],
  ['threat', () => threatGuard()],
  ['audit', () => auditGuard({ saturated: false, onFull: 'drop' })],
])('the %s guard', (_name, guard) => runAll(guardConformance({ guard })))

describe.each([
  ['audit', () => createAuditLog({ sinks: [memorySink()] })],
  ['monitor', () => createMonitor()],
  ['metrics', () => metrics()],
])('the %s observer', (_name, observer) => runAll(observerConformance({ observer })))

describe('the API key verifier', async () => {
  const key = ['test', 'key', 'Aa0'.repeat(14)].join('-')
  const hash = await hashApiKey(key)
  const verifier = () => apiKey({ keys: [{ id: 'k', hash, principal: 'alice' }], header: 'x-api-key' })
  runAll(verifierConformance({ verifier, accepted: () => ({ 'x-api-key': key }) }))
})

const question = (id: string): PolicyRequest => ({
  subject: { type: 'user', id: 'alice', properties: {} },
  action: { name: 'tools/call' },
  resource: { type: 'tool', id },
  context: { time: 0, arguments: {} },
})

describe('a policy of lists', () => {
  const pdp = () => definePolicy({ allow: ['web_search'], deny: ['file_access'] })
  runAll(pdpConformance({ pdp, allowed: [question('web_search')], denied: [question('file_access'), question('other')] }))
})

describe('the suites bite', () => {
  const failures = async (cases: readonly ConformanceCase[]) => {
    const failed: string[] = []
    for (const { name, run } of cases) await run().catch(() => failed.push(name))
    return failed
  }

  test('a store that extends lifetimes, mixes absent with empty, or loses counts is found', async () => {
    const extending = { ...memoryStore(), increment: undefined as never }
    const inner = memoryStore()
    extending.increment = ((key: string, by: number, ttl: number) => {
      const sum = Number(inner.get(key) ?? 0) + by
      inner.set(key, String(sum), ttl)
      return sum
    }) as never
    expect(await failures(storeConformance({ store: () => extending, shortestTtlMs: 60 }))).toContain(
      'the first increment starts the lifetime and later ones do not extend it',
    )
    const racing = {
      ...memoryStore(),
      async increment(key: string, by: number, ttl: number) {
        const sum = Number((await this.get(key)) ?? 0) + by
        await this.set(key, String(sum), ttl)
        return sum
      },
    }
    expect(await failures(storeConformance({ store: () => racing, shortestTtlMs: 60 }))).toContain(
      'concurrent increments are all counted, each seen once',
    )
  })

  test('a sink that drops or reorders is found', async () => {
    const kept: string[] = []
    const dropping = (): Sink => ({ name: 'dropping', write: (event, line) => void (event.seq % 7 === 0 || kept.push(line)) })
    expect(await failures(sinkConformance({ sink: dropping, lines: () => kept }))).toContain(
      'every event arrives once, in order, as the line its hash covers',
    )
  })

  test('a guard that throws, writes into messages or quotes what it found is found', async () => {
    const throwing = { name: 'x', onMessage: (message: { value: unknown }) => void (message.value as { a: { b: 1 } }).a.b }
    expect(await failures(guardConformance({ guard: () => throwing }))).toContain(
      'every hook answers with a verdict or nothing, whatever the message',
    )
    const writing = {
      name: 'x',
      onMessage({ value }: { value: unknown }) {
        if (typeof value === 'object' && value !== null) (value as { seen?: boolean }).seen = true
      },
    }
    expect(await failures(guardConformance({ guard: () => writing }))).toContain('messages are read, never written')
    const denying = { name: 'x', onMessage: () => deny('tool_denied') }
    expect(await failures(guardConformance({ guard: () => denying }))).toContain('what is harmless passes unchanged')
  })

  test('a verifier that compares by prefix and a policy that folds names are found', async () => {
    const secret = 'abcdefghijklmnop'
    const lax = {
      ...apiKey({ keys: [{ id: 'k', hash: await hashApiKey(secret), principal: 'a' }], header: 'x-api-key' }),
    }
    const principal = {
      id: 'a',
      kind: 'user' as const,
      provider: lax.name,
      subject: 'a',
      scopes: [],
      attributes: {},
      chain: [],
      assurance: 'bearer' as const,
    }
    const prefix = {
      ...lax,
      recognises: () => true,
      verify: (presented: { request: { headers: { get(name: string): string | undefined } } }) =>
        (presented.request.headers.get('x-api-key') ?? '').startsWith(secret.slice(0, 4))
          ? { ok: true as const, principal, authInfo: { token: secret, clientId: 'a', scopes: [] } }
          : { ok: false as const, code: 'identity_invalid' as const, reason: 'no' },
    }
    expect(await failures(verifierConformance({ verifier: () => prefix as never, accepted: () => ({ 'x-api-key': secret }) }))).not.toEqual(
      [],
    )
    const folding = {
      name: 'x',
      evaluate: ({ resource }: PolicyRequest) => ({ decision: resource.id.trim() === 'web_search', reason: '' }),
    }
    expect(await failures(pdpConformance({ pdp: () => folding, allowed: [question('web_search')], denied: [question('x')] }))).toContain(
      'names are compared exactly: no other spelling of an allowed name is allowed by it',
    )
  })
})
