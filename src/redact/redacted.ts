import type { Finding } from '../core/finding.ts'
import type { TextTransform } from '../core/guard.ts'

export interface Redacted {
  readonly text: string
  /** What was found, from left to right; of more than a thousand the first thousand. */
  readonly findings: readonly Finding[]
}

/** A stream of text being redacted. */
export interface RedactionStream extends TextTransform {
  /** What was found so far, up to a thousand. Ranges count from the beginning of the stream. */
  readonly findings: readonly Finding[]
}

export interface StreamOptions {
  /** The text is the inside of a JSON string literal: its escapes are read as what they stand for and never cut in two. */
  readonly json?: boolean | undefined
}
