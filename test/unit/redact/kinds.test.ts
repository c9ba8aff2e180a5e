import { createRedactor, kinds } from 'safe-mcp/redact'
import { credentials } from 'safe-mcp/redact/credentials'
import { evasions } from 'safe-mcp/redact/evasions'
import { finance } from 'safe-mcp/redact/finance'
import { hidden } from 'safe-mcp/redact/hidden'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { network } from 'safe-mcp/redact/network'
import { personal } from 'safe-mcp/redact/personal'
import { secretsMore } from 'safe-mcp/redact/secrets-more'
import { describe, expect, it } from 'vitest'
import type { Kind } from '../../../src/redact/kind.ts'
import { commonSecrets } from '../../../src/rules/secrets.ts'
import { moreSecrets } from '../../../src/rules/secrets-more.ts'
import { examplesOf, textsOf } from './examples.ts'

const packs = [credentials, evasions, finance, hidden, nationalIds, network, personal, secretsMore].flat()
const all: readonly Kind[] = [...kinds, ...packs]

/** A redactor of this kind alone. */
const only = (kind: Kind) => createRedactor({ pii: false, secrets: false, risks: false, rules: [kind] })
const plain = (marked: string): string => marked.replace(/[«»]/g, '')
const redacted = (marked: string, kind: Kind): string => marked.replace(/«[^»]*»/g, (match) => (match === '«»' ? '' : kind.label))

describe('the catalogue', () => {
  it('has every kind once, with what, validator and label', () => {
    expect(new Set(all.map((kind) => kind.id)).size).toBe(all.length)
    for (const kind of all) {
      expect(kind.what, kind.id).not.toBe('')
      expect(kind.validator, kind.id).not.toBe('')
      expect(kind.pack === undefined, kind.id).toBe(kind.base)
    }
  })

  it('has at least three examples and three near misses of every kind', () => {
    for (const kind of all) {
      expect(examplesOf(kind).match.length, kind.id).toBeGreaterThanOrEqual(3)
      expect(examplesOf(kind).near.length, kind.id).toBeGreaterThanOrEqual(3)
    }
  })

  it('knows the keys of at least forty issuers, twenty of them by default', () => {
    expect(commonSecrets.length).toBeGreaterThanOrEqual(20)
    const issuers = new Set([...commonSecrets, ...moreSecrets].map(([, issuer]) => issuer))
    expect(issuers.size).toBeGreaterThanOrEqual(90)
  })

  it('is told by nobody to find a placeholder', () => {
    const every = createRedactor({ pii: false, risks: false, rules: packs.filter((kind) => kind.group === 'secret') })
    for (const [, , ...rows] of [...commonSecrets, ...moreSecrets]) {
      for (const row of rows) {
        const filled = row
          .split(' ')
          .map((part) =>
            part.replace(/^\??([dhaulwbs])(\d+).*$/, (_, letter, count) =>
              (letter === 'd' || letter === 'h' ? '0' : 'X').repeat(Number(count)),
            ),
          )
          .join('')
        expect(every.redact(filled).text, row).toBe(filled)
      }
    }
  })
})

describe.each(all.map((kind) => [kind.id, kind] as const))('%s', (_, kind) => {
  const redactor = only(kind)
  const { match, near } = examplesOf(kind)

  it('replaces what it is for, and nothing around it', () => {
    for (const marked of match) expect(redactor.redact(plain(marked)).text, marked).toBe(redacted(marked, kind))
  })

  it('leaves near misses and wrong checksums alone', () => {
    for (const text of near) expect(redactor.redact(text).text).toBe(text)
  })

  it('finds the same in a stream, cut anywhere', () => {
    for (const marked of match) {
      const text = plain(marked)
      const whole = redacted(marked, kind)
      for (let i = 0; i <= text.length; i++) {
        const stream = redactor.stream()
        const out = stream.push(text.slice(0, i)) + stream.push(text.slice(i)) + stream.end()
        if (out !== whole) expect(out, `${marked} cut at ${i}`).toBe(whole)
      }
    }
  })

  it('finds the same in a stream, cut into three anywhere', () => {
    const texts = textsOf(kind)
    // The shortest whole, however long it is; of the others those that cost little.
    for (const text of texts.filter((each, i) => i === 0 || each.length < 48)) {
      const whole = redactor.redact(text).text
      for (let i = 0; i <= text.length; i++) {
        for (let j = i; j <= text.length; j++) {
          const stream = redactor.stream()
          const out = stream.push(text.slice(0, i)) + stream.push(text.slice(i, j)) + stream.push(text.slice(j)) + stream.end()
          if (out !== whole) expect(out, `${text} cut at ${i} and ${j}`).toBe(whole)
        }
      }
    }
  })

  it('is let through by the gate only where nothing is to be done', () => {
    for (const marked of match) expect(redactor.gate(JSON.stringify({ a: [plain(marked)] })), marked).toBe(true)
  })
})
