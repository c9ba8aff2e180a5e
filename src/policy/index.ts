/** Decision points for `tools: { policy }`, typed argument checks, and what tests and tools need around them. */

export { type ApprovalGrant, type ApprovalKeys, type Approvals, type ApprovalsOptions, createApprovals } from './approvals.ts'
export type {
  ArgumentCheck,
  ArgumentChecks,
  ArgumentFault,
  ArgumentInspector,
  SchemaIssue,
  SchemaRegistry,
  SchemaVerdict,
} from './argument.ts'
export { type CommandArgOptions, commandArg } from './arguments/command.ts'
export { inferArguments } from './arguments/infer.ts'
export { type NumberArgOptions, numberArg } from './arguments/number.ts'
export { type PathArgOptions, pathArg } from './arguments/path.ts'
export { type SqlArgOptions, sqlArg } from './arguments/sql.ts'
export { type UrlArgOptions, urlArg } from './arguments/url.ts'
export { definePolicy, type PolicyFunction } from './define.ts'
export { evaluateTools, type OiapRecord, oiapRecord, type ToolEvaluation, type ToolsAnswer, type ToolsQuestion } from './evaluate-tools.ts'
export { type ExplainedPolicy, type ExplainedStatement, type Explanation, explain } from './explain.ts'
export { createPolicyHolder, type PolicyDifference, type PolicyHolder, shadowPolicy } from './holder.ts'
export { type JsonSchemasOptions, jsonSchemas } from './json-schema.ts'
export { type OiapOptions, oiap } from './oiap/compile.ts'
export type { OiapCondition, OiapDocument, OiapStatement, OiapValue } from './oiap/document.ts'
export type {
  Decision,
  Obligations,
  PolicyContext,
  PolicyDecisionPoint,
  PolicyDenialCode,
  PolicyRequest,
  ResourceType,
  Subject,
} from './pdp.ts'
export { componentSubject, subjectOf } from './pdp.ts'
export { type PolicyTest, type PolicyTestDocument, type PolicyTestReport, type PolicyTestResult, runPolicyTests } from './policy-tests.ts'
export {
  type AsthaRbacOptions,
  type AuthZenOptions,
  type OiapServiceOptions,
  type RemoteOptions,
  type RemotePolicyOptions,
  remotePolicy,
} from './remote/index.ts'
export type { ConditionTrace, StatementPolicy } from './statements.ts'
export type { ToolPolicyOptions } from './tool-policy.ts'
