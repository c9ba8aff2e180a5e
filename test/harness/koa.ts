import { Readable } from 'node:stream'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import { guard, safeMcp } from 'safe-mcp/koa'
import { contextOf, listen } from './node-http.ts'
import type { HandlerContext, HandlerResponse, Harness, TestApp } from './types.ts'

export const koa3: Harness = {
  name: 'koa 3',
  network: true,
  parsedBefore: false,
  start: (app) => listen(koaApp(new Koa(), app).callback()),
}

/** The parser comes first, as in many an app. */
export const koa3Parsed: Harness = {
  name: 'koa 3 after @koa/bodyparser',
  network: true,
  parsedBefore: true,
  start(app) {
    const koa = new Koa()
    koa.use(bodyParser())
    return listen(koaApp(koa, app).callback())
  },
}

export function koaApp(app: Koa, { options, routes }: TestApp): Koa {
  app.silent = true
  if (options !== false) app.use(safeMcp(options))
  const router = new Router()
  for (const { method, path, guards, handler } of routes) {
    const run = async (ctx: Context): Promise<void> => send(ctx, await handler(koaContextOf(ctx)))
    const methods = method === undefined ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] : [method]
    router.register(path, methods, guards === undefined ? [run] : [guard(...guards), run])
  }
  app.use(router.routes())
  return app
}

function koaContextOf(ctx: Context): HandlerContext {
  const base = contextOf(ctx.req)
  const { body } = ctx.request as { body?: unknown }
  return {
    ...base,
    json: async () => (body === undefined ? base.json() : body),
    typedBody: body,
    safeMcp: ctx.state.safeMcp,
    auth: ctx.state.auth,
  }
}

function send(ctx: Context, { status = 200, headers = {}, json, body }: HandlerResponse): void {
  ctx.status = status
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value as string | string[])
  if (json !== undefined) ctx.body = json
  else if (body === undefined) ctx.body = null
  else if (typeof body === 'string') ctx.body = body
  else if (body instanceof Uint8Array) ctx.body = Buffer.from(body)
  else ctx.body = Readable.from(body, { objectMode: true, highWaterMark: 1 })
  // Koa puts its own type on a body that had none, and 204 on null.
  ctx.status = status
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value as string | string[])
}
