import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { guard, safeMcp } from 'safe-mcp/hono'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '../../../src/core/exchange.ts'
import { defineGuard } from '../../../src/core/guard.ts'
import { type Script, scripted, transform } from './scripted.ts'

const refusal = { status: 403, headers: [['content-type', 'application/json']] as const, body: '{"no":true}' }
const note = defineGuard({ name: 'note' })

function post(body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }): RequestInit {
  return { method: 'POST', body, headers }
}

function appOf(script: Script, routes: (app: Hono) => void, before: (app: Hono) => void = () => {}) {
  const source = scripted(script)
  const app = new Hono()
  before(app)
  app.use(safeMcp(source))
  routes(app)
  return { app, source }
}

describe.each([false, true])('safeMcp() on Hono, exchange slow: %s', (slow) => {
  it('runs begin, receive, respond and close in order, once each', async () => {
    const { app, source } = appOf({ slow, plan: { read: true } }, (a) => a.post('/x', async (c) => c.json(await c.req.json())))
    const res = await app.request('/x', post('{"a":1}'))
    expect(await res.json()).toEqual({ a: 1 })
    expect(source.log).toEqual(['begin', 'receive', 'respond 200', 'close finished'])
    expect(new TextDecoder().decode((source.inputs[0] as { bytes: Uint8Array }).bytes)).toBe('{"a":1}')
  })

  it('writes a reply of begin and does not run the handler', async () => {
    let ran = false
    const { app, source } = appOf({ slow, begin: refusal }, (a) =>
      a.post('/x', (c) => {
        ran = true
        return c.text('ran')
      }),
    )
    const res = await app.request('/x', post('{}'))
    expect([res.status, await res.text(), ran]).toEqual([403, '{"no":true}', false])
    expect(source.log).toEqual(['begin', 'close finished'])
  })

  it('writes a reply of receive and does not run the handler', async () => {
    let ran = false
    const { app } = appOf({ slow, plan: { read: true }, receive: () => refusal }, (a) =>
      a.post('/x', (c) => {
        ran = true
        return c.text('ran')
      }),
    )
    const res = await app.request('/x', post('{}'))
    expect([res.status, ran]).toEqual([403, false])
  })

  it('hands on the original bytes when nothing changed', async () => {
    const bytes = '{ "a" : 1.0,\t"a\\u0062": "\\u00e9" }\n'
    const { app } = appOf({ slow, plan: { read: true } }, (a) => a.post('/x', async (c) => c.body(await c.req.raw.text())))
    expect(await (await app.request('/x', post(bytes))).text()).toBe(bytes)
  })

  it('puts a rewritten body in every place a handler may read it', async () => {
    const body = { changed: true, text: '{"a":"clean"}', value: { a: 'clean' }, parsed: true }
    const { app } = appOf({ slow, plan: { read: true }, body }, (a) =>
      a.post('/x', async (c) => {
        const raw = await c.req.raw.clone().text()
        return c.json([raw, await c.req.text(), c.get('parsedBody' as never), c.req.header('content-length')])
      }),
    )
    const res = await app.request('/x', post('{"a":"dirty","padding":"----"}'))
    expect(await res.json()).toEqual([body.text, body.text, { a: 'clean' }, '13'])
  })
})

