import { createRedactor } from 'safe-mcp/redact'
import { describe, expect, it } from 'vitest'
import { harnesses } from '../harness/all.ts'
import { examples } from '../unit/redact/examples.ts'
import { useApp } from './support/app.ts'
import { call, post } from './support/mcp.ts'

const redactor = createRedactor()
const encoder = new TextEncoder()

/** One text per kind of the base set, and its bytes. */
const texts = redactor.kinds.flatMap((kind) =>
  (examples[kind.id]?.match ?? []).slice(0, 2).map((marked) => `a ${marked.replace(/[«»]/g, '')} b`),
)

/** Every text once per byte position, cut there. One response shows every cut. */
function* everyCut(): Generator<Uint8Array> {
  for (const text of texts) {
    const bytes = encoder.encode(`${text}\n`)
    for (let cut = 1; cut < bytes.length; cut++) {
      yield bytes.subarray(0, cut)
      yield bytes.subarray(cut)
    }
  }
}
async function* streamed(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk
}
const whole = (): string => {
  const decoder = new TextDecoder()
  let text = ''
  for (const chunk of everyCut()) text += decoder.decode(chunk, { stream: true })
  return text
}

/** Each text as token deltas of its own answer, cut in two between two events, at every position. */
function deltas(): { readonly events: string[]; readonly expected: string[] } {
  const events: string[] = []
  const expected: string[] = []
  let index = 0
  const event = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason }] })}\n\n`
  for (const text of texts) {
    if (text.length > 400) continue
    for (let cut = 1; cut < text.length; cut += 3, index++) {
      events.push(event({ content: text.slice(0, cut) }), event({ content: text.slice(cut) }), event({}, 'stop'))
      expected.push(redactor.redact(text).text)
    }
  }
  events.push('data: [DONE]\n\n')
  return { events, expected }
}

describe.each(harnesses)('what leaves through $name', (harness) => {
  const { fetch } = useApp(
    harness,
    { audit: false, output: { routes: true } },
    {
      '/mcp': async (ctx) => {
        const { id } = (await ctx.json()) as { id: number }
        return { json: { jsonrpc: '2.0', id, result: { content: texts.map((text) => ({ type: 'text', text })) } } }
      },
      '/text': () => ({ headers: { 'content-type': 'text/plain; charset=utf-8' }, body: streamed(everyCut()) }),
      '/deltas': () => ({
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
        body: streamed(deltas().events.map((event) => encoder.encode(event))),
      }),
    },
  )

  it('is redacted in a tool result, every kind of the base set', async () => {
    const { result } = await (await fetch('/mcp', post(call('x')))).json()
    expect(result.content.map(({ text }: { text: string }) => text)).toEqual(texts.map((text) => redactor.redact(text).text))
  })

  it('is redacted in streamed text, every kind cut at every byte', async () => {
    const text = await (await fetch('/text')).text()
    const expected = redactor.redact(whole()).text.split('\n')
    for (const [line, got] of text.split('\n').entries()) expect(got, `line ${line}`).toBe(expected[line])
  })

  it('is redacted in token deltas, every kind cut between two events', async () => {
    const { expected } = deltas()
    const got: string[] = []
    for (const block of (await (await fetch('/deltas')).text()).split('\n\n')) {
      const data = block.slice('data: '.length)
      if (!data.startsWith('{')) continue
      const { index, delta } = JSON.parse(data).choices[0]
      got[index] = (got[index] ?? '') + (delta.content ?? '')
    }
    expect(got).toEqual(expected)
  })
})
