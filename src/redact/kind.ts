import type { Finding, Severity } from '../core/finding.ts'
import type { Around } from './engine/around.ts'
import type { Cursor } from './engine/cursor.ts'

/**
 * One kind of text to keep in: when to look ({@link triggers}), and whether it really is one ({@link verify}).
 *
 * A kind costs nothing when it is off: its triggers are not in the automaton.
 */
export interface Kind {
  /** `pii/email`, `secret/github-token`, `aztp/OutputRisk_000`. What findings carry. */
  readonly id: string
  /** What it is called in options: `email`. */
  readonly name: string
  readonly group: 'pii' | 'secret' | 'risk'
  /** What stands in its place: `[EMAIL_REDACTED]`. */
  readonly label: string
  readonly severity: Severity
  readonly technique?: string | undefined
  /** One line for the catalogue: what is matched. */
  readonly what: string
  /** One line for the catalogue: what is checked beyond the shape. */
  readonly validator: string
  /** On without being asked for. */
  readonly base: boolean
  /** The subpath that exports it, for kinds outside the base set. */
  readonly pack?: string | undefined
  /**
   * Literals that make {@link verify} look. Any case; `0` stands for any digit, a space for any one whitespace.
   * In a run of digits, or of `{`, a trigger that consists of them alone counts once, at its beginning.
   */
  readonly triggers: readonly string[]
  /** What must stand around a trigger, one of several things perhaps, or {@link verify} would say no anyway: spares the call. `index` is that of the trigger. */
  around?(trigger: string, index: number): Around | readonly Around[]
  /** Triggers that begin with a letter or digit count only where a word begins. */
  readonly wholeWords?: boolean | undefined
  /** Counts only where the trigger stands in the text as it is: an entity-encoded tag is text, not a tag. */
  readonly verbatim?: boolean | undefined
  /** The match may begin in the run of e-mail characters before the trigger. */
  readonly reachesBack?: boolean | undefined
  /** Characters nobody sees are taken out of what is left of the text. */
  readonly removesHidden?: boolean | undefined
  /**
   * Says yes by `cursor.match(from, to)`. `start` and `end` enclose the trigger. It may look ahead as far as it needs but must be bounded,
   * and looks back at most 64 characters. `trigger` is the index of the one that was seen.
   */
  verify(cursor: Cursor, start: number, end: number, trigger: number): boolean
}

/** Findings kept of one text or stream: a flood of matches must not become a flood of objects. What is not kept is still redacted. */
export const MAX_FINDINGS = 1000

/** What is reported of a match. Never its text. */
export function toFinding(kind: Kind, from: number, to: number): Finding {
  return { rule: kind.id, severity: kind.severity, technique: kind.technique, range: [from, to] }
}
