import { describe, expect, test } from 'vitest'
import { type Checkpoint, createAuditLog, memorySink, verifyAudit } from '../../../src/audit/index.ts'

async function sample(events: number): Promise<string[]> {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  for (let i = 0; i < events; i++) log.record('sample', { user: 'caf\u00e9', details: { i } })
  await log.flush()
  return [...sink.lines]
}
const file = (lines: readonly string[]) => `${lines.join('\n')}\n`

test('an untouched log verifies as text, as lines and as events', async () => {
  const lines = await sample(5)
  for (const log of [file(lines), lines, lines.map((line) => JSON.parse(line))]) {
    expect(verifyAudit(log, { fromStart: true })).toMatchObject({ ok: true, entries: 5, tornTail: false })
  }
  expect(verifyAudit('')).toMatchObject({ ok: true, entries: 0 })
})

describe('every change is found', () => {
  test('any byte changed to another', async () => {
    const text = file(await sample(3))
    for (let at = 0; at < text.length; at++) {
      for (const other of ['x', '0', '\n', ' ', '"']) {
        if (text[at] === other) continue
        const report = verifyAudit(text.slice(0, at) + other + text.slice(at + 1), { fromStart: true })
        expect(report.ok && !report.tornTail, `byte ${at} to ${JSON.stringify(other)}`).toBe(false)
      }
    }
  })

  test('any byte removed, any byte doubled', async () => {
    const text = file(await sample(3))
    for (let at = 0; at < text.length; at++) {
      for (const changed of [text.slice(0, at) + text.slice(at + 1), text.slice(0, at) + text[at] + text.slice(at)]) {
        const report = verifyAudit(changed, { fromStart: true })
        expect(report.ok && !report.tornTail, `byte ${at}`).toBe(false)
      }
    }
  })

  test('lines removed, swapped, doubled or put in', async () => {
    const lines = await sample(6)
    const other = await sample(1)
    expect(verifyAudit(lines.toSpliced(2, 1))).toMatchObject({
      ok: false,
      entries: 2,
      firstBreak: { seq: 4, line: 3, reason: 'removed or reordered' },
    })
    expect(verifyAudit(lines.with(1, lines[2] as string).with(2, lines[1] as string)).firstBreak).toMatchObject({ line: 2 })
    expect(verifyAudit(lines.toSpliced(3, 0, lines[2] as string)).firstBreak).toMatchObject({ line: 4 })
    expect(verifyAudit(lines.toSpliced(1, 0, other[0] as string)).firstBreak).toMatchObject({ line: 2 })
    expect(verifyAudit(lines.slice(1), { fromStart: true }).firstBreak).toMatchObject({ seq: 2, line: 1, reason: 'truncated at the start' })
  })

  test('a line altered in the middle is named', async () => {
    const lines = await sample(4)
    lines[1] = (lines[1] as string).replace('"i":1', '"i":9')
    expect(verifyAudit(file(lines))).toMatchObject({ ok: false, entries: 1, firstBreak: { seq: 2, line: 2, reason: 'altered' } })
  })

  test('a missing end is seen by whoever knows the head', async () => {
    const lines = await sample(5)
    const { last } = verifyAudit(lines)
    expect(verifyAudit(lines.slice(0, 4), { expectHead: last }).firstBreak).toMatchObject({ seq: 5, reason: 'truncated at the end' })
    expect(verifyAudit(lines, { expectHead: last }).ok).toBe(true)
  })
})

test('a torn last line is recognised at every length, and nothing before it is lost', async () => {
  const lines = await sample(3)
  const whole = file(lines.slice(0, 2))
  const last = lines[2] as string
  for (let length = 1; length < last.length; length++) {
    expect(verifyAudit(whole + last.slice(0, length), { fromStart: true }), String(length)).toMatchObject({
      ok: true,
      entries: 2,
      tornTail: true,
    })
  }
})

test('checkpoints are signed, and a forged or re-written log does not have them', async () => {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const stranger = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const kept: Checkpoint[] = []
  const make = async (key: CryptoKey, events: number) => {
    const sink = memorySink()
    const log = createAuditLog({ sinks: [sink], checkpoints: { key, keyId: 'k1', everyEvents: 10, onCheckpoint: (one) => kept.push(one) } })
    for (let i = 0; i < events; i++) {
      log.record('sample', { details: { i } })
      if (i % 10 === 0) await log.flush()
    }
    await log.close()
    return sink.lines
  }
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const lines = await make(pair.privateKey, 35)
  const report = await verifyAudit(lines, { publicKeys: { k1: jwk } })
  expect(report.ok).toBe(true)
  expect(report.checkpoints).toBeGreaterThanOrEqual(3)
  expect(report.checkpointsVerified).toBe(report.checkpoints)
  expect(kept).toHaveLength(report.checkpoints)
  // A log written anew with another key chains perfectly, and only the signature tells.
  const forged = await make(stranger.privateKey, 35)
  expect(verifyAudit(forged).ok).toBe(true)
  expect(await verifyAudit(forged, { publicKeys: { k1: jwk } })).toMatchObject({
    ok: false,
    firstBreak: { reason: 'checkpoint signature invalid' },
  })
  // The last checkpoint, kept elsewhere, shows a cut-off end.
  const head = kept[report.checkpoints - 1] as Checkpoint
  expect(verifyAudit(lines.slice(0, 20), { expectHead: { seq: head.seq, hash: head.head } }).firstBreak?.reason).toBe(
    'truncated at the end',
  )
})
