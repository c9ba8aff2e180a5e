import { callerKey, type LimitDimension } from '../core/caller-key.ts'
import { checkInteger, checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { argumentsHash } from '../mcp/arguments-hash.ts'
import type { Store } from '../store/store.ts'
import { type Count, WindowCounter } from '../store/window-counter.ts'

export interface BudgetOptions {
  /** Tool calls. */
  readonly maxCalls?: number | undefined
  /** UTF-16 units of arguments sent to tools. */
  readonly maxArgumentLength?: number | undefined
  /** UTF-16 units of replies. A reply that crosses the line is still delivered; the next call is refused. */
  readonly maxReplyLength?: number | undefined
  /** Different arguments per tool: an agent that tries every customer number stands out here, not in the number of calls. */
  readonly maxDistinctArguments?: number | undefined
  /** Length of a window, which begins with a caller's first call. Default 3,600,000: one hour. */
  readonly windowMs?: number | undefined
  /** What is counted separately. Default `['principal']`. */
  readonly by?: readonly LimitDimension[] | undefined
  /** Default: this process. */
  readonly store?: Store | undefined
}

const budgets = ['maxCalls', 'maxArgumentLength', 'maxReplyLength', 'maxDistinctArguments'] as const

/**
 * Budgets of tool use over a longer time. Refuses with `budget_exceeded`: 429 and `Retry-After`. When the store does not answer it counts
 * in this process.
 */
export function budgetGuard(options: BudgetOptions): Guard {
  checkKeys(options as unknown, [...budgets, 'windowMs', 'by', 'store'], 'budget')
  if (budgets.every((name) => options[name] === undefined)) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'budget', message: `needs one of ${budgets.join(', ')}.` })
  }
  const windowMs = checkInteger(options.windowMs, 'budget.windowMs', 3_600_000)
  for (const name of budgets) checkInteger(options[name], `budget.${name}`, 1)
  const { maxCalls, maxArgumentLength, maxReplyLength, maxDistinctArguments, by = ['principal'], store } = options
  const counter = new WindowCounter({ store, windowMs, timeoutMs: 100, retryMs: 1000, maxKeys: 100_000 })

  const keyOf = (what: string, ctx: GuardContext, message: Message, more = '') => `budget:${what}:${callerKey(by, ctx, message, {})}${more}`

  function spend(
    what: string,
    amount: number,
    limit: number | undefined,
    ctx: GuardContext,
    message: Message,
  ): MaybePromise<Verdict | undefined> {
    if (limit === undefined) return undefined
    return andThen(counter.add(keyOf(what, ctx, message), amount, ctx.clock), (count) => judge(what, count, limit, ctx))
  }

  function spendDistinct(ctx: GuardContext, message: Message): MaybePromise<Verdict | undefined> {
    if (maxDistinctArguments === undefined) return undefined
    const tool = `${message.tool};`
    const seen = counter.add(keyOf('seen', ctx, message, `${tool}${argumentsHash(message)}`), 1, ctx.clock)
    return andThen(seen, ({ used }) => {
      if (used > 1) return undefined
      return andThen(counter.add(keyOf('distinct', ctx, message, tool), 1, ctx.clock), (count) =>
        judge('distinct', count, maxDistinctArguments, ctx),
      )
    })
  }

  return defineGuard({
    name: 'budget',
    ...(maxReplyLength === undefined ? {} : { needs: { replies: true } }),
    onMessage(message, ctx) {
      if (message.tool === undefined || message.direction !== 'inward') return
      return andThen(spend('calls', 1, maxCalls, ctx, message), (calls) =>
        andThen(calls ?? spend('arguments', message.text.length, maxArgumentLength, ctx, message), (volume) =>
          andThen(volume ?? spendDistinct(ctx, message), (distinct) => distinct ?? spend('replies', 0, maxReplyLength, ctx, message)),
        ),
      )
    },
    onReply(message, ctx) {
      if (maxReplyLength === undefined || message.kind !== 'response') return
      return andThen(counter.add(keyOf('replies', ctx, message), message.text.length, ctx.clock), () => undefined)
    },
  })
}

function judge(what: string, { used, resetAt }: Count, limit: number, ctx: GuardContext): Verdict | undefined {
  if (used <= limit) return undefined
  const seconds = Math.max(1, Math.ceil((resetAt - ctx.clock.now()) / 1000))
  return deny('budget_exceeded', { reason: `budget of ${what}: ${used} of ${limit}`, headers: { 'retry-after': String(seconds) } })
}
