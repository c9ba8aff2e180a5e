import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditLog } from 'safe-mcp/audit'
import { fileSink } from 'safe-mcp/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from './run.ts'

describe('audit verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safe-mcp-audit-'))
  const path = join(folder, 'audit.jsonl')
  beforeAll(async () => {
    const log = createAuditLog({ sinks: [fileSink({ path })] })
    for (let i = 0; i < 20; i++) log.record('custom', { details: { i } })
    await log.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('says that a log is whole, and where its head is', async () => {
    const { code, out } = await run(['audit', 'verify', path, '--from-start'])
    expect(code).toBe(0)
    expect(out).toContain('whole, 20 events verified in 1 file')
    const head = /head (\d+:[0-9a-f]{64})/.exec(out)?.[1] as string
    expect((await run(['audit', 'verify', path, '--head', head])).code).toBe(0)
    expect((await run(['audit', 'verify', path, '--head', `21:${'0'.repeat(64)}`])).out).toContain('truncated at the end')
  })

  it('names the event that was altered or taken out', async () => {
    const lines = readFileSync(path, 'utf8').split('\n')
    const altered = join(folder, 'altered.jsonl')
    writeFileSync(altered, lines.map((line, i) => (i === 4 ? line.replace('"i":4', '"i":5') : line)).join('\n'))
    const { code, out } = await run(['audit', 'verify', altered])
    expect(code).toBe(1)
    expect(out).toContain('BROKEN, 4 events verified')
    expect(out).toContain('altered: event 5, line 5')
    const removed = join(folder, 'removed.jsonl')
    writeFileSync(removed, lines.filter((_, i) => i !== 7).join('\n'))
    expect(JSON.parse((await run(['audit', 'verify', removed, '--json'])).out)).toMatchObject({
      ok: false,
      firstBreak: { reason: 'removed or reordered' },
    })
  })

  it('cannot verify what it cannot read', async () => {
    expect((await run(['audit', 'verify', join(folder, 'missing.jsonl')])).code).toBe(3)
    expect((await run(['audit', 'verify', path, '--key', 'k=missing.jwk'])).code).toBe(3)
    expect((await run(['audit', 'verify', path, '--head', 'nonsense'])).code).toBe(2)
  })

  it('checks the signatures of checkpoints', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const signed = join(folder, 'signed.jsonl')
    const key = await crypto.subtle.importKey('jwk', privateKey.export({ format: 'jwk' }), 'Ed25519', false, ['sign'])
    const log = createAuditLog({ sinks: [fileSink({ path: signed })], checkpoints: { key, keyId: 'k1', everyEvents: 5 } })
    for (let i = 0; i < 12; i++) log.record('custom', {})
    await log.close()
    const keyFile = join(folder, 'k1.jwk')
    writeFileSync(keyFile, JSON.stringify(publicKey.export({ format: 'jwk' })))
    const { code, out } = await run(['audit', 'verify', signed, '--key', `k1=${keyFile}`])
    expect(code).toBe(0)
    expect(out).toMatch(/(\d+) checkpoints?, \1 signatures hold/)
    const other = join(folder, 'k2.jwk')
    writeFileSync(other, JSON.stringify(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })))
    expect((await run(['audit', 'verify', signed, '--key', `k1=${other}`])).code).toBe(1)
  })
})
