import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileSink, verifyAuditFile } from '../../../adapters/platform/node.ts'
import { type AuditLog, createAuditLog } from '../../../src/audit/index.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'safe-mcp-audit-'))
  path = join(dir, 'audit.jsonl')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function write(events: number, options: Partial<Parameters<typeof fileSink>[0]> = {}): Promise<void> {
  const log = createAuditLog({ sinks: [fileSink({ path, ...options })] })
  await add(log, events)
  await log.close()
}
async function add(log: AuditLog, events: number): Promise<void> {
  for (let i = 0; i < events; i++) {
    log.record('sample', { details: { i } })
    if (i % 10 === 0) await log.flush()
  }
  await log.flush()
}

test('events are lines of a file only its owner reads', async () => {
  await write(5)
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(6)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await verifyAuditFile(path, { fromStart: true })).toMatchObject({ ok: true, entries: 5 })
  expect(await readdir(dir)).toEqual(['audit.jsonl'])
})

test('the chain goes on over restarts', async () => {
  for (let i = 0; i < 3; i++) await write(5)
  const report = await verifyAuditFile(path, { fromStart: true })
  expect(report).toMatchObject({ ok: true, entries: 17 }) // 15 events and 2 that say "resume"
  expect(report.last?.seq).toBe(17)
})

test('the chain goes on over rotation, and over a restart right after one', async () => {
  for (let i = 0; i < 4; i++) await write(60, { maxBytes: 4096 })
  const report = await verifyAuditFile(path, { fromStart: true })
  expect(report).toMatchObject({ ok: true, entries: 243 })
  expect(report.files.length).toBeGreaterThan(5)
  const rotated = report.files[2] as string
  const text = await readFile(rotated, 'utf8')
  await writeFile(rotated, text.replace('"sample"', '"simple"'))
  expect(await verifyAuditFile(path)).toMatchObject({ ok: false, brokenFile: rotated })
  await rm(rotated)
  expect(await verifyAuditFile(path)).toMatchObject({ ok: false, firstBreak: { reason: 'removed or reordered', line: 1 } })
})

test('old files are deleted only when asked', async () => {
  await write(200, { maxBytes: 2048, maxFiles: 2 })
  const report = await verifyAuditFile(path)
  expect(report.ok).toBe(true)
  expect(report.files).toHaveLength(3)
})

test('a torn last line at any length is kept, reported, and accounted for by the next event', async () => {
  await write(3)
  const { size } = await stat(path)
  for (const cut of [1, 2, 10, 75, 76, 150]) {
    await write(1)
    await truncate(path, (await stat(path)).size - cut)
    expect(await verifyAuditFile(path, { fromStart: true }), `cut ${cut}`).toMatchObject({ ok: true, tornTail: true })
    await write(1)
    expect(await verifyAuditFile(path, { fromStart: true }), `after ${cut}`).toMatchObject({ ok: true, tornTail: false })
  }
  expect((await stat(path)).size).toBeGreaterThan(size)
  // What a crash left cannot be exchanged afterwards either.
  const text = await readFile(path, 'utf8')
  const lines = text.split('\n')
  const torn = lines.findIndex((line) => line !== '' && !line.endsWith('"}'))
  expect(torn).toBeGreaterThan(0)
  lines[torn] = (lines[torn] as string).replace('"time":"2', '"time":"3')
  await writeFile(path, lines.join('\n'))
  expect((await verifyAuditFile(path)).firstBreak?.line).toBe(torn + 1)
})

test('a file that was changed is set aside, never continued', async () => {
  await write(3)
  await appendFile(path, 'not ours\n')
  await write(2)
  expect(await verifyAuditFile(path, { fromStart: true })).toMatchObject({ ok: true, entries: 2 })
  expect((await readdir(dir)).some((name) => name.startsWith('audit.jsonl.broken-'))).toBe(true)
})

test('two logs on one path write two files, each with its own chain', async () => {
  const logs = [1, 2].map(() => createAuditLog({ sinks: [fileSink({ path })] }))
  await Promise.all(logs.map((log) => add(log, 50)))
  await Promise.all(logs.map((log) => log.close()))
  expect(await verifyAuditFile(path, { fromStart: true })).toMatchObject({ ok: true, entries: 50 })
  expect(await verifyAuditFile(join(dir, 'audit.2.jsonl'), { fromStart: true })).toMatchObject({ ok: true, entries: 50 })
})

describe('a disk that is full', () => {
  test('fails no one, loses nothing but what the queue must give up, and says so', async () => {
    const troubles: string[] = []
    const log = createAuditLog({
      sinks: [fileSink({ path: '/dev/full' })],
      queue: { maxEvents: 100 },
      closeTimeoutMs: 100,
      onTrouble: (trouble) => troubles.push(trouble.kind),
    })
    for (let i = 0; i < 10; i++) log.record('sample')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(troubles).toEqual(['sink_failing'])
    expect(log.stats().sinks[0]).toMatchObject({ written: 0, pending: 10 })
    await log.close()
  })
})

test('a directory that cannot be written fails no one', async () => {
  await writeFile(path, '')
  const log = createAuditLog({ sinks: [fileSink({ path: join(path, 'below', 'audit.jsonl') })], closeTimeoutMs: 100 })
  log.record('sample')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(log.stats().sinks[0]?.failures).toBeGreaterThan(0)
  await log.close()
})
