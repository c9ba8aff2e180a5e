/**
 * A policy document. `Statement` may be one or many; `Action`, `Resource` and `Principal` one string or many.
 *
 * Default deny; any matching `Deny` wins; `Audit` allows and leaves a record.
 */
export interface OiapDocument {
  /** Date of the language: `2025-05-16`. */
  readonly Version: string
  readonly Id?: string | undefined
  readonly Statement: OiapStatement | readonly OiapStatement[]
}

export interface OiapStatement {
  readonly Sid?: string | undefined
  readonly Effect: 'Allow' | 'Deny' | 'Audit'
  /** Names or globs of tools, prompts and resource URIs, or MCP methods (`tools/call`). */
  readonly Action?: string | readonly string[] | undefined
  readonly NotAction?: string | readonly string[] | undefined
  /** Names or URIs the action is narrowed to. */
  readonly Resource?: string | readonly string[] | undefined
  readonly NotResource?: string | readonly string[] | undefined
  /** Principal or AZTP ids, or globs. */
  readonly Principal?: string | readonly string[] | undefined
  readonly NotPrincipal?: string | readonly string[] | undefined
  readonly Condition?: OiapCondition | undefined
  /** What this statement allows needs a signed one-time approval for each call. */
  readonly RequireApproval?: boolean | undefined
}

/** Operator to key to value. Operators and keys are ANDed, values ORed. */
export type OiapCondition = Readonly<Record<string, Readonly<Record<string, OiapValue | readonly OiapValue[]>>>>

export type OiapValue = string | number | boolean
