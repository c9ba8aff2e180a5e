import type { ChainReport } from '../core/principal.ts'
import type { IdentityStage, InputStage, OutputStage, PolicyStage, WorkflowResult } from './result.ts'

/**
 * A workflow's result with the names of the AZTP "SAFE-MCP" design, for dashboards and tests written against it. Its technique labels
 * (SAFE-T1001, SAFE-T1007, SAFE-T1102) are the design's own and mean other things in the public catalogue.
 */
export function aztpView(result: WorkflowResult) {
  const { inputValidation, identityVerification, policyExecution, outputValidation } = result.stages
  return {
    workflow_id: result.workflowId,
    timestamp: result.timestamp,
    user_id: result.userId,
    security_stages: {
      ...(inputValidation && { input_validation: inputRecord(inputValidation) }),
      ...(identityVerification && { identity_verification: identityRecord(identityVerification) }),
      ...(policyExecution && { policy_execution: policyRecord(policyExecution) }),
      ...(outputValidation && { output_validation: outputRecord(outputValidation) }),
    },
    final_response: result.finalResponse,
    security_score: result.securityScore,
  }
}

/** A chain report as the design's `verify_component_chain` gives it. */
export function aztpChainView(chain: ChainReport) {
  return {
    chain_valid: chain.valid,
    component_results: Object.fromEntries(
      chain.components.map((component) => [
        component.id,
        component.status === 'NO_IDENTITY'
          ? { status: component.status, valid: false, reason: component.reason }
          : {
              status: component.status,
              valid: component.valid,
              aztp_id: component.aztpId,
              identity_type: component.identityType,
              created_at: component.createdAt,
              verification_timestamp: component.verifiedAt,
              security_level: component.securityLevel,
              ...(component.reason === undefined ? {} : { reason: component.reason }),
            },
      ]),
    ),
    security_score: chain.score,
    verification_timestamp: chain.verifiedAt,
  }
}

function inputRecord(stage: InputStage) {
  return {
    technique: 'SAFE-T1001',
    status: stage.status,
    threats_detected: stage.threatsDetected,
    security_level: stage.securityLevel,
    sanitized: stage.sanitized,
  }
}

function identityRecord(stage: IdentityStage) {
  return {
    technique: 'SAFE-T1007',
    status: stage.status,
    chain_valid: stage.chainValid,
    security_score: stage.securityScore,
    verified_components: stage.verifiedComponents,
  }
}

function policyRecord(stage: PolicyStage) {
  return {
    technique: 'OIAP',
    status: stage.status,
    allowed: stage.allowed,
    tool_evaluations: Object.fromEntries(
      Object.entries(stage.toolEvaluations).map(([tool, { allowed, evaluationTime }]) => [
        tool,
        { allowed, evaluation_time: evaluationTime },
      ]),
    ),
    denied_tools: [...stage.deniedTools],
  }
}

function outputRecord(stage: OutputStage) {
  return {
    technique: 'SAFE-T1102',
    status: stage.status,
    security_risks: stage.securityRisks.length,
    sensitive_data: Object.keys(stage.sensitiveData).length,
    sanitized: stage.sanitized,
  }
}
