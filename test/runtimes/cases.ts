import { Hono } from 'hono'
import { defineGuard, rewrite } from 'safe-mcp'
import { guard, safeMcp as safeFetch } from 'safe-mcp/fetch'
import { safeMcp as safeHono } from 'safe-mcp/hono'

/** A check that any fetch runtime can run inside itself: it throws when something is not as it should be. */
export interface Case {
  readonly name: string
  run(serve: Serve): Promise<void>
}

/** Puts a handler where the runtime's own requests reach it, and gives a way to send one. */
export type Serve = (
  handler: (request: Request, ...rest: any[]) => Response | Promise<Response>,
) => Promise<(init: RequestInit) => Promise<Response>>

const json = { 'content-type': 'application/json' }
const leak = ['ghp', 'wK8xQ2mVtR5nB7yLcD3fGhJ6pS9aZe1uX4oT'].join('_')

const clean = defineGuard({
  name: 'clean',
  needs: { body: true },
  onMessage: (message) =>
    message.text.includes('dirty') ? rewrite(JSON.parse(message.text.replaceAll('dirty', 'cl\u00e9an'))) : undefined,
})

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function same(got: unknown, want: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)]
  if (a !== b) throw new Error(`got ${a}, want ${b}`)
}

const echo = async (request: Request): Promise<Response> =>
  Response.json({
    body: await request.text(),
    length: request.headers.get('content-length'),
    coding: request.headers.get('content-encoding'),
  })

export const cases: readonly Case[] = [
  {
    name: 'an ordinary body passes byte for byte',
    async run(serve) {
      const send = await serve(safeFetch({}, echo))
      const res = await send({ method: 'POST', headers: json, body: '{ "a":1.0 }' })
      same(((await res.json()) as { body: string }).body, '{ "a":1.0 }')
    },
  },
  {
    name: 'a rewritten body reaches the handler with its length',
    async run(serve) {
      const send = await serve(safeFetch({ guards: [clean] }, guard(clean)(echo)))
      const res = await send({ method: 'POST', headers: json, body: '{"a":"dirty"}' })
      same(await res.json(), { body: '{"a":"cl\u00e9an"}', length: '14', coding: null })
    },
  },
  {
    name: 'a rewritten body reaches a Hono handler',
    async run(serve) {
      const app = new Hono()
        .use(safeHono({ guards: [clean] }))
        .post('*', async (c) => c.json([await c.req.raw.clone().text(), await c.req.json()]))
      const send = await serve(app.fetch)
      const res = await send({ method: 'POST', headers: json, body: '{"a":"dirty"}' })
      same(await res.json(), ['{"a":"cl\u00e9an"}', { a: 'cl\u00e9an' }])
    },
  },
  {
    name: 'a gzip body is inflated for the handler',
    async run(serve) {
      const send = await serve(safeFetch({}, echo))
      const res = await send({ method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: await gzip('{"a":1}') })
      same(await res.json(), { body: '{"a":1}', length: '7', coding: null })
    },
  },
  {
    name: 'a gzip bomb is refused and the handler does not run',
    async run(serve) {
      let ran = false
      const send = await serve(
        safeFetch({}, () => {
          ran = true
          return new Response('')
        }),
      )
      const res = await send({ method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: await gzip(' '.repeat(20_000_000)) })
      same([res.status, ran], [413, false])
    },
  },
  {
    name: 'a secret in a JSON reply is redacted and the length stays true',
    async run(serve) {
      const send = await serve(safeFetch({}, () => Response.json({ key: leak })))
      const text = await (await send({})).text()
      same([text.includes(leak), JSON.parse(text).key.includes('REDACTED')], [false, true])
    },
  },
  {
    name: 'an event stream is redacted event by event as it comes',
    async run(serve) {
      let go: () => void = () => {}
      const waiting = new Promise<void>((resolve) => {
        go = resolve
      })
      const events = new ReadableStream({
        async start(controller) {
          const event = (text: string): Uint8Array => new TextEncoder().encode(`data: ${JSON.stringify({ text })}\n\n`)
          controller.enqueue(event('one'))
          await waiting
          controller.enqueue(event(leak))
          controller.close()
        },
      })
      const send = await serve(safeFetch({}, () => new Response(events, { headers: { 'content-type': 'text/event-stream' } })))
      const reader = ((await send({})).body as ReadableStream<Uint8Array>).getReader()
      const first = new TextDecoder().decode((await reader.read()).value)
      go()
      let rest = ''
      for (let read = await reader.read(); !read.done; read = await reader.read()) rest += new TextDecoder().decode(read.value)
      same([first.includes('one'), first.includes(leak) || rest.includes(leak)], [true, false])
    },
  },
  {
    name: 'a refusal says so and the handler does not run',
    async run(serve) {
      let ran = false
      const send = await serve(
        safeFetch({ mcp: { paths: ['/x'] }, origin: { origins: [] } }, () => {
          ran = true
          return new Response('')
        }),
      )
      const res = await send({ method: 'POST', headers: json, body: '{"jsonrpc":"2.0","id":1,"method":"ping","id":2}' })
      same([res.status, ran], [400, false])
    },
  },
]
