import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'
import type { SseEvent } from '../../../src/core/guard.ts'
import { redactDeltas } from '../../../src/redact/deltas/index.ts'
import { openaiChat, openaiResponses, providers } from './providers.ts'

const redactor = createRedactor()
const pointers = ['/payload/a~1b/0']

function run(events: readonly SseEvent[]) {
  const rules: string[] = []
  const transform = redactDeltas(redactor, { pointers, report: (finding) => rules.push(finding.rule) })
  const out = events.flatMap((event) => [...transform.push(event)])
  return { out: [...out, ...transform.end()], rules }
}

/** Every way to cut `text` into two and three pieces, the cuts at least at each position once. */
function* cuts(text: string): Generator<string[]> {
  for (let i = 1; i < text.length; i++) {
    yield [text.slice(0, i), text.slice(i)]
    const j = i + 1 + ((i * 7) % Math.max(1, text.length - i - 1))
    if (j < text.length) yield [text.slice(0, i), text.slice(i, j), text.slice(j)]
  }
}

const secret = `sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`
const sentence = `Write to jane.doe@example.com, key ${secret}, card 4111 1111 1111 1111 \u2014 ok?`
const redacted = 'Write to [EMAIL_REDACTED], key [STRIPE_KEY_REDACTED], card [CARD_REDACTED] \u2014 ok?'
const args = JSON.stringify({ to: 'jane.doe@example.com', note: `say "hi"\n${secret}`, n: [1, { card: '4111-1111-1111-1111' }] })
const redactedArgs = JSON.stringify({
  to: '[EMAIL_REDACTED]',
  note: 'say "hi"\n[STRIPE_KEY_REDACTED]',
  n: [1, { card: '[CARD_REDACTED]' }],
})

describe.each(providers)('text over the events of $name', (provider) => {
  it('is redacted wherever it is cut', () => {
    for (const fragments of cuts(sentence)) {
      const { out, rules } = run(provider.events(fragments))
      expect(provider.text(out), JSON.stringify(fragments)).toBe(redacted)
      expect(rules).toEqual(['pii/email', 'secret/stripe-key', 'pii/card'])
    }
  })

  it('is redacted character by character', () => {
    expect(provider.text(run(provider.events([...sentence])).out)).toBe(redacted)
  })

  it('goes on as the same events when there is nothing to redact and nothing to wait for', () => {
    const events = provider.events(['All ', 'is ', 'fine, ', 'really. '])
    const { out } = run(events)
    expect(out).toHaveLength(events.length)
    for (const [i, event] of out.entries()) expect(event).toBe(events[i])
  })

  it('keeps the order and every other field of its events', () => {
    const events = provider.events([...sentence])
    const { out } = run(events)
    const stripped = (list: readonly SseEvent[]) => list.map((event) => ({ event: event.event, keys: shapeOf(event.data) }))
    let at = 0
    const shapes = stripped(out)
    for (const wanted of stripped(events)) {
      while (at < shapes.length && JSON.stringify(shapes[at]) !== JSON.stringify(wanted)) at++
      expect(at, 'an event is missing or out of order').toBeLessThan(shapes.length)
      at++
    }
  })

  if (provider.tool !== undefined) {
    const { tool } = provider
    it('redacts tool-call arguments so that they still parse, wherever they are cut', () => {
      const [given, wanted] = tool.json === false ? [sentence, redacted] : [args, redactedArgs]
      for (const fragments of cuts(given)) {
        const text = tool.text(run(tool.events(fragments)).out)
        expect(text, JSON.stringify(fragments)).toBe(wanted)
      }
    })
  }
})

/** The member names of an event, values of numbers and booleans included, texts left out. */
function shapeOf(data: string | undefined): unknown {
  if (data?.startsWith('{') !== true) return 'text'
  return JSON.parse(data, (_, value) => (typeof value === 'string' ? '' : value))
}

