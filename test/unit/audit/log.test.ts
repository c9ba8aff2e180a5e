import { describe, expect, test } from 'vitest'
import { createAuditLog, memorySink, type Sink, verifyAudit } from '../../../src/audit/index.ts'
import { deny } from '../../../src/core/verdict.ts'
import { principal, reply, testContext, toolCall } from '../support/context.ts'

const finished = (id: string) => ({ id, outcome: 'finished' as const, status: 200, durationMs: 1.234 })
const denied = (code: Parameters<typeof deny>[0], reason?: string) => deny(code, { reason }).denial

test('an allowed call leaves one event with who, which tool, a hash of the arguments and the outcome', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  const ctx = testContext({ principal: principal('alice') })
  log.onMessage?.(toolCall('search', { b: 1, a: 'secret words' }), ctx)
  log.onClose?.(finished(ctx.id), ctx)
  await log.flush()
  expect(sink.events).toHaveLength(1)
  expect(sink.events[0]).toMatchObject({
    seq: 1,
    type: 'decision',
    decision: 'allow',
    severity: 'info',
    user: 'alice',
    provider: 'jwt',
    tool: 'search',
    method: 'tools/call',
    exchange: ctx.id,
    http: { method: 'POST', path: '/mcp', status: 200 },
    outcome: 'finished',
    durationMs: 1.23,
  })
  // Member order does not change the hash, and the words are nowhere.
  const again = testContext()
  log.onMessage?.(toolCall('search', { a: 'secret words', b: 1 }), again)
  log.onClose?.(finished(again.id), again)
  await log.flush()
  expect(sink.events[1]?.argumentsHash).toBe(sink.events[0]?.argumentsHash)
  expect(sink.lines.join('\n')).not.toContain('secret words')
})

test('a denial is recorded at once, once, with its findings, and nothing is added when the exchange ends', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  const ctx = testContext()
  const message = toolCall('file_access')
  log.onFinding?.({ rule: 'aztp/Pattern_007', severity: 'high', technique: 'T1102', pointer: '/params/arguments/a\n' }, ctx)
  log.onVerdict?.(
    { guard: 'tools', phase: 'message', action: 'deny', enforced: true, message, denial: denied('tool_denied', 'no statement\r\nmatched') },
    ctx,
  )
  await log.flush()
  expect(sink.events).toHaveLength(1)
  log.onClose?.({ ...finished(ctx.id), denied: 'tool_denied' }, ctx)
  await log.flush()
  expect(sink.events).toHaveLength(1)
  expect(sink.events[0]).toMatchObject({
    decision: 'deny',
    enforced: true,
    code: 'tool_denied',
    guard: 'tools',
    severity: 'high',
    reason: 'no statement\\u{d}\\u{a}matched',
    findings: [{ rule: 'aztp/Pattern_007', severity: 'high', technique: 'T1102', pointer: '/params/arguments/a\\u{a}' }],
    mitigations: ['denied:tools'],
  })
})

test('a repaired message, a batch, a refused reply and an exchange without a message each leave their count of events', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  const repaired = testContext()
  log.onVerdict?.({ guard: 'input', phase: 'message', action: 'rewrite', enforced: true, message: toolCall('a') }, repaired)
  log.onMessage?.(toolCall('a'), repaired)
  log.onClose?.(finished(repaired.id), repaired)
  const batch = testContext()
  for (let i = 0; i < 3; i++) log.onMessage?.(toolCall('b', {}, i), batch)
  log.onClose?.(finished(batch.id), batch)
  const blocked = testContext()
  log.onMessage?.(toolCall('c', {}, 7), blocked)
  log.onVerdict?.(
    { guard: 'output', phase: 'reply', action: 'deny', enforced: true, message: reply(7), denial: denied('output_blocked') },
    blocked,
  )
  log.onClose?.(finished(blocked.id), blocked)
  const bare = testContext({ request: { method: 'GET', path: '/health', query: 'token=x' } })
  log.onClose?.(finished(bare.id), bare)
  await log.flush()
  expect(sink.events.map((event) => [event.decision, event.tool])).toEqual([
    ['rewrite', 'a'],
    ['allow', 'b'],
    ['allow', 'b'],
    ['allow', 'b'],
    ['deny', 'c'],
    ['allow', undefined],
  ])
  expect(sink.lines[5]).not.toContain('token')
})

