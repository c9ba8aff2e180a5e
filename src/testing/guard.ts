import { denialCodes } from '../core/codes.ts'
import type { GuardContext } from '../core/context.ts'
import type { Guard } from '../core/guard.ts'
import type { Observer } from '../core/observer.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { assert, assertEqual, type ConformanceCase, conformanceCase } from './conformance.ts'
import { plainMessage, testContext } from './context.ts'
import { hostileHeaders, hostileMessages } from './hostile.ts'

export interface GuardConformanceOptions {
  /** A new guard for each case. */
  readonly guard: () => Guard
  /** Messages the guard must let pass unchanged. */
  readonly harmless?: readonly ReturnType<typeof plainMessage>[] | undefined
}

/** What every `Guard` must do, whatever it guards. */
export function guardConformance(options: GuardConformanceOptions): ConformanceCase[] {
  const { harmless = [plainMessage({ hello: 'world' }), plainMessage({ hello: 'world' }, 'outward')] } = options
  const contexts = (): GuardContext[] =>
    (['strict', 'normal', 'monitor'] as const).map((mode) =>
      testContext({ mode, request: { headers: hostileHeaders, remoteAddress: undefined } }),
    )
  return [
    conformanceCase('it has a name', () => {
      const { name } = options.guard()
      assert(typeof name === 'string' && name !== '', 'name must be a string that is not empty')
    }),
    conformanceCase('every hook answers with a verdict or nothing, whatever the message', async () => {
      const guard = options.guard()
      for (const ctx of contexts()) {
        check(await guard.onRequest?.(ctx), 'onRequest')
        for (const message of hostileMessages()) {
          if (message.direction === 'inward') check(await guard.onMessage?.(message, ctx), 'onMessage')
          else check(await guard.onReply?.(message, ctx), 'onReply')
        }
        check(await guard.onResponse?.({ status: 200, headers: [['content-type', 'application/json']] }, ctx), 'onResponse')
        guard.onClose?.({ id: ctx.id, outcome: 'aborted', durationMs: 1 }, ctx)
      }
    }),
    conformanceCase('nothing on any prototype is changed', async () => {
      const guard = options.guard()
      const ctx = testContext()
      for (const message of hostileMessages()) {
        // What it throws is another case's business.
        await Promise.resolve((async () => guard.onMessage?.(message, ctx))()).catch(() => {})
      }
      assertEqual(({} as { polluted?: unknown }).polluted, undefined, '({}).polluted')
    }),
    conformanceCase('messages are read, never written', async () => {
      const guard = options.guard()
      for (const message of hostileMessages()) {
        const before = JSON.stringify(message.value)
        const ctx = testContext()
        await (message.direction === 'inward' ? guard.onMessage?.(message, ctx) : guard.onReply?.(message, ctx))
        assert(JSON.stringify(message.value) === before, 'the message was changed in place; return rewrite(value) instead')
      }
    }),
    conformanceCase('findings carry a rule, a severity and a place, never a text', async () => {
      const guard = options.guard()
      const ctx = testContext()
      for (const message of hostileMessages())
        await (message.direction === 'inward' ? guard.onMessage?.(message, ctx) : guard.onReply?.(message, ctx))
      const allowed = new Set(['rule', 'severity', 'technique', 'pointer', 'range', 'layers'])
      for (const finding of ctx.findings) {
        assert(typeof finding.rule === 'string' && finding.rule !== '', 'a finding needs a rule')
        for (const key of Object.keys(finding)) assert(allowed.has(key), `a finding must not have "${key}"`)
      }
    }),
    conformanceCase('what is harmless passes unchanged', async () => {
      const guard = options.guard()
      for (const message of harmless) {
        const ctx = testContext()
        const verdict = await (message.direction === 'inward' ? guard.onMessage?.(message, ctx) : guard.onReply?.(message, ctx))
        assert(verdict === undefined || verdict.action === 'allow', `a harmless message was met with ${verdict?.action}`)
      }
    }),
  ]
}

/** What every `Observer` must do: see everything, change nothing, hold up nothing. */
export function observerConformance(options: { readonly observer: () => Observer }): ConformanceCase[] {
  const run = (observer: Observer, ctx: GuardContext) => {
    for (const message of hostileMessages()) {
      observer.onMessage?.(message, ctx)
      observer.onFinding?.({ rule: 'conformance/x', severity: 'critical', pointer: '/a\n' }, ctx)
      for (const enforced of [true, false]) {
        observer.onVerdict?.(
          { guard: 'x', phase: 'message', action: 'deny', enforced, denial: deny('tool_denied', { reason: 'a\nb' }).denial, message },
          ctx,
        )
        observer.onVerdict?.({ guard: 'x', phase: 'reply', action: 'rewrite', enforced, message }, ctx)
      }
    }
    observer.onClose?.({ id: ctx.id, outcome: 'finished', status: 200, durationMs: 1 }, ctx)
  }
  return [
    conformanceCase('no hook throws or gives anything back, whatever it sees', () => {
      const observer = options.observer()
      run(observer, testContext({ request: { headers: hostileHeaders, remoteAddress: undefined } }))
      assertEqual(observer.onClose?.({ id: 'x', outcome: 'failed', durationMs: 0 }, testContext()), undefined, 'onClose')
    }),
    conformanceCase('messages and exchanges are left as they were', () => {
      const ctx = testContext()
      const messages = hostileMessages()
      const before = JSON.stringify(messages)
      const observer = options.observer()
      for (const message of messages) observer.onMessage?.(message, ctx)
      assert(JSON.stringify(messages) === before, 'a message was changed')
      assertEqual(ctx.findings.length, 0, 'findings')
      assertEqual(ctx.responseHeaders.size, 0, 'response headers')
    }),
    conformanceCase('an exchange may end without having been seen before, and may end twice', () => {
      const observer = options.observer()
      const ctx = testContext()
      for (const outcome of ['aborted', 'finished'] as const) observer.onClose?.({ id: ctx.id, outcome, durationMs: 1 }, ctx)
    }),
    conformanceCase('flush and close end', async () => {
      const observer = options.observer()
      run(observer, testContext())
      await observer.flush?.()
      await observer.close?.()
    }),
  ]
}

function check(verdict: Verdict | void | undefined, hook: string): void {
  if (verdict === undefined) return
  assert(['allow', 'rewrite', 'deny', 'respond'].includes(verdict.action), `${hook} answered with an unknown action`)
  if (verdict.action !== 'deny') return
  assert(Object.hasOwn(denialCodes, verdict.denial.code), `${hook} denied with an unknown code`)
  const shown = `${verdict.denial.detail ?? ''}${JSON.stringify(verdict.denial.data ?? {})}`
  assert(!shown.includes('x'.repeat(200)), `${hook} shows the caller what it sent`)
}
