import type { GuardContext } from '../core/context.ts'
import { compareSeverity, type Finding, type Severity } from '../core/finding.ts'
import type { Observer } from '../core/observer.ts'
import type { MonitorDetails, MonitorEventType } from './event.ts'

/** Threats of one exchange that were not reported yet. */
interface Pending {
  worst: Severity
  technique: string | undefined
  readonly rules: Set<string>
}

export interface FeedTarget {
  record(type: MonitorEventType, details: MonitorDetails): unknown
  /** For what is only counted. */
  tally(type: MonitorEventType, details: MonitorDetails, ctx: GuardContext): void
}

/**
 * Turns what guards did into monitor events: one `request` per exchange; `threat_detected` once per direction with what was found;
 * `identity_verification` where a credential was judged; `policy_check` for each tool call.
 */
export function createFeed({ record, tally }: FeedTarget): Omit<Observer, 'name'> {
  const pending = Symbol('threats')
  const judged = Symbol('identity')

  function report(ctx: GuardContext, mitigation: readonly string[]): void {
    const threats = ctx.notes.get(pending) as Pending | undefined
    if (threats === undefined) return
    ctx.notes.delete(pending)
    record('threat_detected', {
      severity: threats.worst,
      technique: threats.technique,
      user: ctx.principal?.id,
      threats: [...threats.rules],
      mitigation,
      exchange: ctx.id,
    })
  }

  return {
    onFinding(finding, ctx) {
      if (!isThreat(finding)) return
      const threats = ctx.notes.get(pending) as Pending | undefined
      if (threats === undefined) {
        ctx.notes.set(pending, { worst: finding.severity, technique: finding.technique, rules: new Set([finding.rule]) })
        return
      }
      if (threats.rules.size < 16) threats.rules.add(finding.rule)
      if (compareSeverity(finding.severity, threats.worst) <= 0) return
      threats.worst = finding.severity
      threats.technique = finding.technique ?? threats.technique
    },
    onVerdict({ action, guard, enforced, denial, message, phase }, ctx) {
      report(ctx, enforced ? [`${action === 'deny' ? 'denied' : 'rewritten'}:${guard}`] : [])
      if (action !== 'deny' || denial === undefined) {
        if (phase === 'reply' && action === 'rewrite') tally('output_redacted', { user: ctx.principal?.id }, ctx)
        return
      }
      const { code } = denial
      if (code === 'identity_invalid' || code === 'chain_invalid') {
        ctx.notes.set(judged, true)
        record('identity_verification', { success: false, severity: 'medium', threats: [code], exchange: ctx.id })
      } else if (code === 'tool_denied' || code === 'approval_required' || code === 'scope_insufficient') {
        record('policy_check', {
          allowed: false,
          severity: 'medium',
          user: ctx.principal?.id,
          threats: [code],
          tool: message?.tool,
          exchange: ctx.id,
        })
      } else if (code === 'guard_failed') {
        record('guard_failed', { severity: 'high', threats: [`guard:${guard}`], exchange: ctx.id })
      }
    },
    onMessage(message, ctx) {
      if (message.tool !== undefined) tally('policy_check', allowed, ctx)
      report(ctx, [])
    },
    onClose(_summary, ctx) {
      report(ctx, [])
      if (ctx.principal !== undefined && !ctx.notes.has(judged)) tally('identity_verification', verified, ctx)
      tally('request', nothing, ctx)
    },
  }
}

const nothing: MonitorDetails = {}
const allowed: MonitorDetails = { allowed: true }
const verified: MonitorDetails = { success: true }

/** Personal data and secrets on their way out are no attack on us; they are counted where they are redacted. */
function isThreat(finding: Finding): boolean {
  return compareSeverity(finding.severity, 'medium') >= 0 && !finding.rule.startsWith('pii/') && !finding.rule.startsWith('secret')
}