test('what monitor mode would have denied is one allow event that says so', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink], record: 'denials' })
  const ctx = testContext({ mode: 'monitor' })
  log.onVerdict?.({ guard: 'tools', phase: 'message', action: 'deny', enforced: false, denial: denied('tool_denied') }, ctx)
  log.onMessage?.(toolCall('x'), ctx)
  log.onClose?.(finished(ctx.id), ctx)
  await log.flush()
  expect(sink.events).toHaveLength(1)
  expect(sink.events[0]).toMatchObject({ decision: 'allow', enforced: false, code: 'tool_denied' })
})

test('trace ids come from the header or from _meta, and only when they are exact', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const ctx = testContext()
  const call = toolCall('t')
  const params = { name: 't', _meta: { traceparent: `00-${trace}-b7ad6b7169203331-01` } }
  log.onMessage?.({ ...call, value: { ...(call.value as object), params } }, ctx)
  log.onClose?.(finished(ctx.id), ctx)
  await log.flush()
  expect(sink.events[0]?.trace).toBe(trace)
})

describe('a sink that fails', () => {
  test('is tried again with the same event, and other sinks do not wait', async () => {
    const good = memorySink()
    let fail = 2
    const kept: string[] = []
    const flaky: Sink = {
      name: 'flaky',
      async write(_event, line) {
        if (fail-- > 0) throw new Error('full')
        kept.push(line)
      },
    }
    const troubles: string[] = []
    const log = createAuditLog({ sinks: [flaky, good], onTrouble: (trouble) => troubles.push(trouble.kind) })
    for (let i = 0; i < 5; i++) log.record('test', { details: { i } })
    await Promise.resolve()
    expect(good.events).toHaveLength(5)
    await log.flush()
    expect(kept).toHaveLength(5)
    expect(verifyAudit(kept)).toMatchObject({ ok: true, entries: 5 })
    expect(troubles).toEqual(['sink_failing', 'recovered'])
  })

  test('loses allow events first and counts them, and never a denial', async () => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const sink = memorySink()
    const slow: Sink = {
      name: 'slow',
      write: (event, line) => gate.then(() => sink.write(event, line) as undefined),
    }
    const log = createAuditLog({ sinks: [slow], queue: { maxEvents: 10 } })
    const ask = (verdict: 'allow' | 'deny') => {
      const ctx = testContext()
      if (verdict === 'deny') {
        log.onVerdict?.({ guard: 'tools', phase: 'message', action: 'deny', enforced: true, denial: denied('tool_denied') }, ctx)
      }
      log.onClose?.(finished(ctx.id), ctx)
    }
    ask('allow')
    await Promise.resolve() // the first event is with the sink now
    for (let i = 0; i < 20; i++) ask('allow')
    for (let i = 0; i < 10; i++) ask('deny')
    expect(log.saturated).toBe(true)
    for (let i = 0; i < 3; i++) ask('deny')
    ask('allow')
    open()
    await log.flush()
    expect(log.saturated).toBe(false)
    const count = (type: string, decision?: string) =>
      sink.events.filter((event) => event.type === type && event.decision === decision).length
    expect(count('decision', 'deny')).toBe(10)
    expect(count('decision', 'allow')).toBe(1)
    expect(sink.events.find((event) => event.type === 'loss')?.details).toEqual({ dropped: 21 })
    expect(sink.events.find((event) => event.type === 'folded')?.details).toMatchObject({ code: 'tool_denied', guard: 'tools', count: 3 })
    expect(verifyAudit(sink.lines)).toMatchObject({ ok: true, entries: 13 })
    // In = out: everything recorded was written, dropped and counted, or folded and counted.
    const { recorded, sinks } = log.stats()
    expect(recorded).toBe(35)
    expect((sinks[0]?.dropped ?? 0) + (sinks[0]?.folded ?? 0) + 11).toBe(recorded)
  })

  test('does not keep close from returning', async () => {
    const log = createAuditLog({ sinks: [{ name: 'dead', write: () => new Promise(() => {}) }], closeTimeoutMs: 50 })
    log.record('test')
    await log.close()
    expect(log.stats().sinks[0]?.pending).toBe(1)
  })
})