describe('what ran before us on Hono', () => {
  const clean = { changed: true, text: '{"a":"clean"}', value: { a: 'clean' } }

  it('replaces a body Hono has cached as text', async () => {
    const { app, source } = appOf(
      { plan: { read: true }, body: clean },
      (a) => a.post('/x', async (c) => c.json([await c.req.raw.clone().text(), await c.req.json()])),
      (a) =>
        a.use(async (c, next) => {
          await c.req.text()
          return next()
        }),
    )
    expect(await (await app.request('/x', post('{"a":"dirty"}'))).json()).toEqual(['{"a":"clean"}', { a: 'clean' }])
    expect(new TextDecoder().decode((source.inputs[0] as { bytes: Uint8Array }).bytes)).toBe('{"a":"dirty"}')
  })

  it('leaves a cached body alone when nothing changed', async () => {
    const { app } = appOf(
      { plan: { read: true } },
      (a) => a.post('/x', async (c) => c.json(await c.req.json())),
      (a) =>
        a.use(async (c, next) => {
          await c.req.json()
          return next()
        }),
    )
    expect(await (await app.request('/x', post('{"a":1}'))).json()).toEqual({ a: 1 })
  })

  it('replaces the parsedBody of the official SDK, whose stream is still unread', async () => {
    const { app } = appOf(
      { plan: { read: true }, body: clean },
      (a) => a.post('/x', async (c) => c.json([c.get('parsedBody' as never), await c.req.json()])),
      (a) =>
        a.use(async (c, next) => {
          c.set('parsedBody' as never, (await c.req.raw.clone().json()) as never)
          return next()
        }),
    )
    expect(await (await app.request('/x', post('{"a":"dirty"}'))).json()).toEqual([{ a: 'clean' }, { a: 'clean' }])
  })

  it('gives the guards the parsedBody when the stream is gone', async () => {
    const { app, source } = appOf(
      { plan: { read: true }, body: clean },
      (a) => a.post('/x', (c) => c.json(c.get('parsedBody' as never))),
      (a) =>
        a.use(async (c, next) => {
          c.set('parsedBody' as never, (await c.req.raw.json()) as never)
          return next()
        }),
    )
    expect(await (await app.request('/x', post('{"a":"dirty"}'))).json()).toEqual({ a: 'clean' })
    expect(source.inputs).toEqual([{ parsed: { a: 'dirty' } }])
  })

  it('reports a body that is gone without a trace as consumed, so that the guards may refuse', async () => {
    const { app, source } = appOf(
      { plan: { read: true } },
      (a) => a.post('/x', (c) => c.text('ok')),
      (a) =>
        a.use(async (c, next) => {
          await c.req.raw.text()
          return next()
        }),
    )
    await app.request('/x', post('{"a":1}'))
    expect(source.inputs).toEqual([{ fault: 'consumed' }])
  })

  it('keeps CORS headers on a refusal, and no header of a response that never was', async () => {
    const { app } = appOf(
      { begin: refusal },
      (a) => a.get('/x', (c) => c.text('ran')),
      (a) => a.use(cors({ origin: 'https://a.example' })),
    )
    const res = await app.request('/x', { headers: { origin: 'https://a.example' } })
    expect([res.status, res.headers.get('access-control-allow-origin'), res.headers.get('content-type')]).toEqual([
      403,
      'https://a.example',
      'application/json',
    ])
  })
})

