import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'
import { outputGuard } from '../../../src/guards/output.ts'
import { random } from '../random.ts'
import { examples } from './examples.ts'
import { answer } from './exchange.ts'

const redactor = createRedactor({ thorough: true })
const token = `ghp_${'a1B2c3D4e'.repeat(4)}`
const secrets = Object.entries(examples)
  .filter(([id]) => id.startsWith('secret/') && redactor.kinds.some((kind) => kind.id === id))
  .flatMap(([, { match }]) => match.map((text) => text.replace(/[«»]/g, '')))

const result = (value: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result: value })
const blocks = (...texts: string[]) => texts.map((text) => ({ type: 'text', text }))
const guarded = async (value: unknown) => JSON.parse((await answer(outputGuard({ thorough: true }), { body: result(value) })).body).result

describe('a thorough look at JSON', () => {
  it('finds every secret in base64, and what the gate lets pass holds none', () => {
    for (const text of [...secrets, 'bob@example.com is the address']) {
      for (const around of [text, `a ${text}`, `${text}\n`]) {
        const bytes = new TextEncoder().encode(around)
        const value = { a: [btoa(String.fromCharCode(...bytes))] }
        expect(redactor.redactValue(value).changed, around).toBe(redactor.redact(around).findings.length > 0)
        expect(redactor.gate(JSON.stringify(value)), around).toBe(true)
      }
    }
  })

  it('puts a key together over two strings and three, wherever it is cut', () => {
    for (let i = 1; i < token.length; i++) {
      const two = [token.slice(0, i), token.slice(i)]
      expect(redactor.redactValue(two)).toMatchObject({ value: ['[GITHUB_TOKEN_REDACTED]', ''], findings: [{ pointer: '/0' }] })
      expect(redactor.gate(JSON.stringify(two, null, 2))).toBe(true)
      for (let j = i + 1; j < token.length; j++) {
        const three = [`x ${token.slice(0, i)}`, token.slice(i, j), `${token.slice(j)} y`]
        expect(redactor.redactValue(three).value).toEqual(['x [GITHUB_TOKEN_REDACTED]', '', ' y'])
        expect(redactor.gate(JSON.stringify(three))).toBe(true)
      }
    }
  })

  it('leaves neighbours alone that only look like one text', () => {
    for (const value of [
      ['http://host:8080', 'me.example.com', 'a@b'],
      ['sk-', 'learn', 'sk-', 'loading-spinner-large'],
      ['1234', '5678', '9012', '3456'],
      ['4111', '1111', '1111', '1111'],
      ['password=', 'process.env.PW'],
      ['AKIA', 'is', 'a', 'prefix'],
      [btoa('nothing to see in here'), btoa('nor in here, I should say')],
      ['da39a3ee5e6b4b0d3255bfef95601890afd80709', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk'],
    ])
      expect(redactor.redactValue(value)).toMatchObject({ value, findings: [] })
    const whole = [`sk-proj-${'a1B2'.repeat(12)}`, 'gpt-4', 'ann@example.com', 'Bob']
    expect(redactor.redactValue(whole).value).toEqual(['[OPENAI_KEY_REDACTED]', 'gpt-4', '[EMAIL_REDACTED]', 'Bob'])
  })

  it('keeps to the schema of what it mends', () => {
    const schema = { type: 'array', items: { type: 'string', minLength: 4 } }
    const made = redactor.redactValue([token.slice(0, 9), token.slice(9)], { schema })
    expect(made.broken).toBe(false)
    for (const text of made.value as string[]) expect(text.length).toBeGreaterThanOrEqual(4)
    expect((made.value as string[]).join('')).not.toContain(token.slice(9))
  })

  it('the gate lets nothing pass that it would change', () => {
    const source = random()
    const pieces = [...secrets, token, 'a', '"', '\\', ',', '["', ']', ':', ' ', 'text', '\u00e9', btoa(token)]
    const text = (): string => {
      let made = source.pick(pieces)
      if (source.below(2) === 0) made = made.slice(0, source.below(made.length + 1))
      if (source.below(3) === 0) made += source.pick(pieces)
      return source.below(4) === 0 ? btoa(unescape(encodeURIComponent(made))) : made
    }
    for (let round = 0; round < 1500; round++) {
      const cut = source.below(token.length)
      const value = [text(), { text: text(), a: [text(), token.slice(0, cut), token.slice(cut), text()] }, text(), 1, [text(), text()]]
      const json = JSON.stringify(value, null, source.below(2))
      if (redactor.redactValue(value).changed) expect(redactor.gate(json), `seed ${source.seed}, round ${round}: ${json}`).toBe(true)
    }
  })
})

describe('the output guard, told to be thorough', () => {
  it('reads base64 in text blocks and structured content, and keeps them saying the same', async () => {
    const structuredContent = { a: btoa(`key ${token}`), list: [token.slice(0, 9), token.slice(9)] }
    const made = await guarded({ content: blocks(JSON.stringify(structuredContent)), structuredContent })
    expect(made.structuredContent).toEqual({ a: btoa('key [GITHUB_TOKEN_REDACTED]'), list: ['[GITHUB_TOKEN_REDACTED]', ''] })
    expect(JSON.parse(made.content[0].text)).toEqual(made.structuredContent)
  })

  it('puts a key together over text blocks, with other blocks between them', async () => {
    const image = { type: 'image', mimeType: 'image/png', data: 'AAAA' }
    const [first, second] = blocks(`the key: ${token.slice(0, 9)}`, `${token.slice(9)} it is`)
    const made = await guarded({ content: [first, image, second] })
    expect(made.content).toEqual([...blocks('the key: [GITHUB_TOKEN_REDACTED]'), image, ...blocks(' it is')])
  })

  it('hands on the very bytes when there is nothing to redact', async () => {
    const body = `{ "jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"a"},{"type":"text","text":"${btoa('nothing in here at all')}"}],"n":1e400}}`
    expect((await answer(outputGuard({ thorough: true }), { body })).body).toBe(body)
  })
})
