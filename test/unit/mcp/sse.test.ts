import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/lib/utf8.ts'
import { createSseDecoder, encodeEvent, parseEvent, readRow, type SseEvent, type SseItem } from '../../../src/mcp/sse.ts'
import { random } from '../random.ts'

const text = (raw: Uint8Array) => new TextDecoder().decode(raw)

function decode(chunks: readonly Uint8Array[], maxEventBytes?: number) {
  const decoder = createSseDecoder({ maxEventBytes })
  const items: SseItem[] = []
  for (const chunk of chunks) {
    const outcome = decoder.push(chunk)
    items.push(...outcome.items)
    if (!outcome.ok) return { items, fault: outcome.fault, rest: undefined }
  }
  return { items, fault: undefined, rest: decoder.flush() }
}

const summary = (result: ReturnType<typeof decode>) => ({
  events: result.items.map((item) => item.event),
  bytes: [...result.items, ...(result.rest ? [result.rest] : [])].map((item) => text(item.raw)).join(''),
})

/** Events that carry something; a blank line on its own, or the LF half of a split CRLF, dispatches nothing. */
const carrying = (events: readonly SseEvent[]) => events.filter((event) => Object.keys(event).length > 0)

const stream = [
  ': keepalive\n\n',
  'id: 7\r\ndata: \r\n\r\n',
  'event: message\rdata: {"a":"\u00e9\u{1f600}"}\r\r',
  'retry: 500\nid:8\ndata:one\ndata: two\ndata\n\n',
  '\n\r\n\r',
  'data: last',
].join('')

describe('the SSE decoder', () => {
  it('reads fields as the specification says', () => {
    const { events, bytes } = summary(decode([encodeUtf8(stream)]))
    expect(bytes).toBe(stream)
    expect(carrying(events)).toEqual([
      { comments: [' keepalive'] },
      { id: '7', data: '' },
      { event: 'message', data: '{"a":"\u00e9\u{1f600}"}' },
      { retry: '500', id: '8', data: 'one\ntwo\n' },
    ])
  })

  it('gives the same events and the same bytes wherever the stream is split', () => {
    const bytes = encodeUtf8(stream)
    const whole = summary(decode([bytes]))
    for (let i = 0; i <= bytes.length; i++) {
      for (let j = i; j <= bytes.length; j++) {
        const split = summary(decode([bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)]))
        expect(split.bytes).toBe(whole.bytes)
        expect(carrying(split.events)).toEqual(carrying(whole.events))
      }
    }
  })

  it('gives an event the moment its blank line is complete, even when that line ends in a lone CR', () => {
    const decoder = createSseDecoder()
    expect(decoder.push(encodeUtf8('data: 1\r\n\r')).items.map((item) => item.event.data)).toEqual(['1'])
    expect(decoder.push(encodeUtf8('\ndata: 2\r\n\r\n')).items.map((item) => item.event.data)).toEqual(['2'])
  })

  it('keeps what a stream leaves unfinished', () => {
    const decoder = createSseDecoder()
    decoder.push(encodeUtf8('data: a\n\ndata: secret\n'))
    expect(decoder.flush()?.event).toEqual({ data: 'secret' })
    expect(decoder.flush()).toBeUndefined()
  })

  it('stops at an event larger than the limit and gives the events before it', () => {
    const big = encodeUtf8(`data: ok\n\ndata: ${'x'.repeat(200)}`)
    for (const size of [1, 7, 64, 1000]) {
      const chunks = Array.from({ length: Math.ceil(big.length / size) }, (_, i) => big.subarray(i * size, (i + 1) * size))
      const result = decode(chunks, 100)
      expect(result.fault).toBe('event_too_large')
      expect(result.items.map((item) => item.event.data)).toEqual(['ok'])
    }
    const decoder = createSseDecoder({ maxEventBytes: 10 })
    decoder.push(encodeUtf8('data: 01234567'))
    expect(decoder.push(encodeUtf8('\n\ndata: 1\n\n'))).toEqual({ ok: false, items: [], fault: 'event_too_large' })
  })

  it('is linear in tiny chunks of one large event', { retry: 2 }, () => {
    const chunk = encodeUtf8('x'.repeat(16))
    const once = (size: number) => {
      const decoder = createSseDecoder({ maxEventBytes: 10_000_000 })
      const started = performance.now()
      for (let i = 0; i < size / 16; i++) decoder.push(chunk)
      return performance.now() - started
    }
    // The best of several: a machine that does something else in between tells nothing about the decoder. Eight times the text is
    // twice that for the memory it takes; a square would be sixty-four times as long.
    const time = (size: number) => Math.min(...Array.from({ length: 10 }, () => once(size)))
    expect(time(1_600_000)).toBeLessThan(16 * Math.max(time(200_000), 4))
  })

  it('agrees with itself on random streams in random chunks', () => {
    const { pick, below, seed } = random()
    const parts = [
      'data: x',
      'data:',
      'id: 1',
      ':c',
      'event: e',
      'retry: 1',
      '\u00e9',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\r\r',
      '\r\n\r\n',
      ' ',
      'foo',
    ]
    for (let round = 0; round < 400; round++) {
      const bytes = encodeUtf8(Array.from({ length: below(30) }, () => pick(parts)).join(''))
      const chunks: Uint8Array[] = []
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + below(6)
        chunks.push(bytes.subarray(at, (at += size)))
      }
      const whole = summary(decode([bytes]))
      const split = summary(decode(chunks))
      expect(split.bytes, `seed ${seed}`).toBe(text(bytes))
      expect(carrying(split.events), `seed ${seed}`).toEqual(carrying(whole.events))
    }
  })
})

