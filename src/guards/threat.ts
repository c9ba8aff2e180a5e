import { callerKey } from '../core/caller-key.ts'
import { checkInteger } from '../core/check-options.ts'
import type { GuardContext } from '../core/context.ts'
import type { Severity } from '../core/finding.ts'
import { defineGuard, type Guard } from '../core/guard.ts'
import type { Message } from '../core/message.ts'
import { deny, rewrite, type Verdict } from '../core/verdict.ts'
import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { mapSlots, visitSlots } from '../mcp/slots.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import {
  createThreatAnalyzer,
  type RequestChain,
  type ThreatAnalysis,
  type ThreatAnalyzer,
  type ThreatLevel,
  type ThreatOptions,
} from '../threat/index.ts'

export interface ThreatGuardOptions extends ThreatOptions {
  /** An analyzer of yours, when its intelligence is reloaded while running. */
  readonly analyzer?: ThreatAnalyzer | undefined
  /** How long ENHANCED_MONITORING lasts: any threat by that caller is then refused, every exchange is marked in the audit. Default 900,000. */
  readonly enhancedMs?: number | undefined
  /** What stands in place of a repaired range. Default `[SANITIZED]`. */
  readonly replacement?: string | undefined
  /** Where callers under enhanced monitoring are kept. Default: this process. */
  readonly store?: Store | undefined
}

const severities: Readonly<Record<ThreatLevel, Severity>> = { LOW: 'info', MEDIUM: 'medium', HIGH: 'high', CRITICAL: 'critical' }

/**
 * Analyses each inbound message in several layers (text, component chain, context) and carries out the actions the level asks for:
 * CRITICAL is refused, HIGH puts the caller under enhanced monitoring, MEDIUM is repaired. In strict mode every level above LOW is refused.
 */
export function threatGuard(options: ThreatGuardOptions = {}): Guard {
  const { replacement = '[SANITIZED]', analyzer = createThreatAnalyzer(options) } = options
  const enhancedMs = checkInteger(options.enhancedMs, 'threat.enhancedMs', 900_000)
  let store = options.store

  const watchKey = (ctx: GuardContext) => `threat:${callerKey(['principal'], ctx, undefined, {})}`

  function judge(analysis: ThreatAnalysis, watched: boolean, message: Message, ctx: GuardContext): MaybePromise<Verdict | undefined> {
    const { threatLevel, detectedThreats, mitigationActions } = analysis
    if (watched) ctx.report({ rule: 'threat/enhanced-monitoring', severity: 'info' })
    for (const threat of detectedThreats.slice(0, 32)) ctx.report({ rule: `threat/${threat}`, severity: severities[threatLevel] })
    if (threatLevel === 'LOW' || !ctx.guarded) return undefined
    const marked = mitigationActions.includes('ENHANCED_MONITORING') ? watch(ctx) : undefined
    return andThen(marked, () => {
      if (watched || ctx.mode === 'strict' || threatLevel === 'CRITICAL')
        return deny('input_blocked', { reason: `threat level ${threatLevel}` })
      return repair(message)
    })
  }

  function watch(ctx: GuardContext): MaybePromise<void> {
    const set = (store as Store).set(watchKey(ctx), '1', enhancedMs)
    // Failing to mark a caller must not let the request through unjudged: a rejection here refuses it.
    return set
  }

  function repair(message: Message): Verdict | undefined {
    const outcome = mapSlots(message, (text) => {
      let out = ''
      let from = 0
      for (const { range } of analyzer.find(text).toSorted((a, b) => a.range[0] - b.range[0])) {
        if (range[0] >= from) out += text.slice(from, range[0]) + replacement
        from = Math.max(from, range[1])
      }
      return out + text.slice(from)
    })
    if (outcome.refused > 0) return deny('input_blocked', { reason: 'a threat stands where nothing can be replaced' })
    return outcome.changed ? rewrite(outcome.value) : undefined
  }

  return defineGuard({
    name: 'threat',
    needs: { body: true },
    onMessage(message, ctx) {
      if (message.direction !== 'inward') return
      store ??= memoryStore({ clock: ctx.clock })
      const watched = andThen(store.get(watchKey(ctx)), (mark) => mark !== undefined)
      return andThen(watched, (isWatched) =>
        andThen(analyzer.analyze(requestOf(message, ctx)), (analysis) => judge(analysis, isWatched, message, ctx)),
      )
    },
  })
}

function requestOf(message: Message, ctx: GuardContext): RequestChain {
  const texts: string[] = []
  visitSlots(message, (text, slot) => {
    if (!slot.key) texts.push(text)
  })
  const body = typeof message.value === 'object' && message.value !== null ? (message.value as Record<string, unknown>) : {}
  const carried = message.kind === 'plain' ? body : { params: body['params'] }
  // A blank line between slots keeps words of two fields from making one sentence only by chance; gaps between steps still bridge it.
  return {
    ...carried,
    input: texts.join('\n\n'),
    componentChain: ctx.chain?.components.map(({ id, aztpId, status, valid }) => ({ id, aztpId, status, valid })),
  }
}
