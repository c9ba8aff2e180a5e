import { describe, expect, test } from 'vitest'
import { HeaderView } from '../../../src/core/http.ts'
import { askingGuard } from '../../../src/guards/asking.ts'
import { budgetGuard } from '../../../src/guards/budget.ts'
import { concurrencyGuard } from '../../../src/guards/concurrency.ts'
import { loopGuard } from '../../../src/guards/loop.ts'
import { taintGuard } from '../../../src/guards/taint.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { ManualClock, principal, reply, testContext, toolCall } from '../support/context.ts'

const code = (verdict: unknown) => (verdict as { denial?: { code: string } } | undefined)?.denial?.code
const closed = { id: 'x', outcome: 'finished', durationMs: 1 } as const

describe('loopGuard', () => {
  test('the same call by the same caller is refused beyond the limit, however its JSON is written, until the window is over', async () => {
    const clock = new ManualClock()
    const guard = loopGuard({ limit: 3, windowMs: 1000 })
    const call = async (args: unknown, id = 'a', tool = 't') =>
      code(await guard.onMessage?.(toolCall(tool, args), testContext({ clock, principal: principal(id) })))
    expect(await call({ x: 1, y: 2 })).toBeUndefined()
    expect(await call({ y: 2, x: 1 })).toBeUndefined()
    expect(await call({ x: 1, y: 2 })).toBeUndefined()
    expect(await call({ y: 2, x: 1 })).toBe('tool_denied')
    expect(await call({ x: 1, y: 3 })).toBeUndefined()
    expect(await call({ x: 1, y: 2 }, 'b')).toBeUndefined()
    expect(await call({ x: 1, y: 2 }, 'a', 'u')).toBeUndefined()
    clock.advance(1001)
    expect(await call({ x: 1, y: 2 })).toBeUndefined()
  })
})

describe('budgetGuard', () => {
  test('calls, length of arguments and length of replies each have their budget', async () => {
    const clock = new ManualClock()
    const ctx = () => testContext({ clock, principal: principal('a') })
    const calls = budgetGuard({ maxCalls: 2, windowMs: 60_000 })
    expect([await calls.onMessage?.(toolCall('t'), ctx()), await calls.onMessage?.(toolCall('u'), ctx())].map(code)).toEqual([
      undefined,
      undefined,
    ])
    expect(await calls.onMessage?.(toolCall('t'), ctx())).toMatchObject({
      denial: { code: 'budget_exceeded', headers: { 'retry-after': '60' } },
    })
    const volume = budgetGuard({ maxArgumentLength: 1000 })
    expect(code(await volume.onMessage?.(toolCall('t', { a: 'x'.repeat(800) }), ctx()))).toBeUndefined()
    expect(code(await volume.onMessage?.(toolCall('t', { a: 'x'.repeat(800) }), ctx()))).toBe('budget_exceeded')
    const replies = budgetGuard({ maxReplyLength: 1000 })
    expect(code(await replies.onMessage?.(toolCall('t'), ctx()))).toBeUndefined()
    expect(code(await replies.onReply?.({ ...reply(1, 'x'.repeat(2000)), tool: 't' }, ctx()))).toBeUndefined()
    expect(code(await replies.onMessage?.(toolCall('t'), ctx()))).toBe('budget_exceeded')
  })

  test('an agent that tries every number is stopped, one that repeats a few is not', async () => {
    const guard = budgetGuard({ maxDistinctArguments: 5 })
    const ctx = testContext({ principal: principal('a') })
    for (let i = 0; i < 50; i++) expect(code(await guard.onMessage?.(toolCall('lookup', { customer: i % 5 }), ctx))).toBeUndefined()
    expect(code(await guard.onMessage?.(toolCall('lookup', { customer: 6 }), ctx))).toBe('budget_exceeded')
    expect(code(await guard.onMessage?.(toolCall('search', { customer: 6 }), ctx))).toBeUndefined()
  })

  test('a budget of nothing is refused', () => {
    expect(() => budgetGuard({})).toThrow(/needs one of/)
  })
})

