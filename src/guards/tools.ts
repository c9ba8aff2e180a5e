import { defineGuard, type Guard } from '../core/guard.ts'
import type { Mode } from '../core/mode.ts'
import { andThen } from '../lib/maybe-promise.ts'
import { mayList } from '../mcp/list-shapes.ts'
import { judge, publishPolicy } from '../policy/judge.ts'
import { filterList } from '../policy/list-filter.ts'
import { operationsOf } from '../policy/operations.ts'
import { subjectOf } from '../policy/pdp.ts'
import { TaskOwners } from '../policy/tasks.ts'
import { createToolPolicy, type ToolPolicyOptions } from '../policy/tool-policy.ts'
import type { Store } from '../store/store.ts'

export interface ToolsOptions extends ToolPolicyOptions {
  /** Default true here: what undeclared arguments give away is reported. `false` turns it off. */
  readonly inspect?: ToolPolicyOptions['inspect']
  /** Longest time a client may keep a filtered list (revision 2026-07-28), in milliseconds. Default 60,000. */
  readonly listTtlMs?: number | undefined
  /** Where it is noted who started which task. Several processes need one they share. Default: this process. */
  readonly store?: Store | undefined
  /** `monitor` records what would have been denied and changes nothing: the first day of a new policy. */
  readonly mode?: Mode | undefined
}

/**
 * Decides who may call which tool with which arguments, and shows each caller only what it may use.
 *
 * Calls are judged message by message from the body. Lists of tools, prompts, resources and templates are filtered by their shape,
 * with order and pages kept. The policy is also what `toolGuard` on a plain route asks.
 */
export function toolsGuard(options: ToolsOptions = {}): Guard {
  const policy = createToolPolicy({ inspect: true, ...options })
  const tasks = new TaskOwners(options.store)
  return defineGuard({
    name: 'tools',
    mode: options.mode,
    needs: { replies: true },
    onRequest(ctx) {
      publishPolicy(ctx, { policy, watches: options.mode === 'monitor' })
    },
    onMessage(message, ctx) {
      if (message.kind === 'plain') return
      const operations = operationsOf(message)
      return operations.length > 0 ? judge(policy, operations, message, ctx) : tasks.judge(message, ctx, policy)
    },
    // Lists, and anything about tasks.
    glance: (json) => mayList(json) || json.includes('task'),
    skims: true,
    onReply(message, ctx) {
      if (message.kind !== 'response') return
      const filtered = filterList(policy, message, ctx, options.listTtlMs, (list, items) => {
        if (list === 'tools') policy.schemas?.learn?.(items, subjectOf(ctx.principal).id)
      })
      return andThen(filtered, (verdict) => verdict ?? tasks.reply(message, ctx))
    },
  })
}