test('a hostile note cannot break the line: objects, functions and controls do not get in', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  log.record('mine', {
    details: {
      big: 10n,
      fn: () => 1,
      nested: { a: 1 },
      list: ['a\u2028', { toString: 1 }],
      __proto__: null,
      nan: Number.NaN,
      text: 'a\nb',
    },
  })
  await log.flush()
  expect(sink.events[0]?.details).toEqual({ list: ['a\\u{2028}'], text: 'a\\u{a}b' })
  expect(sink.lines[0]?.split('\n')).toHaveLength(1)
})

test('options that make no sense are refused', () => {
  expect(() => createAuditLog({ queue: { maxEvents: 0 } })).toThrow(/maxEvents/)
  expect(() => createAuditLog({ sinks: [{} as Sink] })).toThrow(/sinks\[0\]/)
})

test('writeAhead records the call before it runs', async () => {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink], writeAhead: true })
  const ctx = testContext()
  log.onMessage?.(toolCall('pay'), ctx)
  await log.flush()
  expect(sink.events[0]).toMatchObject({ type: 'intent', tool: 'pay' })
})

test('a sink gets the decisions it wants, and what no sink wants is not even made', async () => {
  const [all, changes, denials] = (['all', 'changes', 'denials'] as const).map((wants) => ({ ...memorySink(), wants, got: [] as string[] }))
  const sinks = [all, changes, denials].map((sink) => ({
    name: 'x',
    wants: sink?.wants,
    write: (event: { decision?: string | undefined }) => void sink?.got.push(event.decision ?? ''),
  }))
  const log = createAuditLog({ sinks })
  const run = (target: typeof log) => {
    for (const verdict of ['allow', 'rewrite', 'deny'] as const) {
      const ctx = testContext()
      if (verdict === 'rewrite') target.onVerdict?.({ guard: 'input', phase: 'message', action: 'rewrite', enforced: true }, ctx)
      if (verdict === 'deny')
        target.onVerdict?.({ guard: 'tools', phase: 'message', action: 'deny', enforced: true, denial: denied('tool_denied') }, ctx)
      target.onClose?.(finished(ctx.id), ctx)
    }
  }
  run(log)
  await log.flush()
  expect([all?.got, changes?.got, denials?.got]).toEqual([['allow', 'rewrite', 'deny'], ['rewrite', 'deny'], ['deny']])
  const quiet = createAuditLog({ sinks: sinks.slice(2) })
  run(quiet)
  expect(quiet.stats().recorded).toBe(1)
})

test('a sink that has fallen behind is given more at once, so that a busy server loses nothing', async () => {
  const batches: number[] = []
  let open: () => void = () => {}
  const sink: Sink = {
    name: 'slow',
    write: () => {},
    async writeMany(events) {
      batches.push(events.length)
      await new Promise<void>((resolve) => {
        open = resolve
        if (batches.length > 1) resolve()
      })
    },
  }
  const log = createAuditLog({ sinks: [sink] })
  for (let i = 0; i < 2501; i++) {
    const ctx = testContext()
    log.onMessage?.(toolCall('search'), ctx)
    log.onClose?.(finished(ctx.id), ctx)
    if (i === 0) await Promise.resolve()
  }
  while (batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  open()
  await log.flush()
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(2501)
  expect(Math.max(...batches)).toBe(1000)
  expect(batches.length).toBeLessThan(6)
})
