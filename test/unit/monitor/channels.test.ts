import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Alert, channels, createMonitor, formatters } from '../../../src/monitor/index.ts'
import { faultServer, standardWebhookSignature } from '../support/fault-server.ts'

let server: Awaited<ReturnType<typeof faultServer>>
beforeEach(async () => {
  server = await faultServer()
})
afterEach(() => server.close())

const alert: Alert = {
  key: 'threat_detected|HIGH',
  status: 'firing',
  type: 'SAFE_MCP_SECURITY_EVENT',
  severity: 'HIGH',
  title: 'HIGH threat_detected: prompt_injection',
  eventId: 'e-1',
  user: '<!channel> & co',
  threats: ['prompt_injection'],
  timestamp: '2026-01-01T00:00:00.000Z',
}

test('a webhook is signed, retried with the same id, and given up after its tries', async () => {
  const secret = ['whsec', 'test'].join('-')
  server.next('error', 'reset')
  const failures: string[] = []
  const monitor = createMonitor({
    channels: [channels.webhook({ url: server.url, allowPrivate: true, secret })],
    firstRetryMs: 5,
    attempts: 3,
    onFailure: (failure) => failures.push(failure.reason),
  })
  monitor.record('threat_detected', { severity: 'HIGH', threats: ['x'] })
  await monitor.flush()
  expect(server.requests).toHaveLength(3)
  expect(new Set(server.requests.map((request) => request.headers['webhook-id'])).size).toBe(1)
  const last = server.requests[2]
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = last?.headers ?? {}
  expect(signature).toBe(standardWebhookSignature(secret, String(id), String(time), last?.body ?? ''))
  expect(JSON.parse(last?.body ?? '')).toMatchObject({ severity: 'HIGH', threats: ['x'] })
  server.next('error', 'error', 'error')
  monitor.record('threat_detected', { severity: 'CRITICAL' })
  await monitor.flush()
  expect(failures).toEqual(['failed'])
  await monitor.close()
})

test('an inner address is refused unless it is meant', () => {
  expect(() => channels.slack({ url: 'https://10.0.0.1/' })).toThrow(/private address/)
  expect(() => channels.alertmanager({ url: 'http://127.0.0.1:9093/api/v2/alerts', allowPrivate: true })).not.toThrow()
})

test('Slack text cannot mention or link', () => {
  expect(JSON.stringify(formatters.slack(alert))).toContain('&lt;!channel&gt; &amp; co')
})

test('PagerDuty opens and resolves one incident', () => {
  const fire = formatters.pagerDuty(alert, { routingKey: 'r' })
  expect(fire).toMatchObject({ event_action: 'trigger', dedup_key: alert.key, payload: { severity: 'error', source: 'safe-mcp' } })
  expect(formatters.pagerDuty({ ...alert, status: 'resolved' }, { routingKey: 'r' })).toMatchObject({
    event_action: 'resolve',
    dedup_key: alert.key,
  })
})

test('Alertmanager gets labels that stay the same, and an end when it is over', () => {
  const [fire] = formatters.alertmanager(alert) as { labels: object; endsAt?: string }[]
  const [over] = formatters.alertmanager({ ...alert, status: 'resolved' }) as { labels: object; endsAt?: string }[]
  expect(fire?.labels).toEqual(over?.labels)
  expect(fire?.endsAt).toBeUndefined()
  expect(over?.endsAt).toBe(alert.timestamp)
})

test('e-mail goes through a function of the application', async () => {
  const mails: { subject: string }[] = []
  await channels.email({ send: (mail) => void mails.push(mail) }).send(alert)
  expect(mails[0]?.subject).toBe('[HIGH] HIGH threat_detected: prompt_injection')
})
