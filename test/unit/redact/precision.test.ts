import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'

const redactor = createRedactor()

/** Values that other redactors damage, and that must stay. */
const ordinary = [
  'order number 1234567890',
  'invoice 20240117-000123',
  'unix time 1700000000, in ms 1700000000123',
  'commit da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'v1.2.3-beta.4+build.5',
  'icon@2x.png and icon_16x16@2x.png',
  '550e8400-e29b-41d4-a716-446655440000',
  'ISBN 978-3-16-148410-0 and 0-306-40615-2',
  'SSN 000-12-3456, 666-12-3456, 987-65-4321, 123-00-4567, 123-45-0000',
  'card 4111 1111 1111 1112',
  'IBAN GB82 WEST 1234 5698 7654 33',
  '2024-01-02T10:20:30.123Z, 02.01.2024, 1/2/2024 10:30',
  'range 192.168.1.1 - 192.168.1.254, port 8080',
  '100,000,000 and 3.14159265358979 and 1e400 and 12345678901234567890',
  'npm i @scope/pkg@1.2.3, git@github',
  'git clone git@github.com/o/r is not mail; @decorator.method neither'.replace('git@github.com/o/r', 'https://github.com/o/r'),
  'SELECT * FROM t WHERE id = 123456789',
  '{"a":{"b":{"c":1}}}',
  'JavaScript: The Good Parts',
  'retrieval(query) and medieval(x)',
  'a tracking number 1Z999AA10123456784',
  'lat 48.85, lon 2.29',
  'AKIA is a prefix; ghp_ too; sk-learn, sk-loading-spinner-large',
  'the phone rang 3 times; call 911; call me at 5',
  'http://localhost:3000/a?b=c#d https://example.com/@scope/x',
  '![logo](https://cdn.example.com/logo.png?v=3) [docs](https://example.com/docs?page=2)',
  '&lt;script&gt; is how you write it',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
  'BIC DEUTDEFF in a sentence; MAC 00:1a:2b:3c:4d:5e; ip 10.0.0.1',
  '-----BEGIN CERTIFICATE-----\nMIIBkTCB+wIJAKHHIG\n-----END CERTIFICATE-----',
  'matrix [[1, 2], [3, 4]] and f(x)(y) and {{}} and ${}',
]

describe('what looks like data of a person and is not', () => {
  it.each(ordinary)('stays: %s', (text) => {
    expect(redactor.redact(text)).toEqual({ text, findings: [] })
  })

  it('stays as a number in JSON too', () => {
    const value = { id: 1234567890123, time: 1700000000123, ratio: 0.1234567890123456, big: 9007199254740991 }
    expect(redactor.redactValue(value)).toMatchObject({ value, changed: false, findings: [] })
  })
})
