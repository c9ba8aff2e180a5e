/** Decision points for `tools: { policy }`, typed argument checks, and what tests and tools need around them. */
export type {
  ArgumentCheck,
  ArgumentChecks,
  ArgumentFault,
  ArgumentInspector,
  SchemaIssue,
  SchemaRegistry,
  SchemaVerdict,
} from './argument.ts'
export { type JsonSchemasOptions, jsonSchemas } from './json-schema.ts'
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
export type { ToolPolicyOptions } from './tool-policy.ts'
