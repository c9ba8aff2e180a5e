import { callerKey } from '../core/caller-key.ts'
import { checkInteger, checkKeys, checkStrings } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { GuardContext } from '../core/context.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny } from '../core/verdict.ts'
import { compileGlob } from '../lib/glob.ts'
import { andThen } from '../lib/maybe-promise.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'

export interface TaintOptions {
  /** Tools whose results may carry other people's text: `['web_search', 'fetch_*']`. `*` and `?` are wildcards. */
  readonly untrusted: readonly string[]
  /** Tools that are closed once such a result was read: `['send_*', 'pay']`. */
  readonly privileged: readonly string[]
  /** How long a conversation stays tainted after its last untrusted result. Default 900,000. */
  readonly ttlMs?: number | undefined
  /** What a conversation is. Default: the caller, and the session where the protocol has one. */
  readonly conversation?: ((ctx: GuardContext) => string) | undefined
  /** `approval_required` tells the client that a person may allow it; `tool_denied` (default) that it may not. */
  readonly code?: 'tool_denied' | 'approval_required' | undefined
  /** Default: this process. A store that does not answer refuses. */
  readonly store?: Store | undefined
}

/**
 * Denies privileged tools after untrusted output in the same conversation: what a web page made the model say cannot reach the tool that
 * sends, pays or deletes.
 */
export function taintGuard(options: TaintOptions): Guard {
  checkKeys(options as unknown, ['untrusted', 'privileged', 'ttlMs', 'conversation', 'code', 'store'], 'taint')
  const untrusted = compile(options.untrusted, 'taint.untrusted')
  const privileged = compile(options.privileged, 'taint.privileged')
  const ttlMs = checkInteger(options.ttlMs, 'taint.ttlMs', 900_000)
  const { code = 'tool_denied', conversation = defaultConversation } = options
  let store = options.store
  const storeOf = (ctx: GuardContext) => (store ??= memoryStore({ clock: ctx.clock }))
  const keyOf = (ctx: GuardContext) => `taint:${conversation(ctx)}`

  return defineGuard({
    name: 'taint',
    needs: { replies: true },
    onMessage({ tool, direction }: Message, ctx) {
      if (tool === undefined || direction !== 'inward' || !privileged(tool)) return
      return andThen(storeOf(ctx).get(keyOf(ctx)), (source) => {
        if (source === undefined) return
        ctx.report({ rule: 'taint/privileged-after-untrusted', severity: 'high' })
        return deny(code, { detail: 'This operation is closed after content from outside was read.', reason: `tainted by ${source}` })
      })
    },
    onReply({ tool, kind }: Message, ctx) {
      if (tool === undefined || kind !== 'response' || !untrusted(tool)) return
      // Before the result leaves: the next call may arrive as soon as it does.
      return andThen(storeOf(ctx).set(keyOf(ctx), tool, ttlMs), () => undefined)
    },
  })
}

function defaultConversation(ctx: GuardContext): string {
  const session = ctx.mcp?.sessionId
  return `${callerKey(['principal'], ctx, undefined, {})}${session === undefined ? '' : `${session.length}:${session}`}`
}

function compile(patterns: readonly string[], path: string): (tool: string) => boolean {
  const globs = (checkStrings(patterns, path) ?? []).map(compileGlob)
  if (globs.length === 0) throw new SafeMcpConfigError({ code: 'invalid_option', path, message: 'must name at least one tool.' })
  return (tool) => globs.some((glob) => glob(tool))
}
