import type { Severity } from '../core/finding.ts'

/** What is wrong with an argument. Never holds the argument itself. */
export interface ArgumentFault {
  /** `path/outside-roots`, `url/private-address`, ... */
  readonly rule: string
  readonly severity: Severity
  /** Technique of the public SAFE-MCP catalogue, in number form. */
  readonly technique?: string | undefined
}

/** A typed check of one argument value. Pure and linear. */
export interface ArgumentCheck {
  /** What the value is: `path`, `url`, `sql`, `command`, `number`, or your own word. */
  readonly kind: string
  /** Wants a list as it is. Otherwise every item of a list is checked. */
  readonly whole?: boolean | undefined
  check(value: unknown): ArgumentFault | undefined
}

/** Checks by argument name, or by tool pattern and then argument name. Nested arguments are written with dots: `options.path`. */
export type ArgumentChecks = Readonly<Record<string, ArgumentCheck | Readonly<Record<string, ArgumentCheck>>>>

/** Looks at every argument without being told its type. Gives findings with pointers that start at the arguments. */
export interface ArgumentInspector {
  /** Refuse the call when something of high severity is noticed. Default: findings only. */
  readonly deny?: boolean | undefined
  inspect(tool: string, args: Readonly<Record<string, unknown>>): readonly (ArgumentFault & { readonly pointer: string })[]
}

/** Validates arguments against per-tool schemas; may learn schemas from tool lists that pass. */
export interface SchemaRegistry {
  validate(tool: string, args: Readonly<Record<string, unknown>>, subject: string): SchemaVerdict | Promise<SchemaVerdict>
  /** Shown every tool definition of a list that passed. */
  learn?(definitions: readonly unknown[], subject: string): void
}

export type SchemaVerdict = { readonly ok: true } | { readonly ok: false; readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  /** JSON pointer into the arguments. */
  readonly path: string
  readonly message: string
}
