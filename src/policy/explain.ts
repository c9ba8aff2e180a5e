import type { Decision, PolicyRequest } from './pdp.ts'
import type { ConditionTrace, Statement, StatementPolicy, Truth } from './statements.ts'

/** Why a decision is what it is. For tests and audit; never for the caller. */
export interface Explanation extends Decision {
  readonly policy: string
  /** Every statement whose patterns fit, in no promised order. */
  readonly considered: readonly ExplainedStatement[]
}

export interface ExplainedStatement {
  readonly id: string
  readonly effect: Statement['effect']
  /** False: a condition failed. Undefined: it depends on arguments that were not given. */
  readonly matched: Truth
  /** Each condition: operator, key, outcome, and whether the key had no value. */
  readonly conditions: readonly ConditionTrace[]
}

/** A compiled policy that can tell why. */
export interface ExplainedPolicy extends StatementPolicy {
  explain(request: PolicyRequest): Explanation
}

export function explained(policy: StatementPolicy): ExplainedPolicy {
  return { ...policy, explain: (request) => explain(policy, request) }
}

/** Decides, and tells which statements and conditions led there. */
export function explain(policy: StatementPolicy, request: PolicyRequest): Explanation {
  const considered = policy.candidates(request).map((statement) => ({
    id: statement.id,
    effect: statement.effect,
    matched: statement.condition === undefined ? true : statement.condition.test(request),
    conditions: statement.condition?.trace?.(request) ?? [],
  }))
  return { ...policy.evaluate(request), policy: policy.name, considered }
}
