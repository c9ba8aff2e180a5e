import { createRedactor } from 'safe-mcp/redact'
import { evasions } from 'safe-mcp/redact/evasions'
import { describe, expect, it } from 'vitest'

const redactor = createRedactor({ rules: evasions })
const full = (text: string): string =>
  Array.from(text, (char) => (char > ' ' && char < '\u007f' ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char)).join('')
const token = `ghp_${'a1B2c3D4e'.repeat(4)}`

/** How the same thing is written so that programs overlook it, and what becomes of it. */
const seen: readonly (readonly [how: string, text: string, expected: string])[] = [
  ['HTML entities, decimal', 'bob&#64;example&#46;com', '[EMAIL_REDACTED]'],
  ['HTML entities, hexadecimal', 'bob&#x40;example.com', '[EMAIL_REDACTED]'],
  ['HTML entities, named', 'bob&commat;example&period;com', '[EMAIL_REDACTED]'],
  ['percent signs', 'mailto:bob%40example.com', 'mailto:[EMAIL_REDACTED]'],
  ['escapes of JSON inside text', 'bob\\u0040example.com', '[EMAIL_REDACTED]'],
  ['zero-width characters', 'b\u200bob@exam\u200dple.com', '[EMAIL_REDACTED]'],
  ['soft hyphens', '4111\u00ad1111\u00ad1111\u00ad1111', '[CARD_REDACTED]'],
  ['full-width characters', full('bob@example.com'), '[EMAIL_REDACTED]'],
  ['full-width digits', full('123-45-6789'), '[SSN_REDACTED]'],
  ['Arabic-Indic digits', '\u0661\u0662\u0663-\u0664\u0665-\u0666\u0667\u0668\u0669', '[SSN_REDACTED]'],
  ['mathematical digits', '4111 1111 1111 111\u{1d7cf}', '[CARD_REDACTED]'],
  ['non-breaking spaces', '4111\u00a01111\u00a01111\u00a01111', '[CARD_REDACTED]'],
  ['other dashes', '123\u201345\u20136789', '[SSN_REDACTED]'],
  ['bracketed signs', 'bob[at]example[dot]com', '[EMAIL_REDACTED]'],
  ['spelled signs, with the pack', 'bob at example dot com', '[EMAIL_REDACTED]'],
  ['a tag character inside a key', `${token.slice(0, 12)}\u{e0061}${token.slice(12)}`, '[GITHUB_TOKEN_REDACTED]'],
  ['capitals in a tag', '<ScRiPt>alert(1)</sCrIpT>', '[SCRIPT_REMOVED]'],
  ['a line break in a tag', '<script\n>alert(1)</script\n>', '[SCRIPT_REMOVED]'],
]

/** What is out of reach, so that nobody relies on it. docs/guards/output.md lists the same. */
const missed: readonly (readonly [how: string, text: string])[] = [
  ['base64 inside a longer text', `see ${btoa('bob@example.com')} there`],
  ['digits as words', 'one two three, four five, six seven eight nine'],
  ['reversed', 'moc.elpmaxe@bob'],
  ['a space after every character', 'b o b @ e x a m p l e . c o m'],
  ['homoglyphs in a key', token.replace('g', '\u0261')],
  ['hexadecimal', Array.from('bob@example.com', (char) => char.charCodeAt(0).toString(16)).join('')],
]

describe('hidden text', () => {
  it.each(seen)('is seen through %s', (_, text, expected) => {
    expect(redactor.redact(`a ${text} b`).text).toBe(`a ${expected} b`)
    expect(redactor.gate(JSON.stringify(`a ${text} b`))).toBe(true)
  })

  it.each(seen)('is seen in a stream through %s, cut anywhere', (_, text, expected) => {
    const whole = `a ${text} b`
    for (let i = 0; i <= whole.length; i++) {
      const stream = redactor.stream()
      expect(stream.push(whole.slice(0, i)) + stream.push(whole.slice(i)) + stream.end()).toBe(`a ${expected} b`)
    }
  })

  it.each(missed)('is out of reach as %s', (_, text) => {
    expect(redactor.redact(text).findings).toEqual([])
  })

  it('stays legible where it is encoded on purpose and harmless', () => {
    expect(redactor.redact('caf\u00e9 &amp; &lt;b&gt; 100%25 \u200d').text).toBe('caf\u00e9 &amp; &lt;b&gt; 100%25 \u200d')
  })
})