describe('an event transform', () => {
  it('keeps interleaved texts apart', () => {
    const piece = (index: number, content: string): SseEvent => ({ data: JSON.stringify({ choices: [{ index, delta: { content } }] }) })
    const { out } = run([piece(0, 'jane@exa'), piece(1, 'ssn 123-4'), piece(0, 'mple.com '), piece(1, '5-6789 '), { data: '[DONE]' }])
    const of = (index: number) =>
      out
        .filter((event) => event.data !== '[DONE]')
        .map((event) => JSON.parse(event.data as string).choices[0])
        .filter((choice) => choice.index === index)
        .map((choice) => choice.delta.content)
        .join('')
    expect([of(0), of(1)]).toEqual(['[EMAIL_REDACTED] ', 'ssn [SSN_REDACTED] '])
    expect(out.at(-1)).toEqual({ data: '[DONE]' })
  })

  it('follows a text whose item has another id in every event', () => {
    const events = ['key ', secret.slice(0, 9), secret.slice(9), ' it is'].map((delta, i) => ({
      data: JSON.stringify({ type: 'response.output_text.delta', item_id: `msg_${i}`, output_index: 0, content_index: 0, delta }),
    }))
    expect(openaiResponses.text(run(events).out.map((event) => ({ ...event, event: 'response.output_text.delta' })))).toBe(
      'key [STRIPE_KEY_REDACTED] it is',
    )
  })

  it('lets go of what is left of an item before the item is done', () => {
    const delta = { type: 'response.custom_tool_call_input.delta', item_id: 'ct_1', output_index: 0, delta: 'mail jane@exam' }
    const done = {
      type: 'response.output_item.done',
      output_index: 0,
      item: { id: 'ct_1', type: 'custom_tool_call', input: 'mail jane@exam' },
    }
    const { out } = run([{ data: JSON.stringify(delta) }, { data: JSON.stringify(done) }])
    expect(out.map((event) => JSON.parse(event.data as string).type)).toEqual([delta.type, delta.type, done.type])
  })

  it('takes the tokens beside a fragment along when it changes the fragment', () => {
    const tokens = (text: string) => [
      { token: text, logprob: -0.1, bytes: [...Buffer.from(text)], top_logprobs: [{ token: text, logprob: -0.1 }] },
    ]
    const fragments = ['the key ', secret.slice(0, 9), secret.slice(9), ' it is, ']
    const chat = fragments.map((content) => ({
      data: JSON.stringify({ choices: [{ index: 0, delta: { content }, logprobs: { content: tokens(content), refusal: null } }] }),
    }))
    const responses = fragments.map((delta) => ({
      data: JSON.stringify({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta, logprobs: tokens(delta) }),
    }))
    const gemini = fragments.map((text) => ({
      data: JSON.stringify({
        candidates: [{ index: 0, content: { parts: [{ text }] }, logprobsResult: { chosenCandidates: [{ token: text }] } }],
      }),
    }))
    for (const events of [chat, responses, gemini]) {
      const { out } = run([...events, { data: '[DONE]' }])
      const sent = JSON.stringify(out)
      expect(sent).toContain('REDACTED')
      for (const piece of fragments.slice(1, 3)) expect(sent).not.toContain(piece)
      expect(out[0]).toBe(events[0])
      expect(JSON.stringify(out.at(-2))).toContain('it is')
    }
  })

  it('does not delay events that carry no text', () => {
    const transform = redactDeltas(redactor)
    transform.push({ data: JSON.stringify({ choices: [{ index: 0, delta: { content: 'jane@exam' } }] }) })
    const usage = { data: JSON.stringify({ choices: [], usage: { total_tokens: 3 } }) }
    expect(transform.push(usage)).toEqual([usage])
    expect(transform.push({ comments: ['ping'] })).toEqual([{ comments: ['ping'] }])
  })

  it('leaves messages of JSON-RPC to the message guard', () => {
    const transform = redactDeltas(redactor)
    const event = { data: JSON.stringify({ jsonrpc: '2.0', id: 1, result: { choices: [{ delta: { content: 'jane@exam' } }] } }) }
    expect(transform.push(event)).toEqual([event])
  })

  it('bounds the texts that may be open at once', () => {
    const transform = redactDeltas(redactor)
    let events = 0
    for (let index = 0; index < 1000; index++)
      events += transform.push({ data: JSON.stringify({ choices: [{ index, delta: { content: 'jane@exam' } }] }) }).length
    expect(events).toBe(1000 + 1000 - 256)
    expect(transform.end()).toHaveLength(256)
  })

  it('drops nothing when the stream breaks off', () => {
    const { out } = run(openaiChat.events(['call me at jane@exam']).slice(0, -2))
    expect(openaiChat.text(out)).toBe('call me at jane@exam')
  })
})
