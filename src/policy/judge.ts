import type { GuardContext } from '../core/context.ts'
import type { Message } from '../core/message.ts'
import { deny, type Verdict } from '../core/verdict.ts'
import { identityRequired, insufficientScope } from '../identity/challenge.ts'
import { isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { approvalOf, type Operation } from './operations.ts'
import { type Decision, type PolicyDecisionPoint, type PolicyRequest, subjectOf } from './pdp.ts'

const note = Symbol('policy')

/** The policy of an outer guard, and whether it only watches. */
export interface OuterPolicy {
  readonly policy: PolicyDecisionPoint
  readonly watches: boolean
}

/** Leaves the policy of this exchange for `toolGuard` on a route, which asks it too. */
export function publishPolicy(ctx: GuardContext, outer: OuterPolicy): void {
  ctx.notes.set(note, outer)
}

export function outerPolicy(ctx: GuardContext): OuterPolicy | undefined {
  return ctx.notes.get(note) as OuterPolicy | undefined
}

/** The question an operation of this exchange asks. */
export function questionOf(operation: Operation & { readonly id: string }, ctx: GuardContext, approval?: string): PolicyRequest {
  return {
    subject: subjectOf(ctx.principal),
    action: { name: operation.action },
    resource: { type: operation.type, id: operation.id },
    context: {
      arguments: operation.args,
      approval,
      time: ctx.clock.now(),
      ip: ctx.request.remoteAddress,
      exchange: ctx.id,
      signal: ctx.signal,
    },
  }
}

/** Asks about operations one after the other; the first refusal is the verdict. */
export function judge(
  policy: PolicyDecisionPoint,
  operations: readonly Operation[],
  message: Message | undefined,
  ctx: GuardContext,
): MaybePromise<Verdict | void> {
  const approval = (message === undefined ? undefined : approvalOf(message)) ?? approvalHeader(ctx)
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i] as Operation
    const { id } = operation
    if (id === undefined) return deny('tool_denied', { reason: `${operation.action} does not say what it is about` })
    const decision = policy.evaluate(questionOf({ ...operation, id }, ctx, approval))
    if (isPromise(decision)) {
      const rest = operations.slice(i + 1)
      return decision.then((late) => enforce(late, operation, ctx) ?? judge(policy, rest, message, ctx))
    }
    const verdict = enforce(decision, operation, ctx)
    if (verdict !== undefined) return verdict
  }
}

/** Plain routes have no `_meta`: the approval comes in a header of its own, once. */
function approvalHeader(ctx: GuardContext): string | undefined {
  const header = ctx.request.headers.single('safe-mcp-approval')
  return header === 'conflict' ? undefined : header?.value
}

/** Reports what a decision noticed and makes a denial of a no. Anything but `decision: true` is a no. */
export function enforce(decision: Decision, operation: Operation, ctx: GuardContext): Verdict | undefined {
  for (const finding of decision?.findings ?? []) ctx.report({ ...finding, pointer: `${operation.pointer}${finding.pointer ?? ''}` })
  if (decision?.decision === true) {
    if (decision.obligations?.audit === true)
      ctx.report({ rule: `policy/audit:${decision.statement ?? decision.reason}`, severity: 'info' })
    return undefined
  }
  return denialOf(decision, ctx)
}

/** With challenges that name every scope of the operation, so that one step-up is enough (RFC 6750 section 3). */
function denialOf(decision: Decision, ctx: GuardContext): Verdict {
  const { code = 'tool_denied', reason = 'unrecognised decision', statement, data, denyAs, scopes = [] } = decision ?? {}
  if (code === 'scope_insufficient') return insufficientScope(ctx, scopes, reason)
  if (code === 'identity_required') return identityRequired(ctx, scopes.length === 0 ? undefined : scopes)
  return deny(code, { reason, statement, data, denyAs })
}
