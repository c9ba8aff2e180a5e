import type { ChainReport } from '../core/principal.ts'

/** How the AZTP design names what stage 1 made of an input. */
export type SecurityLevel = 'HIGH_RISK_BLOCKED' | 'MEDIUM_RISK_SANITIZED' | 'LOW_RISK_SAFE'

/** A stage that ran. Stages after the one that ended a workflow are absent. */
interface Stage {
  readonly status: 'completed'
}

export interface InputStage extends Stage {
  readonly securityLevel: SecurityLevel
  readonly threatsDetected: number
  /** Rules that found something, each once. */
  readonly rules: readonly string[]
  readonly sanitized: boolean
  readonly originalLength: number
  readonly sanitizedLength: number
}

export interface IdentityStage extends Stage {
  readonly chainValid: boolean
  readonly securityScore: number
  readonly verifiedComponents: number
  readonly chain: ChainReport
}

export interface ToolEvaluation {
  readonly allowed: boolean
  /** ISO 8601. */
  readonly evaluationTime: string
}

export interface PolicyStage extends Stage {
  readonly allowed: boolean
  readonly toolEvaluations: Readonly<Record<string, ToolEvaluation>>
  readonly deniedTools: readonly string[]
}

export interface OutputStage extends Stage {
  /** Kinds of active content found, `OutputRisk_000` and so on where the design numbers them. */
  readonly securityRisks: readonly string[]
  /** Kinds of secrets and personal data, and how many of each. Never the matches. */
  readonly sensitiveData: Readonly<Record<string, number>>
  readonly sanitized: boolean
  readonly originalLength: number
  readonly sanitizedLength: number
}

/** Everything one workflow did. */
export interface WorkflowResult {
  /** UUID. */
  readonly workflowId: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly userId: string | undefined
  /** `completed`: your function answered. `blocked`: a stage ended it. `failed`: something threw. */
  readonly status: 'completed' | 'blocked' | 'failed'
  readonly stages: {
    readonly inputValidation?: InputStage
    readonly identityVerification?: IdentityStage
    readonly policyExecution?: PolicyStage
    readonly outputValidation?: OutputStage
  }
  readonly finalResponse: string
  /** 0 to 100: the share of stages that held. A workflow that was blocked has the score the design fixes for it. */
  readonly securityScore: number
}

/** A workflow under way: stages are added as they end. */
export interface Begun extends Pick<WorkflowResult, 'workflowId' | 'timestamp' | 'userId'> {
  readonly stages: { -readonly [Name in keyof WorkflowResult['stages']]: WorkflowResult['stages'][Name] }
}

/**
 * The share of four promises that held, in percent: input not blocked, chain score above 80, every tool allowed, no active content in
 * the output. Sensitive data that was redacted does not count.
 */
export function scoreOf(stages: WorkflowResult['stages']): number {
  const held = [
    stages.inputValidation?.securityLevel !== 'HIGH_RISK_BLOCKED',
    (stages.identityVerification?.securityScore ?? 0) > 80,
    stages.policyExecution?.allowed === true,
    (stages.outputValidation?.securityRisks.length ?? 0) === 0,
  ]
  return (100 * held.filter(Boolean).length) / held.length
}
