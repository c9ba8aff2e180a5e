import { guard, safeMcp } from 'safe-mcp/fetch'
import { describe, expect, it } from 'vitest'
import { defineGuard } from '../../../src/core/guard.ts'
import { scripted, transform } from './scripted.ts'

const url = 'http://localhost/x'
const post = (body: BodyInit): Request => new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
const note = defineGuard({ name: 'note' })
const auth = { token: 't', clientId: 'c', scopes: [] }

describe('safeMcp() around a fetch handler', () => {
  it('passes what the platform passes, untouched', async () => {
    const env = Object.freeze({ KV: {} })
    const ctx = {}
    let seen: unknown[] = []
    const handler = safeMcp(scripted(), (_request, ...rest: [object, object]) => {
      seen = rest
      return new Response('')
    })
    await handler(new Request(url), env, ctx)
    expect(seen[0]).toBe(env)
    expect(seen[1]).toBe(ctx)
  })

  it('hands a rewritten body and edited headers to the handler', async () => {
    const source = scripted({
      plan: { read: true },
      body: { changed: true, text: '{"a":2}' },
      edits: [
        ['accept-encoding', undefined],
        ['mcp-name', 'clean'],
      ],
    })
    const handler = safeMcp(source, async (request) =>
      Response.json([
        await request.json(),
        request.headers.get('accept-encoding'),
        request.headers.get('mcp-name'),
        request.headers.get('content-length'),
      ]),
    )
    const request = new Request(post('{"a":1,"pad":true}'), { headers: { 'accept-encoding': 'gzip', 'mcp-name': 'dirty' } })
    expect(await (await handler(request)).json()).toEqual([{ a: 2 }, null, 'clean', '7'])
  })

  it('hands the caller and the parsed body to a handler object of the official SDK', async () => {
    let seen: unknown
    const mcp = {
      fetch: async (_request: Request, options?: object) => {
        seen = options
        return new Response('')
      },
    }
    const handler = safeMcp(scripted({ plan: { read: true }, body: { parsed: true, value: { a: 1 } }, authInfo: auth }), mcp)
    await handler(post('{"a":1}'), { secretBinding: true })
    expect(seen).toEqual({ authInfo: auth, parsedBody: { a: 1 } })
  })

  it('hands them to a bare mcp.fetch too where the platform passes nothing of its own', async () => {
    const seen: unknown[] = []
    const handler = safeMcp(scripted({ authInfo: auth }), (_request, options?: object) => {
      seen.push(options)
      return new Response('')
    })
    await handler(new Request(url))
    await handler(new Request(url), { remoteAddr: { hostname: '10.0.0.1' } })
    expect(seen).toMatchObject([{ authInfo: auth }, { authInfo: auth, remoteAddr: {} }])
  })

  it('hangs auth and safeMcp on the request, also on the one with a new body', async () => {
    let seen: unknown
    const handler = safeMcp(scripted({ plan: { read: true }, authInfo: auth }), (request) => {
      seen = [request.auth, request.safeMcp.id]
      return new Response('')
    })
    await handler(post('{}'))
    expect(seen).toEqual([auth, 'exchange-1'])
  })

  it('keeps the class of the request and what earlier wrappers hung on it', async () => {
    class NextRequest extends Request {
      get nextUrl(): URL {
        return new URL(this.url)
      }
    }
    let seen: Request | undefined
    const handler = safeMcp(scripted({ plan: { read: true } }), (request) => {
      seen = request
      return new Response('')
    })
    await handler(Object.assign(new NextRequest(post('{}')), { geo: 'here' }))
    expect([(seen as NextRequest).nextUrl.pathname, (seen as unknown as { geo: string }).geo]).toEqual(['/x', 'here'])
  })

  it('aborts the guards and the handler with the request', async () => {
    const source = scripted({ plan: { read: true } })
    const gone = new AbortController()
    let inner: AbortSignal | undefined
    const handler = safeMcp(source, (request) => {
      inner = request.signal
      return new Response('')
    })
    await handler(new Request(post('{}'), { signal: gone.signal }))
    gone.abort()
    expect([source.signals[0]?.aborted, inner?.aborted]).toEqual([true, true])
  })

  it('keeps a worker alive until what was seen is where it belongs', async () => {
    const source = scripted()
    const flushed = { flush: () => Promise.resolve('flushed') as unknown as Promise<void>, open: source.open }
    const work: unknown[] = []
    const ctx = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    await safeMcp(flushed, (_request, _env: object, _ctx: object) => new Response(''))(new Request(url), {}, ctx)
    expect(await Promise.all(work)).toEqual(['flushed'])
    expect(source.log.at(-1)).toBe('close finished')
  })

  it('rethrows the error of a handler and closes once', async () => {
    const source = scripted()
    const handler = safeMcp(source, () => {
      throw new Error('mine')
    })
    await expect(handler(new Request(url))).rejects.toThrow('mine')
    expect(source.log).toEqual(['begin', 'close failed'])
  })

  it('explains a missing handler, a missing call and wrapping twice', async () => {
    expect(() => (safeMcp as unknown as (options: object) => void)({})).toThrow(/without calling it/)
    expect(() => (safeMcp as unknown as (request: Request, env: object) => void)(new Request(url), {})).toThrow(/without calling it/)
    const twice = safeMcp(
      scripted(),
      safeMcp(scripted(), () => new Response('')),
    )
    await expect(twice(new Request(url))).rejects.toMatchObject({ code: 'mounted_twice' })
  })
})