describe('responses on Hono', () => {
  it('leaves the very same response object alone on pass', async () => {
    const mine = new Response('x')
    let seen: Response | undefined
    const { app } = appOf(
      {},
      (a) => a.get('/x', () => mine),
      (a) =>
        a.use(async (c, next) => {
          await next()
          return void (seen = c.res)
        }),
    )
    await app.request('/x')
    expect(seen).toBe(mine)
  })

  it('drops length and etag of the old response when a reply replaces it', async () => {
    const reply = {
      status: 200,
      headers: [
        ['content-type', 'text/plain'],
        ['content-length', '5'],
      ] as const,
      body: 'clean',
    }
    const { app } = appOf({ respond: () => ({ reply }) }, (a) =>
      a.get('/x', (c) => c.body('dirty words', 200, { etag: '"1"', 'content-length': '11', 'content-type': 'text/plain' })),
    )
    const res = await app.request('/x')
    expect([await res.text(), res.headers.get('etag'), res.headers.get('content-length')]).toEqual(['clean', null, '5'])
  })

  it('holds a whole body and sends what the transform makes of it', async () => {
    const { app, source } = appOf({ respond: (head) => transform('whole', head, (text) => text.toUpperCase()) }, (a) =>
      a.get('/x', (c) => c.text('abc')),
    )
    const res = await app.request('/x')
    expect(await res.text()).toBe('ABC')
    expect(source.log.at(-1)).toBe('close finished')
  })

  it('keeps two Set-Cookie fields apart through a rewrite', async () => {
    const { app } = appOf({ respond: (head) => transform('whole', head, (text) => text.toUpperCase()) }, (a) =>
      a.get('/x', (c) => {
        c.header('set-cookie', 'a=1', { append: true })
        c.header('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT', { append: true })
        return c.text('abc')
      }),
    )
    expect((await app.request('/x')).headers.getSetCookie()).toEqual(['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'])
  })

  it('adds headers of the guards to a passing response', async () => {
    const { app } = appOf({ respond: (head) => ({ passWith: { ...head, headers: [...head.headers, ['x-limit', '9']] } }) }, (a) =>
      a.get('/x', (c) => c.text('abc')),
    )
    const res = await app.request('/x')
    expect([await res.text(), res.headers.get('x-limit')]).toEqual(['abc', '9'])
  })

  it('guards the answer of onError and lets the error reach it untouched', async () => {
    const fault = new Error('boom')
    const { app, source } = appOf({ respond: (head) => transform('whole', head, (text) => text.replace('secret', '***')) }, (a) => {
      a.get('/x', () => {
        throw fault
      })
      a.onError((error, c) => c.text(`${error === fault} secret`, 500))
    })
    const res = await app.request('/x')
    expect([res.status, await res.text()]).toEqual([500, 'true ***'])
    expect(source.log).toEqual(['begin', 'respond 500', 'close finished'])
  })

  it('guards the answer of notFound', async () => {
    const { app, source } = appOf({}, () => {})
    expect((await app.request('/nowhere')).status).toBe(404)
    expect(source.log).toEqual(['begin', 'respond 404', 'close finished'])
  })

  it('answers HEAD without a body', async () => {
    const { app } = appOf({ respond: (head) => transform('whole', head, (text) => text) }, (a) => a.get('/x', (c) => c.text('abc')))
    const res = await app.request('/x', { method: 'HEAD' })
    expect([res.status, await res.text()]).toEqual([200, ''])
  })
})

describe('guard() on Hono', () => {
  it('joins the open exchange and reads the body only once', async () => {
    const { app, source } = appOf({ plan: { read: true } }, (a) => a.post('/x', guard(note), async (c) => c.json(await c.req.json())))
    await app.request('/x', post('{}'))
    expect(source.log).toEqual(['begin', 'receive', 'add', 'respond 200', 'close finished'])
  })

  it('refuses without running the handler or judging its own refusal', async () => {
    let ran = false
    const { app, source } = appOf({ add: () => refusal }, (a) =>
      a.post('/x', guard(note), (c) => {
        ran = true
        return c.text('')
      }),
    )
    expect((await app.request('/x', post('{}'))).status).toBe(403)
    expect([ran, source.log]).toEqual([false, ['begin', 'add', 'close finished']])
  })

  it('applies a rewrite of a joining guard after Hono cached the first one', async () => {
    const script: Script = {
      plan: { read: true },
      add: (_guards, change) => void change({ changed: true, text: '"second"', value: 'second' }),
    }
    const { app } = appOf(script, (a) =>
      a.post(
        '/x',
        async (c, next) => {
          await c.req.text()
          return next()
        },
        guard(note),
        async (c) => c.json(await c.req.json()),
      ),
    )
    expect(await (await app.request('/x', post('"first"'))).json()).toBe('second')
  })

  it('shows the typed body where validators put theirs', async () => {
    const { app } = appOf({ body: { typed: { value: { n: 1 } } } }, (a) =>
      a.post('/x', guard(note), (c) => c.json(c.req.valid('json' as never))),
    )
    expect(await (await app.request('/x', post('{}'))).json()).toEqual({ n: 1 })
  })
})

