import { createServer, type RequestListener } from 'node:http'
import Router from '@koa/router'
import express, { type RequestHandler } from 'express'
import Koa from 'koa'
import { bodyGuard, defineGuard } from 'safe-mcp'
import { guard, type SafeMcpView, safeMcp } from 'safe-mcp/express'
import { safeMcp as forKoa, guard as koaGuard } from 'safe-mcp/koa'
import { describe, expectTypeOf, it } from 'vitest'
import * as z from 'zod'

const chat = z.object({ message: z.string(), times: z.coerce.number() })
const other = defineGuard({ name: 'other' })

describe('types', () => {
  it('say what is on an Express request', () => {
    const app = express()
      .use(safeMcp())
      .use('/a', safeMcp({ mode: 'strict' }), express.json())
    app.get('/', (req) => {
      expectTypeOf(req.safeMcp).toEqualTypeOf<SafeMcpView | undefined>()
      expectTypeOf(req.auth?.scopes).toEqualTypeOf<string[] | undefined>()
    })
    expectTypeOf(safeMcp()).toExtend<RequestHandler>()
    expectTypeOf(guard(other)).toExtend<RequestHandler>()
  })

  it('know the body behind a bodyGuard, and still the parameters of the path', () => {
    express().post('/chat/:id', guard(other, bodyGuard(chat)), (req) => {
      expectTypeOf(req.body).toEqualTypeOf<{ message: string; times: number }>()
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
    express().post('/chat/:id', guard(other), (req) => {
      expectTypeOf(req.body).toBeAny()
      expectTypeOf(req.params.id).toEqualTypeOf<string>()
    })
  })

  it('let a bare server ask whether a request may go on', () => {
    const guarded = safeMcp()
    const listener: RequestListener = async (req, res) => {
      expectTypeOf(guarded(req, res)).toEqualTypeOf<boolean | Promise<boolean>>()
    }
    expectTypeOf(createServer).toBeCallableWith(listener)
  })

  it('say what is in the state of a Koa context', () => {
    const app = new Koa()
    app.use(forKoa())
    app.use((ctx) => {
      expectTypeOf(ctx.state.safeMcp).toEqualTypeOf<SafeMcpView | undefined>()
      expectTypeOf(ctx.state.auth?.clientId).toEqualTypeOf<string | undefined>()
    })
    const router = new Router()
    router.post('/', koaGuard(other), (ctx) => void (ctx.body = 'x'))
  })
})