describe('guard() around a fetch handler', () => {
  it('joins the exchange of the request it was given', async () => {
    const source = scripted({ plan: { read: true } })
    const handler = safeMcp(
      source,
      guard(note)(async (request) => new Response(await request.text())),
    )
    expect(await (await handler(post('{"a":1}'))).text()).toBe('{"a":1}')
    expect(source.log).toEqual(['begin', 'receive', 'add', 'respond 200', 'close finished'])
  })

  it('opens its own exchange when there is none', async () => {
    const denying = defineGuard({ name: 'no', onRequest: () => ({ action: 'deny', denial: { code: 'tool_denied' } }) })
    let ran = false
    const res = await guard(denying)(() => {
      ran = true
      return new Response('')
    })(new Request(url))
    expect([res.status, ran]).toEqual([403, false])
  })
})

describe('streams', () => {
  const stream = (chunks: string[], events: string[]): ReadableStream<Uint8Array> => {
    let i = 0
    return new ReadableStream(
      {
        pull(controller) {
          const chunk = chunks[i++]
          events.push(`pull ${chunk ?? 'end'}`)
          if (chunk === undefined) controller.close()
          else controller.enqueue(new TextEncoder().encode(chunk))
        },
        cancel: (reason) => void events.push(`cancel ${reason}`),
      },
      { highWaterMark: 0 },
    )
  }

  it('pulls one chunk for each one read, and no more', async () => {
    const events: string[] = []
    const source = scripted({
      respond: (head) =>
        transform(
          'stream',
          head,
          (text) => text.toUpperCase(),
          () => undefined,
        ),
    })
    const res = await safeMcp(source, () => new Response(stream(['a', 'b', 'c'], events)))(new Request(url))
    const reader = (res.body as ReadableStream<Uint8Array>).getReader()
    expect(events).toEqual([])
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('A')
    expect(events).toEqual(['pull a'])
    await reader.cancel('enough')
    expect(events).toEqual(['pull a', 'cancel enough'])
    expect(source.log.at(-1)).toBe('close aborted')
  })

  it('sends what is held back at the end, and closes once', async () => {
    const source = scripted({
      respond: (head) =>
        transform(
          'stream',
          head,
          () => undefined,
          () => new TextEncoder().encode('all'),
        ),
    })
    const res = await safeMcp(source, () => new Response(stream(['a', 'b'], [])))(new Request(url))
    expect(await res.text()).toBe('all')
    expect(source.log).toEqual(['begin', 'respond 200', 'close finished'])
  })

  it('ends the response and cancels the handler on the last word of a transform', async () => {
    const events: string[] = []
    const last = { last: new TextEncoder().encode('!') }
    const source = scripted({ respond: (head) => transform('stream', head, (text) => (text === 'b' ? last : text)) })
    const res = await safeMcp(source, () => new Response(stream(['a', 'b', 'c'], events)))(new Request(url))
    expect(await res.text()).toBe('a!')
    expect(events.at(-1)).toMatch(/^cancel/)
    expect(source.log.at(-1)).toBe('close finished')
  })

  it('passes a failure of the stream on without what was held back', async () => {
    const failing = new ReadableStream({
      pull(controller) {
        controller.error(new Error('upstream died'))
      },
    })
    const source = scripted({
      respond: (head) =>
        transform(
          'stream',
          head,
          (text) => text,
          () => new TextEncoder().encode('held'),
        ),
    })
    const res = await safeMcp(source, () => new Response(failing))(new Request(url))
    await expect(res.text()).rejects.toThrow('upstream died')
    expect(source.log.at(-1)).toBe('close failed')
  })

  it('lets a held body be replaced by a reply before a byte went out', async () => {
    const events: string[] = []
    const reply = { reply: { status: 502, headers: [['content-type', 'text/plain']] as const, body: 'no' } }
    const source = scripted({ respond: (head) => ({ kind: 'whole', head, push: () => reply, end: () => undefined }) })
    const res = await safeMcp(source, () => new Response(stream(['a', 'b'], events)))(new Request(url))
    expect([res.status, await res.text(), events]).toEqual([502, 'no', ['pull a', 'cancel undefined']])
  })

  it('starts to stream when a held body is released', async () => {
    const source = scripted({ respond: (head) => ({ kind: 'whole', head, push: (chunk) => chunk, end: () => undefined }) })
    const handler = safeMcp(source, () => new Response(stream(['a', 'b'], []), { headers: { 'content-length': '2' } }))
    expect(await (await handler(new Request(url))).text()).toBe('ab')
  })
})
