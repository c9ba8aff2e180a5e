import { credentials } from 'safe-mcp/redact/credentials'
import { evasions } from 'safe-mcp/redact/evasions'
import { finance } from 'safe-mcp/redact/finance'
import { hidden } from 'safe-mcp/redact/hidden'
import { nationalIds } from 'safe-mcp/redact/national-ids'
import { network } from 'safe-mcp/redact/network'
import { personal } from 'safe-mcp/redact/personal'
import { secretsMore } from 'safe-mcp/redact/secrets-more'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/redact/create-redactor.ts'
import { createScanner } from '../../../src/scan/scanner.ts'
import { random } from '../random.ts'
import { examples as ofKinds } from '../redact/examples.ts'
import { examples as ofRules } from '../rules/examples.ts'

const packs = [credentials, evasions, finance, hidden, nationalIds, network, personal, secretsMore].flat()
const event = (text: string): string =>
  `event: message\nid: 4\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } })}\n\n`
const dataOf = (one: string): string => one.slice(one.indexOf('{'), -2)

/** Texts that end or begin in the middle of something, and events no parser takes. */
const neighbours = [
  'nothing',
  'http://user:',
  'a@',
  '@example.com',
  '4111 1111',
  '-----BEGIN PRIVATE KEY-----',
  '<script',
  '&#',
  '%4',
  'ignore all previous',
  'token=',
  '{{',
  '12345678901234567890',
  'sk-',
].map(event)
const broken = [
  'data: {"jsonrpc":"2.0","x":"\\\n\n',
  'data: {"jsonrpc":"2.0","x":"\\u\n\n',
  'data: {"jsonrpc":"2.0","x":"&#x\n\n',
  'id: a"b\ndata: {\n\n',
]

describe('what a gate sees in one event it sees among others', () => {
  const { pick } = random(7)
  const around = (one: string): readonly string[] =>
    [...neighbours, ...broken].map((before) => before + one + pick(neighbours)).concat(neighbours.map((after) => one + after))

  it('of what is to be redacted', () => {
    const redactor = createRedactor({ rules: packs })
    let seen = 0
    for (const text of Object.values(ofKinds).flatMap(({ match, near }) => [...match, ...near])) {
      const one = event(text.replaceAll(/[\u00ab\u00bb]/g, ''))
      if (!redactor.gate(dataOf(one))) continue
      seen++
      for (const row of around(one)) expect(redactor.gate(row), row).toBe(true)
    }
    expect(seen).toBeGreaterThan(200)
  })

  it('of injected instructions', () => {
    const scanner = createScanner()
    let seen = 0
    for (const text of Object.values(ofRules).flat()) {
      const one = event(text)
      if (!scanner.gate(dataOf(one), ['tool-result', 'resource'])) continue
      seen++
      for (const row of around(one)) expect(scanner.gate(row, ['tool-result', 'resource']), row).toBe(true)
    }
    expect(seen).toBeGreaterThan(80)
  })
})