describe('mistakes on Hono', () => {
  const errorOf = async (build: (app: Hono) => void): Promise<unknown> => {
    const app = new Hono()
    let caught: unknown
    app.onError((error, c) => {
      caught = error
      return c.text('', 500)
    })
    build(app)
    await app.request('/x')
    return caught
  }

  it('explains a forgotten call', async () => {
    expect(await errorOf((app) => app.use(safeMcp as never))).toMatchObject({ code: 'missing_call' })
    expect(await errorOf((app) => app.use(guard as never))).toMatchObject({ code: 'missing_call' })
  })

  it('explains mounting twice', async () => {
    expect(await errorOf((app) => app.use(safeMcp(scripted())).use(safeMcp(scripted())))).toMatchObject({ code: 'mounted_twice' })
  })

  it('refuses what is no guard while the app is put together', () => {
    expect(() => guard((() => note) as never)).toThrow(/forget to call it/)
  })
})

describe('facts', () => {
  it('gives path, query, scheme and a host made from the URL', async () => {
    const { app, source } = appOf({}, (a) => a.get('/a/b', (c) => c.text('')))
    await app.request('https://api.example:8443/a/b?x=1&y=%20#frag')
    const facts = source.facts[0]
    expect([facts?.method, facts?.path, facts?.query, facts?.scheme, facts?.headers.get('host')]).toEqual([
      'GET',
      '/a/b',
      'x=1&y=%20',
      'https',
      'api.example:8443',
    ])
  })

  it('builds a factory once per environment object, and once for platforms that make one per request', async () => {
    let built = 0
    const app = new Hono()
      .use(
        safeMcp(() => {
          built++
          return scripted()
        }),
      )
      .get('/', (c) => c.text(''))
    const env = { KEY: 1 }
    for (const one of [env, env, { KEY: 2 }]) await app.request('/', {}, one)
    expect(built).toBe(2)
    for (const one of [1, 2]) await app.request('/', {}, { remoteAddr: { hostname: `10.0.0.${one}` } })
    expect(built).toBe(3)
  })
})

describe('a response of which the text was seen being made', () => {
  /** Gives out exactly what it was given. */
  const same: Script = {
    respond: (head) => {
      let held: Chunk | undefined
      return { kind: 'whole', head, push: (chunk) => void (held = chunk), end: () => held }
    },
  }
  /** What the handler made and what left. */
  async function through(make: (c: Context) => Response, script = same, before?: (app: Hono) => void) {
    let made: Response | undefined
    let left: Response | undefined
    const watch = (app: Hono): void => {
      before?.(app)
      app.use(async (c, next) => {
        await next()
        left = c.res
      })
    }
    const { app } = appOf(script, (a) => a.get('/x', (c) => (made = make(c))), watch)
    const response = await app.request('/x')
    return { kept: made === left, text: await response.text(), headers: [...response.headers] }
  }

  it.each<[string, (c: Context) => Response, string]>([
    ['json', (c) => c.json({ a: [1] }, 201, { 'x-a': 'b' }), '{"a":[1]}'],
    ['text', (c) => c.text('plain'), 'plain'],
    ['body', (c) => c.body('raw'), 'raw'],
  ])('stays the object it was: c.%s', async (_name, make, text) => {
    const bare = await new Hono().get('/x', make).request('/x')
    expect(await through(make)).toEqual({ kept: true, text, headers: [...bare.headers] })
  })

  it('is what left where it was changed', async () => {
    const shout: Script = { respond: (head) => transform('whole', head, (text) => text.toUpperCase()) }
    expect(await through((c) => c.json({ a: 'b' }), shout)).toMatchObject({ kept: false, text: '{"A":"B"}' })
  })

  it('is read where somebody else makes the JSON, or has replaced it', async () => {
    const own = (app: Hono): void =>
      void app.use(async (c, next) => {
        c.json = (() => new Response('{"own":true}', { headers: { 'content-type': 'application/json' } })) as unknown as typeof c.json
        await next()
      })
    expect(await through((c) => c.json({}), same, own)).toMatchObject({ text: '{"own":true}' })
    expect(await through(() => Response.json({ b: 1 }))).toMatchObject({ text: '{"b":1}' })
  })
})
