import { type Clock, systemClock } from '../core/clock.ts'
import type { Decision, PolicyDecisionPoint, Subject } from './pdp.ts'

export interface ToolsQuestion {
  readonly tools: readonly string[]
  /** The caller (`subjectOf`) or a component of its chain (`componentSubject`). */
  readonly subject: Subject
  /** Arguments by tool; without them the question is whether some arguments could be allowed. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ToolsAnswer {
  readonly allowed: boolean
  readonly deniedTools: readonly string[]
  readonly evaluations: readonly ToolEvaluation[]
}

export interface ToolEvaluation extends Decision {
  readonly tool: string
  /** ISO 8601. */
  readonly evaluatedAt: string
}

/** The record the AZTP design calls OIAP. */
export interface OiapRecord {
  readonly technique: 'OIAP'
  readonly status: 'ALLOWED' | 'DENIED'
  readonly allowed: boolean
  readonly tool_evaluations: Readonly<Record<string, { readonly allowed: boolean; readonly evaluation_time: string }>>
  readonly denied_tools: readonly string[]
}

/** Asks a policy about several tools at once, outside HTTP. A decision point that fails denies. */
export async function evaluateTools(
  policy: PolicyDecisionPoint,
  question: ToolsQuestion,
  clock: Clock = systemClock,
): Promise<ToolsAnswer> {
  const { subject, signal } = question
  const given = new Map(Object.entries(question.arguments ?? {}))
  const evaluations = await Promise.all(
    question.tools.map(async (tool): Promise<ToolEvaluation> => {
      const time = clock.now()
      const context = { arguments: given.get(tool), time, signal }
      const request = { subject, action: { name: 'tools/call' }, resource: { type: 'tool' as const, id: tool }, context }
      return { ...(await decide(policy, request)), tool, evaluatedAt: new Date(time).toISOString() }
    }),
  )
  const deniedTools = evaluations.filter(({ decision }) => !decision).map(({ tool }) => tool)
  return { allowed: deniedTools.length === 0, deniedTools, evaluations }
}

/** The answer with the names of the AZTP design. */
export function oiapRecord(answer: ToolsAnswer): OiapRecord {
  return {
    technique: 'OIAP',
    status: answer.allowed ? 'ALLOWED' : 'DENIED',
    allowed: answer.allowed,
    tool_evaluations: Object.fromEntries(
      answer.evaluations.map(({ tool, decision, evaluatedAt }) => [tool, { allowed: decision, evaluation_time: evaluatedAt }]),
    ),
    denied_tools: answer.deniedTools,
  }
}

async function decide(policy: PolicyDecisionPoint, request: Parameters<PolicyDecisionPoint['evaluate']>[0]): Promise<Decision> {
  try {
    const decision = await policy.evaluate(request)
    return { ...decision, decision: decision?.decision === true }
  } catch {
    return { decision: false, reason: `${policy.name} failed`, code: 'provider_unavailable' }
  }
}
