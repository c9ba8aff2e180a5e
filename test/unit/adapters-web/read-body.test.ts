import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type BodyRead, readBody as read } from '../../../adapters/web/read-body.ts'
import { HeaderView } from '../../../src/core/http.ts'

const readBody = async (request: Request, maxBytes: number): Promise<BodyRead> =>
  read(request, new HeaderView([...request.headers] as [string, string][]), { read: true, maxBytes, overflow: 'deny' })

const chunked = (...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      controller.close()
    },
  })

function request(body: BodyInit | ReadableStream, headers: Record<string, string> = {}): Request {
  return new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

const textOf = async (request: Request, max: number): Promise<unknown> => {
  const { input } = await readBody(request, max)
  return 'bytes' in input ? new TextDecoder().decode(input.bytes) : input
}

describe('readBody', () => {
  it('accepts exactly the limit and refuses one byte more, however the bytes are cut', async () => {
    const text = 'abcdefgh'
    for (let cut = 0; cut <= text.length; cut++) {
      const parts = [text.slice(0, cut), text.slice(cut)].filter((part) => part !== '')
      expect(await textOf(request(chunked(...parts)), 8)).toBe(text)
      expect(await textOf(request(chunked(...parts)), 7)).toEqual({ fault: 'too-large' })
    }
  })

  it('refuses a declared length over the limit without touching the body', async () => {
    const big = request('x', { 'content-length': '1000000000' })
    expect((await readBody(big, 10)).input).toEqual({ fault: 'too-large' })
    expect(big.bodyUsed).toBe(false)
  })

  it('does not believe an understated length', async () => {
    expect(await textOf(request('0123456789', { 'content-length': '3' }), 5)).toEqual({ fault: 'too-large' })
  })

  it('hands on everything after an overflow: what was read and what was not', async () => {
    const { rest } = await readBody(request(chunked('aaa', 'bbb', 'ccc', 'ddd')), 4)
    expect(await new Response(rest).text()).toBe('aaabbbcccddd')
  })

  it.each(['gzip', 'x-gzip', 'GZIP', ' gzip '])('inflates %s', async (coding) => {
    const { input, inflated } = await readBody(request(gzipSync('{"a":1}'), { 'content-encoding': coding }), 100)
    expect([new TextDecoder().decode((input as { bytes: Uint8Array }).bytes), inflated]).toEqual(['{"a":1}', true])
  })

  it('inflates deflate, which on the web is zlib', async () => {
    expect(await textOf(request(deflateSync('{"a":1}'), { 'content-encoding': 'deflate' }), 100)).toBe('{"a":1}')
  })

  it('stops a gzip bomb at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024))
    const before = process.memoryUsage().arrayBuffers
    expect(await textOf(request(bomb, { 'content-encoding': 'gzip' }), 1024 * 1024)).toEqual({ fault: 'too-large' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * 1024 * 1024)
  })

  it.each(['br', 'foo', 'gzip, gzip', 'identity, gzip', 'gzip;q=1'])(
    'calls the coding %j unknown and leaves the body alone',
    async (coding) => {
      const coded = request('x', { 'content-encoding': coding })
      expect((await readBody(coded, 10)).input).toEqual({ fault: 'coding' })
      expect(coded.bodyUsed).toBe(false)
    },
  )

  it('calls a body that lies about gzip broken, and can still hand it on', async () => {
    const { input, rest } = await readBody(request('{"a":1}', { 'content-encoding': 'gzip' }), 100)
    expect(input).toEqual({ fault: 'coding' })
    expect(await new Response(rest).text()).toBe('{"a":1}')
  })

  it('calls half a gzip body broken', async () => {
    const half = gzipSync('x'.repeat(1000)).subarray(0, 20)
    expect(await textOf(request(half, { 'content-encoding': 'gzip' }), 10_000)).toEqual({ fault: 'coding' })
  })

  it('calls a body that stops half-way truncated', async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'))
      },
      pull(controller) {
        controller.error(new Error('ECONNRESET'))
      },
    })
    expect(await textOf(request(broken), 100)).toEqual({ fault: 'truncated' })
  })
})
