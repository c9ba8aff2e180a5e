/** How bad a finding is, from a note (`info`) to an attack that must stop (`critical`). */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical'

/** The kind of place a text comes from. It chooses the rules and thresholds that apply. */
export type SlotKind = 'prompt' | 'tool-arguments' | 'tool-result' | 'resource' | 'tool-definition'

/**
 * Something a guard noticed. A finding never contains the text it matched: it says which rule, how bad and where.
 */
export interface Finding {
  /** Id of the rule, for example `aztp/Pattern_005` or `pii/email`. */
  readonly rule: string
  readonly severity: Severity
  /** Technique of the public SAFE-MCP catalogue, in number form: `T1102`. */
  readonly technique?: string | undefined
  /** JSON pointer (RFC 6901) of the text inside its message; absent for plain text. */
  readonly pointer?: string | undefined
  /** `[start, end)` in UTF-16 code units of that text. */
  readonly range?: readonly [start: number, end: number] | undefined
  /** Encodings that were undone to see it, outermost first: `['base64', 'percent']`. */
  readonly layers?: readonly string[] | undefined
}

const order: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

/** Compares two severities: negative when `a` is milder than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return order.indexOf(a) - order.indexOf(b)
}
