/** A mistake of the developer, found at construction. Never caused by a request. */
export class SafeMcpConfigError extends Error {
  override readonly name = 'SafeMcpConfigError'
  /** Stable, for use in a `switch`: `unknown_option`, `invalid_option`, `missing_call`, `mounted_twice`, `invalid_rule`, `invalid_policy`, ... */
  readonly code: string
  /** Where in the options or document the fault is: `tools.allow[2]`. */
  readonly path: string
  readonly suggestion: string | undefined

  constructor(fault: { code: string; path: string; message: string; suggestion?: string | undefined }) {
    const hint = fault.suggestion === undefined ? '' : ` ${fault.suggestion}`
    super(`${fault.path === '' ? '' : `${fault.path}: `}${fault.message}${hint} See docs/errors.md#${fault.code}`)
    this.code = fault.code
    this.path = fault.path
    this.suggestion = fault.suggestion
  }
}
