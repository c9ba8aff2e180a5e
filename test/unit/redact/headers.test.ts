import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'
import { chooseHeaders } from '../../../src/redact/headers/names.ts'
import { type HeaderShape, redactHeader } from '../../../src/redact/headers/value.ts'

const redactor = createRedactor({ risks: false })
/** Put together here, so that no push protection stops anyone. */
const key = `ghp_${'a1B2'.repeat(9)}`
const hook = `https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/${'aB3d'.repeat(6)}`

const rows: readonly (readonly [shape: HeaderShape, value: string, expected: string])[] = [
  ['url', '/done?mail=jane@example.com&next=2', '/done?mail=EMAIL_REDACTED&next=2'],
  ['url', '/done?mail=jane%40example.com', '/done?mail=EMAIL_REDACTED'],
  ['url', `https://app.example.com/cb?token=${key}#top`, 'https://app.example.com/cb?token=GITHUB_TOKEN_REDACTED#top'],
  ['url', `https://app.example.com/${key}`, 'https://app.example.com/GITHUB_TOKEN_REDACTED'],
  ['url', 'postgres://admin:Tr0ub4dor-x@db.example.com:5432/x', 'postgres://admin:PASSWORD_REDACTED@db.example.com:5432/x'],
  ['url', 'https://jane@example.com/x', 'https://EMAIL_REDACTED@example.com/x'],
  ['url', hook, 'https://hooks.slack.com/SLACK_WEBHOOK_REDACTED'],
  ['url', 'https://example.com/plain?a=1', 'https://example.com/plain?a=1'],
  ['parameters', 'attachment; filename="report of jane@example.com.pdf"', 'attachment; filename="report of EMAIL_REDACTED.pdf"'],
  ['parameters', 'attachment; filename=jane@example.com', 'attachment; filename=EMAIL_REDACTED'],
  ['parameters', "attachment; filename*=UTF-8''jane%40example.com", "attachment; filename*=UTF-8''EMAIL_REDACTED"],
  ['parameters', `<https://a.example/p?k=${key}>; rel="next"`, '<https://a.example/p?k=GITHUB_TOKEN_REDACTED>; rel="next"'],
  ['parameters', '199 proxy "ask jane@example.com"', '199 proxy "ask EMAIL_REDACTED"'],
  ['parameters', '199 - "never closed jane@example.com', '199 - "never closed EMAIL_REDACTED'],
  [
    'challenge',
    'Bearer error="invalid_token", error_description="token of jane@example.com", resource_metadata="https://a.example/x?jane@example.com"',
    'Bearer error="invalid_token", error_description="token of EMAIL_REDACTED", resource_metadata="https://a.example/x?jane@example.com"',
  ],
  ['text', 'made for jane@example.com', 'made for [EMAIL_REDACTED]'],
  ['text', `https://app.example.com/?k=${key}`, 'https://app.example.com/?k=GITHUB_TOKEN_REDACTED'],
]

describe('the value of a response header', () => {
  it.each(rows)('%s: %s', (shape, value, expected) => {
    const made = redactHeader(value, shape, redactor)
    expect(made.value).toBe(expected)
    expect(new Headers([['x', made.value]]).get('x')).toBe(expected)
    expect(made.findings.length > 0).toBe(value !== expected)
    for (const { range } of made.findings) expect(value.slice(...(range as [number, number]))).not.toBe('')
    if (shape === 'url' && value.includes('://')) expect(new URL(made.value).host).toBe(new URL(value).host)
  })

  it('says so where a secret is part of a host, which cannot be replaced', () => {
    expect(redactHeader(`https://${key}.example.com/`, 'url', redactor)).toMatchObject({ stuck: true })
  })

  it('keeps what somebody else puts in place from beginning another header', () => {
    const own = createRedactor({ replacement: () => 'x\r\nset-cookie: a=b\u2028' })
    const { value } = redactHeader('jane@example.com', 'text', own)
    expect(value).toBe('x??set-cookie: a=b?')
  })

  it('takes time that grows with its length only', () => {
    for (const unit of ['"', '<', "filename*=''", '\\"', 'a@', '://', '//@', ';=']) {
      const long = unit.repeat(64_000 / unit.length)
      const started = performance.now()
      for (const shape of ['url', 'parameters', 'challenge', 'text'] as const) redactHeader(long, shape, redactor)
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })
})

describe('the choice of response headers', () => {
  const shape = chooseHeaders(true, 'output.headers')

  it('takes those that carry text by default, and none of the protocol', () => {
    expect(['location', 'link', 'x-note', 'www-authenticate', 'content-disposition'].map((name) => shape?.(name))).toEqual([
      'url',
      'parameters',
      'text',
      'challenge',
      'parameters',
    ])
    for (const name of [
      'set-cookie',
      'etag',
      'content-type',
      'mcp-session-id',
      'access-control-allow-origin',
      'x-csrf-token',
      'x-powered-by',
      'date',
    ])
      expect(shape?.(name), name).toBeUndefined()
  })

  it('takes what is named, and refuses what belongs to the protocol', () => {
    const own = chooseHeaders(['X-Csrf-Token', 'app-*'], 'output.headers')
    expect(['x-csrf-token', 'app-note', 'location'].map((name) => own?.(name))).toEqual(['text', 'text', undefined])
    expect(chooseHeaders(false, 'output.headers')).toBeUndefined()
    for (const name of ['set-cookie', 'Mcp-Session-Id', 'access-control-*', '*', 'no name', ''])
      expect(() => chooseHeaders([name], 'output.headers'), name).toThrow(/output\.headers\[0\]/)
  })
})
