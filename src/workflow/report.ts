import type { AuditLog } from '../audit/log.ts'
import type { Monitor } from '../monitor/monitor.ts'
import type { WorkflowResult } from './result.ts'

/** A pino-compatible logger. */
export interface WorkflowLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Tells audit, monitor and logger how each stage ended: names, counts and scores, never a word of what was said. */
export function report(
  result: WorkflowResult,
  to: { readonly audit?: AuditLog | undefined; readonly monitor?: Monitor | undefined; readonly logger?: WorkflowLogger | undefined },
): void {
  const { inputValidation, identityVerification, policyExecution, outputValidation } = result.stages
  const user = result.userId
  if (inputValidation !== undefined && inputValidation.threatsDetected > 0) {
    const blocked = inputValidation.securityLevel === 'HIGH_RISK_BLOCKED'
    to.monitor?.record('threat_detected', {
      severity: blocked ? 'HIGH' : 'MEDIUM',
      technique: 'T1102',
      user,
      threats: inputValidation.rules,
      mitigation: [blocked ? 'BLOCK_REQUEST' : 'SANITIZE_INPUT'],
    })
  }
  for (const component of identityVerification?.chain.components ?? []) {
    to.monitor?.record('identity_verification', {
      severity: component.valid ? 'INFO' : 'MEDIUM',
      component: component.id,
      user,
      success: component.valid,
    })
  }
  for (const [tool, { allowed }] of Object.entries(policyExecution?.toolEvaluations ?? {})) {
    to.monitor?.record('policy_check', { user, allowed, component: tool })
  }
  to.audit?.record('workflow', {
    severity: result.status === 'completed' ? 'info' : 'medium',
    user,
    details: {
      workflow: result.workflowId,
      status: result.status,
      score: result.securityScore,
      input: inputValidation?.securityLevel ?? null,
      rules: inputValidation?.rules ?? [],
      components: identityVerification?.chain.components.length ?? 0,
      verified: identityVerification?.verifiedComponents ?? 0,
      denied: policyExecution?.deniedTools ?? [],
      redacted: outputValidation?.sanitized ?? false,
    },
  })
  to.logger?.[levelOf(result)]({ workflow: result.workflowId, score: result.securityScore }, lineOf(result))
}

/** Blocked and failed are errors, what was repaired is a warning, the rest is information. */
function levelOf({ status, stages, securityScore }: WorkflowResult): 'info' | 'warn' | 'error' {
  if (status !== 'completed') return 'error'
  return stages.inputValidation?.sanitized || stages.outputValidation?.sanitized || securityScore < 75 ? 'warn' : 'info'
}

function lineOf({ status, stages, securityScore }: WorkflowResult): string {
  const { inputValidation: input, identityVerification: identity, policyExecution: policy, outputValidation: output } = stages
  const parts = [
    input &&
      `input ${input.securityLevel}${input.rules.length === 0 ? '' : ` (${input.rules.join(', ')}; ${input.originalLength} to ${input.sanitizedLength} characters)`}`,
    identity && `components ${identity.verifiedComponents}/${identity.chain.components.length}`,
    policy && `tools ${policy.allowed ? 'allowed' : `denied ${policy.deniedTools.length}`}`,
    output && `output ${output.sanitized ? `redacted (${output.originalLength} to ${output.sanitizedLength} characters)` : 'unchanged'}`,
  ].filter((part) => part !== undefined)
  const ending =
    status === 'failed'
      ? 'failed'
      : status === 'blocked'
        ? 'blocked'
        : securityScore >= 75
          ? 'completed securely'
          : 'completed with security concerns'
  return `safe-mcp workflow ${ending}, stage ${Object.keys(stages).length}/4, score ${securityScore.toFixed(1)}: ${parts.join('; ')}`
}
