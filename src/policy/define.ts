import { checkKeys } from '../core/check-options.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import { type ExplainedPolicy, explained } from './explain.ts'
import { oiap } from './oiap/compile.ts'
import type { OiapDocument } from './oiap/document.ts'
import type { Decision, PolicyDecisionPoint, PolicyRequest } from './pdp.ts'
import { compileStatements } from './statements.ts'
import { listStatements, type ToolLists } from './tool-lists.ts'

/** A decision in your own code: a plain boolean will do. */
export interface PolicyFunction {
  readonly name?: string | undefined
  evaluate(request: PolicyRequest): MaybePromise<Decision | boolean>
}

/**
 * Makes a decision point of whatever you have: an OIAP document, lists, or code of your own.
 *
 * @example
 * definePolicy({ allow: ['search'], scopes: { api_call: ['api'] } })
 * definePolicy({ evaluate: ({ resource, context }) => resource.id === 'search' && context.ip === '192.0.2.1' })
 *
 * @throws SafeMcpConfigError with the path of the fault.
 */
export function definePolicy(policy: OiapDocument | readonly OiapDocument[] | ToolLists): ExplainedPolicy
export function definePolicy(policy: PolicyFunction): PolicyDecisionPoint
export function definePolicy(policy: OiapDocument | readonly OiapDocument[] | ToolLists | PolicyFunction): PolicyDecisionPoint {
  if (typeof policy !== 'object' || policy === null) {
    throw new SafeMcpConfigError({
      code: 'invalid_policy',
      path: '',
      message: 'A policy is a document, lists or an object with evaluate().',
    })
  }
  if (Array.isArray(policy) || 'Statement' in policy || 'Version' in policy) return oiap(policy as OiapDocument)
  if ('evaluate' in policy) return custom(policy)
  const lists: unknown = policy
  checkKeys(lists, ['allow', 'deny', 'scopes', 'roles', 'requireApproval'], 'policy')
  return explained(compileStatements('lists', listStatements(policy as ToolLists, false, 'policy')))
}

function custom(policy: PolicyFunction): PolicyDecisionPoint {
  const { name = 'custom' } = policy
  const toDecision = (answer: Decision | boolean): Decision => {
    if (typeof answer === 'object' && answer !== null) return { ...answer, decision: answer.decision === true }
    return { decision: answer === true, reason: `${name} said ${answer === true ? 'yes' : 'no'}` }
  }
  return {
    name,
    evaluate(request) {
      const answer = policy.evaluate(request)
      return answer instanceof Promise ? answer.then(toDecision) : toDecision(answer as Decision | boolean)
    },
  }
}
