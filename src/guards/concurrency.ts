import { type AddressOptions, callerKey, type LimitDimension } from '../core/caller-key.ts'
import { checkInteger, checkKeys } from '../core/check-options.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import { deny } from '../core/verdict.ts'
import { announcesDiscover } from '../mcp/discover.ts'

export interface ConcurrencyOptions extends AddressOptions {
  /** Exchanges of one caller that may be open at once in this process; an open event stream counts. */
  readonly limit: number
  /** What is counted separately. Default `['principal']`. */
  readonly by?: readonly LimitDimension[] | undefined
}

/** Limits how many exchanges a caller has open at once. Refuses with `concurrency_exceeded`: 429 and `Retry-After`. Counts per process. */
export function concurrencyGuard(options: ConcurrencyOptions): Guard {
  checkKeys(options as unknown, ['limit', 'by', 'trustedProxies', 'ipv6PrefixBits'], 'concurrency')
  const limit = checkInteger(options.limit, 'concurrency.limit', 1)
  const { by = ['principal'] } = options
  /** As many entries as there are open exchanges at most. */
  const open = new Map<string, number>()
  const held = Symbol('held')
  const exceeded = Symbol('exceeded')
  const refusal = deny('concurrency_exceeded', { headers: { 'retry-after': '1' } })

  return defineGuard({
    name: 'concurrency',
    onRequest(ctx) {
      const key = callerKey(by, ctx, undefined, options)
      const now = open.get(key) ?? 0
      if (now >= limit) {
        if (!announcesDiscover(ctx.request)) return refusal
        ctx.notes.set(exceeded, true)
        return
      }
      open.set(key, now + 1)
      ctx.notes.set(held, key)
    },
    onMessage(_message, ctx) {
      if (ctx.notes.has(exceeded)) return refusal
    },
    onClose(_summary, ctx) {
      const key = ctx.notes.get(held) as string | undefined
      if (key === undefined) return
      ctx.notes.delete(held)
      const left = (open.get(key) ?? 1) - 1
      if (left > 0) open.set(key, left)
      else open.delete(key)
    },
  })
}
