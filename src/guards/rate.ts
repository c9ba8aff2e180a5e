import { type AddressOptions, callerKey, type LimitDimension } from '../core/caller-key.ts'
import { checkInteger, checkKeys, checkOneOf } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { announcesDiscover } from '../mcp/discover.ts'
import type { Store } from '../store/store.ts'
import { type Count, type OnOutage, WindowCounter } from '../store/window-counter.ts'

export interface RateOptions extends AddressOptions {
  /** Requests (or, by tool or method, messages) per window. A batch counts each of its messages. */
  readonly limit: number
  /** Length of a window, which begins with a caller's first request. Default 60,000. */
  readonly windowMs?: number | undefined
  /** What is counted separately. Default `['principal']`. `tool` counts tool calls alone. */
  readonly by?: LimitDimension | readonly LimitDimension[] | undefined
  /** Counts only calls of these tools. */
  readonly tools?: readonly string[] | undefined
  /** Where counts live. Default: this process. Several processes need a shared one, or each grants the whole limit. */
  readonly store?: Store | undefined
  /** Name of the policy in headers and keys; limits with different names count apart. Default `default`. */
  readonly name?: string | undefined
  /** While the store does not answer: count in this process (default), let all pass, or refuse with 503. */
  readonly onOutage?: OnOutage | undefined
  /** Part of the limit this process grants on its own during an outage: 1 / number of processes. Default 1. */
  readonly localShare?: number | undefined
  /** The longest wait for the store. Default 100. */
  readonly timeoutMs?: number | undefined
  /** How long a store that failed is left alone. Default 1000. */
  readonly retryMs?: number | undefined
  /** Callers remembered in this process. Default 100,000. */
  readonly maxKeys?: number | undefined
  /** Send `RateLimit` and `RateLimit-Policy`. Default true. */
  readonly headers?: boolean | undefined
}

const optionKeys = [
  'limit',
  'windowMs',
  'by',
  'tools',
  'store',
  'name',
  'onOutage',
  'localShare',
  'timeoutMs',
  'retryMs',
  'maxKeys',
  'headers',
  'trustedProxies',
  'ipv6PrefixBits',
] as const satisfies readonly (keyof RateOptions)[]

/**
 * Limits how often a caller may ask. Refuses with `rate_limited`: 429 and `Retry-After`.
 *
 * Headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "default";q=100;w=60` and
 * `RateLimit: "default";r=42;t=17` (t: seconds until the window is over).
 */
export function rateGuard(options: RateOptions): Guard {
  checkKeys(options as unknown, optionKeys, 'rate')
  const { limit, windowMs = 60_000, name = 'default', store, onOutage = 'local', localShare = 1, headers = true } = options
  const { timeoutMs = 100, retryMs = 1000, maxKeys = 100_000 } = options
  const by: readonly LimitDimension[] =
    options.by === undefined ? ['principal'] : typeof options.by === 'object' ? options.by : [options.by]
  if (limit === undefined) throw new SafeMcpConfigError({ code: 'invalid_option', path: 'rate.limit', message: 'is required.' })
  checkInteger(limit, 'rate.limit', 1)
  checkInteger(windowMs, 'rate.windowMs', 1)
  checkOneOf(onOutage, ['local', 'allow', 'deny'], 'rate.onOutage', 'local')
  if (!(localShare > 0 && localShare <= 1)) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'rate.localShare', message: 'must be above 0 and at most 1.' })
  }
  if (by.length === 0)
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'rate.by', message: 'must name at least one dimension.' })
  if (!/^[a-z][a-z0-9_-]*$/i.test(name)) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'rate.name', message: 'must be letters, digits, - and _.' })
  }
  const counter = new WindowCounter({ store, windowMs, timeoutMs, retryMs, maxKeys })
  const perMessage = options.tools !== undefined || by.includes('tool') || by.includes('method')
  const tools = options.tools === undefined ? undefined : new Set(options.tools)
  const localLimit = Math.max(1, Math.floor(limit * localShare))
  const policy = `"${name}";q=${limit};w=${Math.ceil(windowMs / 1000)}`
  /** Notes of an exchange: the first message was counted with the head; the refusal waits for the message. */
  const counted = Symbol('counted')
  const exceeded = Symbol('exceeded')

  function count(ctx: GuardContext, message: Message | undefined): MaybePromise<Verdict | undefined> {
    const key = `rate:${name}:${limit}/${windowMs}:${callerKey(by, ctx, message, options)}`
    return andThen(counter.add(key, 1, ctx.clock), (result) => judge(result, ctx))
  }

  function judge({ used, resetAt, local }: Count, ctx: GuardContext): Verdict | undefined {
    if (local && onOutage !== 'local') return onOutage === 'allow' ? undefined : deny('store_unavailable', { reason: 'rate limit store' })
    const allowed = local ? localLimit : limit
    const seconds = String(Math.max(1, Math.ceil((resetAt - ctx.clock.now()) / 1000)))
    const sent = headers ? { 'ratelimit-policy': policy, ratelimit: `"${name}";r=${Math.max(0, allowed - used)};t=${seconds}` } : {}
    if (used > allowed) {
      const reason = `limit ${name}: ${allowed} in ${windowMs} ms${local ? ', counted locally' : ''}`
      return deny('rate_limited', { reason, headers: { ...sent, 'retry-after': seconds } })
    }
    for (const [header, value] of Object.entries(sent)) ctx.setResponseHeader(header, value)
    return undefined
  }

  return defineGuard({
    name: 'rate',
    onRequest(ctx) {
      if (perMessage) return
      ctx.notes.set(counted, true)
      return andThen(count(ctx, undefined), (verdict) => {
        if (verdict === undefined || !announcesDiscover(ctx.request)) return verdict
        // A client that negotiates takes 429 here for a server of the old era. Once the message is known it is told 503 instead.
        ctx.notes.set(exceeded, verdict)
      })
    },
    onMessage(message, ctx) {
      const waiting = ctx.notes.get(exceeded) as Verdict | undefined
      if (waiting !== undefined) return waiting
      if (perMessage) {
        if ((tools !== undefined || by.includes('tool')) && message.tool === undefined) return
        if (tools !== undefined && !tools.has(message.tool as string)) return
        return count(ctx, message)
      }
      // The head counted the first message; a batch must not buy the others for nothing.
      if (ctx.notes.get(counted) === true) {
        ctx.notes.set(counted, 'first')
        return
      }
      return count(ctx, message)
    },
  })
}
