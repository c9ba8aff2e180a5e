import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createRedactor } from 'safe-mcp/redact'
import { evasions } from 'safe-mcp/redact/evasions'
import { describe, expect, it } from 'vitest'
import { evasionRows } from './evasion-rows.ts'

const redactor = createRedactor({ rules: evasions })
const thorough = createRedactor({ rules: evasions, thorough: true })
const seen = evasionRows.flatMap(({ texts }) => texts ?? [])
const hidden = evasionRows.flatMap(({ thorough: values }) => values ?? [])
const missed = evasionRows.flatMap(({ missed: values }) => values ?? [])

describe('hidden text', () => {
  it('has something to show for every row of the table', () => {
    for (const { written, texts, thorough: values, missed: misses, shown } of evasionRows) {
      expect([texts, values, misses].flat().some(Boolean) || shown !== undefined, written).toBe(true)
      if (shown !== undefined) expect(existsSync(join(import.meta.dirname, '../../..', shown)), shown).toBe(true)
    }
  })

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

  it.each(hidden)('is seen by a thorough look, and by no other: %s', (_, value, expected) => {
    expect(thorough.redactValue(value).value).toEqual(expected)
    expect(thorough.gate(JSON.stringify(value))).toBe(true)
    expect(redactor.redactValue(value)).toMatchObject({ value, findings: [] })
  })

  it.each(missed)('is out of reach as %s', (_, value) => {
    expect(thorough.redactValue(value)).toMatchObject({ value, findings: [] })
  })

  it('stays legible where it is encoded on purpose and harmless', () => {
    expect(redactor.redact('caf\u00e9 &amp; &lt;b&gt; 100%25 \u200d').text).toBe('caf\u00e9 &amp; &lt;b&gt; 100%25 \u200d')
  })
})
