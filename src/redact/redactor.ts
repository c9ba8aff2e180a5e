import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Finding } from '../core/finding.ts'
import type { TextTransform } from '../core/guard.ts'
import { createEngine, type Engine, hasMatch, Run } from './engine/engine.ts'
import { foldText, View } from './engine/fold.ts'
import { mayMatch } from './gate.ts'
import { type Kind, toFinding } from './kind.ts'
import { baseKinds } from './kinds/base.ts'
import { type Replacement, replacer } from './replacement.ts'
import { createStream } from './stream.ts'
import { type RedactedValue, type RedactValueOptions, redactValue } from './value.ts'

/** Which kinds of a group: all of its base set, none, or those named; kinds of packs are given as they are. */
export type KindChoice = boolean | readonly (string | Kind | readonly Kind[])[]

export interface RedactorOptions {
  /** Personal data. Default: `true`, the base set. */
  readonly pii?: KindChoice | undefined
  /** Keys, tokens and passwords. Default: `true`, the base set. */
  readonly secrets?: KindChoice | undefined
  /** Active content. Default: `true`, the base set. */
  readonly risks?: KindChoice | undefined
  /** What stands in place of a match. Default: `'label'`. */
  readonly replacement?: Replacement | undefined
  /** Kinds of your own. */
  readonly rules?: readonly Kind[] | undefined
}

export interface Redacted {
  readonly text: string
  readonly findings: readonly Finding[]
}

/** A stream of text being redacted. */
export interface RedactionStream extends TextTransform {
  /** What was found so far. Ranges count from the beginning of the stream. */
  readonly findings: readonly Finding[]
}

export interface StreamOptions {
  /** The text is the inside of a JSON string literal: its escapes are read as what they stand for and never cut in two. */
  readonly json?: boolean | undefined
}

export interface Redactor {
  /** The kinds that are on. */
  readonly kinds: readonly Kind[]
  /** Replaces every match. The very same string comes back when there is none. Linear in the length of the text. */
  redact(text: string): Redacted
  /** Redacts text that arrives in pieces. What comes out, joined, is what {@link redact} makes of the whole. */
  stream(options?: StreamOptions): RedactionStream
  /** Redacts the leaves of a JSON value, keeping to a JSON Schema when one is given. */
  redactValue(value: unknown, options?: RedactValueOptions): RedactedValue
  /** False only when no leaf of this raw JSON text holds anything to redact. Several times faster than parsing it to see. */
  gate(json: string): boolean
}

/**
 * Compiles a redactor.
 *
 * @throws SafeMcpConfigError `unknown_kind` for a name that is not in the catalogue.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const kinds = chooseKinds(options)
  const replace = replacer(options.replacement ?? 'label')
  let compiled: Engine | undefined
  // The automaton takes milliseconds to build: not before the first text.
  const engine = (): Engine => (compiled ??= createEngine(kinds, options.replacement !== undefined && options.replacement !== 'label'))

  const redact = (text: string): Redacted => {
    if (!hasMatch(engine(), foldText(text))) return { text, findings: [] }
    const view = new View()
    view.push(text, true)
    const run = new Run(engine())
    run.cursor.text = view.text
    run.cursor.folded = (from, to) => view.folded(from, to)
    run.advance()
    const findings: Finding[] = []
    let out = ''
    let at = 0
    for (const match of run.matches) {
      const from = view.startOf(match.from)
      const to = view.endOf(match.to)
      out += text.slice(at, from) + replace(match)
      at = to
      findings.push(toFinding(match.kind, from, to))
    }
    return findings.length === 0 ? { text, findings } : { text: out + text.slice(at), findings }
  }

  return {
    kinds,
    redact,
    stream: (how) => createStream(engine(), replace, how),
    redactValue: (value, how) => redactValue(redact, value, how),
    gate: (json) => mayMatch(engine(), json),
  }
}

function chooseKinds(options: RedactorOptions): Kind[] {
  const chosen = new Set<Kind>()
  const groups = [
    ['secret', 'secrets', options.secrets],
    ['risk', 'risks', options.risks],
    ['pii', 'pii', options.pii],
  ] as const
  for (const [group, option, choice = true] of groups) {
    if (choice === false) continue
    if (choice === true) {
      for (const kind of baseKinds) if (kind.group === group) chosen.add(kind)
      continue
    }
    for (const [index, item] of choice.entries()) {
      if (typeof item !== 'string') for (const kind of [item].flat() as Kind[]) chosen.add(kind)
      else chosen.add(named(item, group, `${option}[${index}]`))
    }
  }
  for (const kind of options.rules ?? []) chosen.add(kind)
  // The order of the base set, then packs and own rules: it decides between kinds that begin alike.
  return [...baseKinds.filter((kind) => chosen.has(kind)), ...[...chosen].filter((kind) => !baseKinds.includes(kind))]
}

function named(name: string, group: Kind['group'], path: string): Kind {
  const kind = baseKinds.find((each) => each.group === group && each.name === name)
  if (kind !== undefined) return kind
  throw new SafeMcpConfigError({
    code: 'unknown_kind',
    path,
    message: `there is no kind "${name}" in the base set.`,
    suggestion: `Known: ${baseKinds
      .filter((each) => each.group === group)
      .map((each) => each.name)
      .join(', ')}. Kinds of packs are imported and given as they are.`,
  })
}