describe('the SSE encoder', () => {
  it('writes what the parser reads back', () => {
    const events: SseEvent[] = [
      { id: '1', data: '' },
      { comments: [' one', 'two'], event: 'message', id: 'a:b', retry: '10', data: '{"a":1}\n\n2' },
      { comments: [''] },
      { data: ' leading space' },
    ]
    for (const event of events) expect(parseEvent(text(encodeEvent(event)))).toEqual(event)
  })

  it('does not let a field forge another field', () => {
    expect(text(encodeEvent({ id: '1\ndata: forged', data: 'a\rdata: b' }))).toBe('id: 1data: forged\ndata: a\ndata: data: b\n\n')
  })
})

describe('a row of events', () => {
  const parts = [
    'data: {"a":1}',
    'data:',
    'data:x',
    'id: 7',
    'id: data: x',
    'event: message',
    ': data: note',
    'datax: 1',
    ' data: y',
    'retry: 1',
    '',
  ]
  const ends = ['\n', '\n\n', '\r\n', '\r', '']

  it('is told only where a decoder sees those events with those data', () => {
    let told = 0
    let several = 0
    const pieces = parts.flatMap((part) => [part, `${part}\n`])
    for (const first of pieces) {
      for (const second of pieces) {
        for (const third of parts) {
          for (const end of ends) {
            const text = `${first}\n${second}\n${third}${end}`
            const row = readRow(text)
            if (row === undefined) continue
            told++
            if (row.length > 1) several++
            const decoded = createSseDecoder().push(new TextEncoder().encode(text))
            expect(decoded.items.map((item) => item.event.data)).toEqual(row.map(({ data }) => data))
            const starts = [0, ...row.map((event) => event.end)]
            expect(decoded.items.map((item) => new TextDecoder().decode(item.raw))).toEqual(
              row.map((event, i) => text.slice(starts[i], event.end)),
            )
            expect(starts.at(-1)).toBe(text.length)
          }
        }
      }
    }
    expect(told).toBeGreaterThan(30)
    expect(several).toBeGreaterThan(30)
  })

  it('is told of events as servers write them', () => {
    const dataOf = (text: string) => readRow(text)?.map(({ data }) => data)
    expect(dataOf('event: message\nid: 3\ndata: {"a":1}\n\n')).toEqual(['{"a":1}'])
    expect(dataOf('data:{}\n\n')).toEqual(['{}'])
    expect(dataOf('data: a\n\nid: 2\ndata: b\n\n')).toEqual(['a', 'b'])
    for (const text of [
      'data: a\ndata: b\n\n',
      'data: a\n',
      'data: a\n\ndata: b\n',
      'data: a\n\n\n',
      'data: a\r\n\r\n',
      'data: a\n\n: c\n\n',
      '\n\n',
    ])
      expect(dataOf(text)).toBeUndefined()
  })
})
