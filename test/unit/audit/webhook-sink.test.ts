import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAuditLog, formats, verifyAudit, webhookSink } from '../../../src/audit/index.ts'
import { memorySink } from '../../../src/audit/memory-sink.ts'
import { faultServer, standardWebhookSignature } from '../support/fault-server.ts'

let server: Awaited<ReturnType<typeof faultServer>>
beforeEach(async () => {
  server = await faultServer()
})
afterEach(() => server.close())

describe('every fault of the other side', () => {
  test.each(['error', 'reset', 'redirect', 'silent', 'slow-head'] as const)(
    '%s: the batch is sent again, whole and in order',
    async (fault) => {
      server.next(fault)
      const log = createAuditLog({ sinks: [webhookSink({ url: server.url, allowPrivate: true, timeoutMs: 150 })] })
      for (let i = 0; i < 250; i++) log.record('sample', { details: { i } })
      await log.flush()
      await log.close()
      const good = server.requests.filter((request) => request.fault === 'none')
      expect(verifyAudit(good.map((request) => request.body).join(''), { fromStart: true })).toMatchObject({ ok: true, entries: 250 })
      expect(server.requests[0]?.body).toBe(good[0]?.body)
      expect(server.requests.every((request) => request.path === '/hook')).toBe(true)
    },
  )

  test('an endless answer is not read to its end', async () => {
    server.next('endless')
    const log = createAuditLog({ sinks: [webhookSink({ url: server.url, allowPrivate: true, timeoutMs: 300 })] })
    log.record('sample')
    await log.flush()
    expect(log.stats().sinks[0]).toMatchObject({ written: 1, failures: 0 })
    await log.close()
  })
})

test('requests are signed so that the receiver can check them and drop repeats', async () => {
  const secret = ['whsec', 'test'].join('-')
  server.next('error')
  const log = createAuditLog({ sinks: [webhookSink({ url: server.url, allowPrivate: true, secret, headers: { 'x-tenant': 'a' } })] })
  log.record('sample')
  await log.flush()
  const [first, second] = server.requests
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = second?.headers ?? {}
  expect(signature).toBe(standardWebhookSignature(secret, String(id), String(timestamp), second?.body ?? ''))
  expect(first?.headers['webhook-id']).toBe(id)
  expect(second?.headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'x-tenant': 'a' })
  await log.close()
})

test.each([
  'http://example.com/',
  'https://localhost/',
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[fd00::1]/',
  'https://169.254.169.254/latest',
  'https://10.1.2.3/',
  'https://100.64.0.1/',
  'https://intranet/',
  'https://db.internal/',
  'https://user:pass@example.com/',
  'ftp://example.com/',
  'nonsense',
])('%s is refused as a target', (url) => {
  expect(() => webhookSink({ url })).toThrow(expect.objectContaining({ name: 'SafeMcpConfigError', path: 'webhookSink.url' }))
})

test('a public target is taken, and a name that leads inside is not asked', async () => {
  let asked = 0
  const fetch = async () => {
    asked++
    return new Response(null, { status: 204 })
  }
  const sink = (address: string) => webhookSink({ url: 'https://hooks.example.com/', fetch, resolve: async () => [address] })
  const event = await sampleEvent()
  await sink('93.184.216.34').write(event, '')
  expect(asked).toBe(1)
  await expect(sink('10.0.0.1').write(event, '')).rejects.toThrow('private')
  expect(asked).toBe(1)
})

describe('formats', () => {
  test('CEF escapes what its syntax needs', async () => {
    const line = formats.cef({ ...(await sampleEvent()), tool: 'a|b\\c', reason: 'x=y\\z', decision: 'deny', code: 'tool_denied' })
    expect(line.startsWith('CEF:0|safe-mcp|safe-mcp|1|tool_denied|deny a\\|b\\\\c|1|rt=')).toBe(true)
    expect(line).toContain(' reason=x\\=y\\\\z ')
    expect(line).not.toContain('\n')
  })

  test('OCSF has the class, the severity and what was decided', async () => {
    const event = await sampleEvent()
    expect(formats.ocsf({ ...event, decision: 'deny', severity: 'high' })).toMatchObject({
      class_uid: 6003,
      type_uid: 600399,
      severity_id: 4,
      action_id: 2,
      disposition_id: 2,
      status_id: 2,
      metadata: { uid: event.id, sequence: 1 },
    })
  })

  test('the record of the AZTP design has its ten members', async () => {
    expect(Object.keys(formats.aztp(await sampleEvent()))).toEqual([
      'event_id',
      'timestamp',
      'event_type',
      'safe_mcp_technique',
      'severity',
      'component_id',
      'user_id',
      'threat_indicators',
      'mitigation_applied',
      'details',
    ])
  })
})

async function sampleEvent() {
  const sink = memorySink()
  const log = createAuditLog({ sinks: [sink] })
  log.record('sample')
  await log.flush()
  return sink.events[0] as NonNullable<(typeof sink.events)[0]>
}
