import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'

const redactor = createRedactor()

/** A stable pseudo-random sequence, so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

const sample = [
  'mail bob@example.com now, SSN 123-45-6789.',
  'card 4111 1111 1111 1111 and IBAN GB82 WEST 1234 5698 7654 32',
  'a <script>alert(1)</script> and javascript:alert(1) {{x}} ${y} eval(z)',
  'call (415) 555-2671 or +44 20 7946 0958',
  'p\u200blease write to user&#64;example.com or user%40example.com \u{1F600}',
  `${'-'.repeat(5)}BEGIN PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA'.repeat(9)}\n-----END PRIVATE KEY-----\nafter`,
].join('\n')

describe('a redactor', () => {
  it("puts the design's labels in place of what it finds", () => {
    const { text, findings } = redactor.redact('bob@example.com 123-45-6789 4111111111111111 <script>x()</script>')
    expect(text).toBe('[EMAIL_REDACTED] [SSN_REDACTED] [CARD_REDACTED] [SCRIPT_REMOVED]')
    expect(findings.map((finding) => finding.rule)).toEqual(['pii/email', 'pii/ssn', 'pii/card', 'aztp/OutputRisk_000'])
  })

  it('gives back the very same string when there is nothing to redact', () => {
    const text = 'Order 1234567890 of 2024-01-02, see v1.2.3.'
    expect(redactor.redact(text).text).toBe(text)
  })

  it('says where, never what', () => {
    const { findings } = redactor.redact('write to bob@example.com')
    expect(findings).toEqual([{ rule: 'pii/email', severity: 'medium', technique: undefined, range: [9, 24] }])
  })

  it('keeps a thousand findings of one text and redacts the rest too', () => {
    const { text, findings } = redactor.redact('bob@example.com '.repeat(1200))
    expect(text).toBe('[EMAIL_REDACTED] '.repeat(1200))
    expect(findings).toHaveLength(1000)
  })

  it('finds the same in a stream as in the whole text, cut anywhere into two', () => {
    const whole = redactor.redact(sample)
    for (let i = 0; i <= sample.length; i++) {
      const stream = redactor.stream()
      const out = stream.push(sample.slice(0, i)) + stream.push(sample.slice(i)) + stream.end()
      expect(out, `cut at ${i}`).toBe(whole.text)
      expect(stream.findings, `cut at ${i}`).toEqual(whole.findings)
    }
  })

  it('finds the same in a stream as in the whole text, cut at random', () => {
    const next = random(7)
    const whole = redactor.redact(sample)
    for (let round = 0; round < 300; round++) {
      const stream = redactor.stream()
      let out = ''
      for (let i = 0; i < sample.length; ) {
        const end = i + 1 + Math.floor(next() ** 3 * 40)
        out += stream.push(sample.slice(i, end))
        i = end
      }
      expect(out + stream.end()).toBe(whole.text)
      expect(stream.findings).toEqual(whole.findings)
    }
  })

  it('drops an endless private key as it comes', () => {
    const stream = redactor.stream()
    let out = stream.push('-----BEGIN RSA PRIVATE KEY-----\n')
    for (let i = 0; i < 1000; i++) out += stream.push(`${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`)
    expect(out + stream.end()).toBe('[PRIVATE_KEY_REDACTED]')
  })

  it('refuses a kind it does not know and names those it does', () => {
    expect(() => createRedactor({ pii: ['emial'] })).toThrowError(/pii\[0\].*email, ssn/)
  })
})
