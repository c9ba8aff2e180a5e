import { callerKey } from '../core/caller-key.ts'
import { checkInteger, checkKeys } from '../core/check-options.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny } from '../core/verdict.ts'
import { andThen } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { WindowCounter } from '../store/window-counter.ts'

export interface AskingOptions {
  /** `sampling/createMessage` requests per caller and window: each spends the client's model. Default 20. */
  readonly sampling?: number | undefined
  /** `elicitation/create` requests per caller and window: a person who is asked without end stops reading. Default 20. */
  readonly elicitation?: number | undefined
  /** Default 600,000. */
  readonly windowMs?: number | undefined
  /** Default: this process. */
  readonly store?: Store | undefined
}

type Asked = 'sampling' | 'elicitation'

/**
 * Caps what a server asks of its client's model and user, whether as requests of its own or as `inputRequests` of a result. Refuses with
 * `budget_exceeded`.
 */
export function askingGuard(options: AskingOptions = {}): Guard {
  checkKeys(options as unknown, ['sampling', 'elicitation', 'windowMs', 'store'], 'asking')
  const limits: Readonly<Record<Asked, number>> = {
    sampling: checkInteger(options.sampling, 'asking.sampling', 20, 0),
    elicitation: checkInteger(options.elicitation, 'asking.elicitation', 20, 0),
  }
  const windowMs = checkInteger(options.windowMs, 'asking.windowMs', 600_000)
  const counter = new WindowCounter({ store: options.store, windowMs, timeoutMs: 100, retryMs: 1000, maxKeys: 100_000 })

  async function spend(asked: ReadonlyMap<Asked, number>, ctx: GuardContext) {
    for (const [kind, times] of asked) {
      const { used } = await counter.add(`asking:${kind}:${callerKey(['principal'], ctx, undefined, {})}`, times, ctx.clock)
      if (used > limits[kind]) return deny('budget_exceeded', { reason: `${kind}: ${used} of ${limits[kind]} in ${windowMs} ms` })
    }
    return undefined
  }

  return defineGuard({
    name: 'asking',
    needs: { replies: true },
    onReply(message, ctx) {
      const asked = askedBy(message)
      return asked.size === 0 ? undefined : andThen(spend(asked, ctx), (verdict) => verdict)
    },
  })
}

function askedBy(message: Message): Map<Asked, number> {
  const asked = new Map<Asked, number>()
  const add = (method: unknown) => {
    const kind = method === 'sampling/createMessage' ? 'sampling' : method === 'elicitation/create' ? 'elicitation' : undefined
    if (kind !== undefined) asked.set(kind, (asked.get(kind) ?? 0) + 1)
  }
  if (message.kind === 'request') add(message.method)
  if (message.kind !== 'response') return asked
  const inputs = (message.value as { result?: { inputRequests?: unknown } | null } | null)?.result?.inputRequests
  if (typeof inputs !== 'object' || inputs === null) return asked
  for (const request of Object.values(inputs)) add((request as { method?: unknown } | null)?.method)
  return asked
}
