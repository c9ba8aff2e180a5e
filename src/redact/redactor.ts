import type { Kind } from './kind.ts'
import type { Redacted, RedactionStream, StreamOptions } from './redacted.ts'
import type { RedactedValue, RedactValueOptions } from './value.ts'

/** A compiled redactor. */
export interface Redactor {
  /** The kinds that are on. */
  readonly kinds: readonly Kind[]
  readonly thorough: boolean
  /** Replaces every match. The very same string comes back when there is none. Linear in the length of the text. */
  redact(text: string): Redacted
  /** Redacts text that arrives in pieces. What comes out, joined, is what {@link redact} makes of the whole. */
  stream(options?: StreamOptions): RedactionStream
  /** Redacts the leaves of a JSON value, keeping to a JSON Schema when one is given. */
  redactValue(value: unknown, options?: RedactValueOptions): RedactedValue
  /** False only when no leaf of this raw JSON text holds anything to redact. Several times faster than parsing it to see. */
  gate(json: string): boolean
}
