import { describe, expect, it } from 'vitest'
import { type BodyTransform, type Chunk, isChunk, type TransformOutput } from '../../../src/core/exchange.ts'
import { HeaderView } from '../../../src/core/http.ts'
import { createSafeMcp } from '../../../src/safe-mcp.ts'

const key = `ghp_${'a1B2'.repeat(9)}`
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const { signal } = new AbortController()
const source = createSafeMcp({ audit: false, monitor: false })

/** The way out of an MCP exchange. */
async function wayOut(type: string, more: readonly (readonly [string, string])[] = []): Promise<BodyTransform> {
  const headers = new HeaderView([['content-type', 'application/json']])
  const exchange = source.open({ method: 'POST', path: '/mcp', query: '', headers }, signal)
  await exchange.begin()
  await exchange.receive({ bytes: encode('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}') })
  return (await exchange.respond({ status: 200, headers: [['content-type', type], ...more] })) as BodyTransform
}

async function outputs(transform: BodyTransform, chunks: readonly Chunk[]): Promise<readonly TransformOutput[]> {
  const made: TransformOutput[] = []
  for (const chunk of chunks) made.push(await transform.push(chunk))
  return [...made, await transform.end()]
}

const textOf = (outputs: readonly TransformOutput[]): string =>
  outputs
    .map((output) => {
      const body = output === undefined || isChunk(output) ? output : 'reply' in output ? output.reply.body : output.last
      return body === undefined ? '' : Buffer.from(body as Uint8Array).toString()
    })
    .join('')

const result = (text: string): string => JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } })
const event = (text: string): string =>
  `event: message\nid: 4\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: text } })}\n\n`

describe('a reply that is text', () => {
  it('leaves as the very same text when nothing about it changed', async () => {
    const json = result('sunny')
    expect(await outputs(await wayOut('application/json'), [json])).toEqual([undefined, json])
    expect(await outputs(await wayOut('text/plain', [['content-length', '5']]), ['sunny'])).toEqual([undefined, 'sunny'])
    const events = [event('one'), event('two'), ': ping\n\n']
    expect((await outputs(await wayOut('text/event-stream'), events)).slice(0, 2)).toEqual(events.slice(0, 2))
  })

  const replies: readonly (readonly [type: string, text: string])[] = [
    ['application/json', result(key)],
    ['application/json', result('lone \ud800 and jane@example.com')],
    ['application/json', `\ufeff${result(key)}`],
    ['application/json', `{"jsonrpc":"2.0","id":1,"id":1,"result":{"content":[{"type":"text","text":"${key}"}]}}`],
    ['application/json', `not json ${key}`],
    ['text/plain', `text ${key}`],
    ['text/event-stream', event(key) + event('fine')],
    ['text/event-stream', `data: {"jsonrpc":"2.0",\ndata: "method":"notifications/message","params":{"data":"${key}"}}\n\n`],
    ['text/event-stream', event(`lone \udc00 ${key}`)],
    ['text/event-stream', `${event('cut').slice(0, 30)}`],
  ]

  it.each(replies)('is judged as its bytes are: %s %j', async (type, text) => {
    const expected = textOf(await outputs(await wayOut(type), [encode(text)]))
    for (let cut = 0; cut <= text.length; cut += 7) {
      const pieces = [text.slice(0, cut), text.slice(cut)].filter((piece) => piece !== '')
      // Cut between the halves of nothing: a lone half is one either way.
      expect(textOf(await outputs(await wayOut(type), pieces))).toBe(expected)
      expect(textOf(await outputs(await wayOut(type), [pieces[0] as string, encode(pieces.slice(1).join(''))]))).toBe(expected)
    }
    expect(expected).not.toContain(key)
  })

  it('is bounded by its bytes, not by its characters', async () => {
    const bounded = createSafeMcp({ audit: false, monitor: false, limits: { maxReplyBytes: 100 } })
    const headers = new HeaderView([['content-type', 'application/json']])
    for (const [body, fits] of [
      [`"${'x'.repeat(98)}"`, true],
      [`"${'\u00e9'.repeat(50)}"`, false],
      [`"${'x'.repeat(99)}"`, false],
    ] as const) {
      const exchange = bounded.open({ method: 'POST', path: '/mcp', query: '', headers }, signal)
      await exchange.begin()
      await exchange.receive({ bytes: encode('{"jsonrpc":"2.0","id":1,"method":"ping"}') })
      const transform = (await exchange.respond({ status: 200, headers: [['content-type', 'application/json']] })) as BodyTransform
      expect(textOf(await outputs(transform, [body])).includes(body)).toBe(fits)
    }
  })
})
