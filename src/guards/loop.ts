import { callerKey } from '../core/caller-key.ts'
import { checkInteger, checkKeys } from '../core/check-options.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import { deny } from '../core/verdict.ts'
import { andThen } from '../lib/maybe-promise.ts'
import { argumentsHash } from '../mcp/arguments-hash.ts'
import type { Store } from '../store/store.ts'
import { WindowCounter } from '../store/window-counter.ts'

export interface LoopOptions {
  /** Calls of one tool with the same arguments by one caller that are still let through in a window. Default 5. */
  readonly limit?: number | undefined
  /** Default 60,000. */
  readonly windowMs?: number | undefined
  /** Default: this process. */
  readonly store?: Store | undefined
}

/**
 * Stops an agent that repeats itself: the same caller, the same tool, the same arguments (by their canonical JSON) more than `limit` times
 * in a window. The refusal is a tool error the model can read, because a transport error would be retried.
 *
 * When the store does not answer it counts in this process.
 */
export function loopGuard(options: LoopOptions = {}): Guard {
  checkKeys(options as unknown, ['limit', 'windowMs', 'store'], 'loop')
  const limit = checkInteger(options.limit, 'loop.limit', 5)
  const windowMs = checkInteger(options.windowMs, 'loop.windowMs', 60_000)
  const counter = new WindowCounter({ store: options.store, windowMs, timeoutMs: 100, retryMs: 1000, maxKeys: 100_000 })
  return defineGuard({
    name: 'loop',
    onMessage(message, ctx) {
      if (message.tool === undefined || message.direction !== 'inward') return
      const key = `loop:${callerKey(['principal', 'tool'], ctx, message, {})}${argumentsHash(message)}`
      return andThen(counter.add(key, 1, ctx.clock), ({ used }) => {
        if (used <= limit) return
        ctx.report({ rule: 'loop/repeated-call', severity: 'low' })
        return deny('tool_denied', {
          detail: 'The same call was repeated too often. Change the arguments or stop.',
          reason: `same call ${used} times in ${windowMs} ms`,
        })
      })
    },
  })
}