describe('concurrencyGuard', () => {
  test('the exchange beyond the limit is refused, and one that ends makes room', async () => {
    const guard = concurrencyGuard({ limit: 2 })
    const open = [testContext(), testContext(), testContext()]
    expect(open.map((ctx) => code(guard.onRequest?.(ctx)))).toEqual([undefined, undefined, 'concurrency_exceeded'])
    expect(code(guard.onRequest?.(testContext({ principal: principal('b') })))).toBeUndefined()
    // The refused exchange also ends, and must not give back what it never had.
    guard.onClose?.(closed, open[2] as never)
    expect(code(guard.onRequest?.(testContext()))).toBe('concurrency_exceeded')
    guard.onClose?.(closed, open[0] as never)
    guard.onClose?.(closed, open[0] as never)
    expect(code(guard.onRequest?.(testContext()))).toBeUndefined()
    expect(code(guard.onRequest?.(testContext()))).toBe('concurrency_exceeded')
  })

  test('server/discover is refused once its message is known', () => {
    const guard = concurrencyGuard({ limit: 1 })
    guard.onRequest?.(testContext())
    const ctx = testContext({ request: { headers: new HeaderView([['mcp-method', 'server/discover']]) } })
    expect(guard.onRequest?.(ctx)).toBeUndefined()
    expect(code(guard.onMessage?.(toolCall('x'), ctx))).toBe('concurrency_exceeded')
  })
})

describe('askingGuard', () => {
  test('what a server asks of model and user is capped, also inside a result', async () => {
    const guard = askingGuard({ sampling: 2, elicitation: 1 })
    const ctx = testContext()
    const ask = (method: string) => ({ ...reply(1), kind: 'request' as const, method })
    expect(code(await guard.onReply?.(ask('sampling/createMessage'), ctx))).toBeUndefined()
    expect(code(await guard.onReply?.(reply(1, { content: [] }), ctx))).toBeUndefined()
    const inputRequests = { a: { method: 'sampling/createMessage' }, b: { method: 'sampling/createMessage' } }
    expect(code(await guard.onReply?.(reply(1, { resultType: 'input_required', inputRequests }), ctx))).toBe('budget_exceeded')
    expect(code(await guard.onReply?.(ask('elicitation/create'), ctx))).toBeUndefined()
    expect(code(await guard.onReply?.(ask('elicitation/create'), ctx))).toBe('budget_exceeded')
  })
})

describe('taintGuard', () => {
  const options = { untrusted: ['web_*'], privileged: ['send_*', 'pay'] }

  test('privileged tools are closed after untrusted output, to that caller, for a time', async () => {
    const clock = new ManualClock()
    const guard = taintGuard({ ...options, ttlMs: 1000 })
    const ctx = (id = 'a') => testContext({ clock, principal: principal(id) })
    const call = async (tool: string, id?: string) => code(await guard.onMessage?.(toolCall(tool), ctx(id)))
    expect(await call('pay')).toBeUndefined()
    await guard.onReply?.({ ...reply(1), tool: 'calculator' }, ctx())
    expect(await call('pay')).toBeUndefined()
    await guard.onReply?.({ ...reply(1), tool: 'web_search' }, ctx())
    expect(await call('pay')).toBe('tool_denied')
    expect(await call('send_mail')).toBe('tool_denied')
    expect(await call('calculator')).toBeUndefined()
    expect(await call('pay', 'b')).toBeUndefined()
    clock.advance(1001)
    expect(await call('pay')).toBeUndefined()
  })

  test('a store that is down refuses rather than forgets', async () => {
    const store = { ...memoryStore(), get: () => Promise.reject(new Error('down')) }
    await expect(taintGuard({ ...options, store }).onMessage?.(toolCall('pay'), testContext())).rejects.toThrow()
  })
})
