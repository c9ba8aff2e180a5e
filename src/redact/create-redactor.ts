import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Finding } from '../core/finding.ts'
import { lazily } from '../lib/lazily.ts'
import { createEngine } from './engine/engine.ts'
import { mayFold } from './engine/fold.ts'
import { foldText } from './engine/fold-text.ts'
import { eachMatch, hasMatch } from './engine/match.ts'
import { View } from './engine/view.ts'
import { mayMatch } from './gate.ts'
import { withoutHidden } from './hidden-characters.ts'
import { type Kind, MAX_FINDINGS, toFinding } from './kind.ts'
import { baseKinds } from './kinds/base.ts'
import type { Redacted } from './redacted.ts'
import type { Redactor } from './redactor.ts'
import { type Replacement, replacer } from './replacement.ts'
import { createStream } from './stream.ts'
import { mayHide } from './thorough.ts'
import { redactValue } from './value.ts'

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
  /** Kinds of your own, or of packs. */
  readonly rules?: readonly Kind[] | undefined
  /**
   * Also look where a secret hides whole or in pieces: base64 that is all of a string, keys cut over neighbouring strings of an array. For
   * JSON values, not for text that streams. Default false: it makes looking at a clean reply about twice as dear.
   */
  readonly thorough?: boolean | undefined
  /**
   * Your recogniser of names or whatever else only a model can tell. Called for whole texts (not for streams, which cannot wait for one);
   * synchronous. What it reports is replaced by the label it names; where a kind already matched, the kind wins.
   */
  readonly recognise?: ((text: string) => readonly Recognised[]) | undefined
}

/** Something a recogniser found: `[start, end)` in UTF-16 units. */
export interface Recognised {
  readonly range: readonly [start: number, end: number]
  /** Id for findings: `ner/person`. */
  readonly rule: string
  /** Default `[REDACTED]`. */
  readonly label?: string | undefined
}

/**
 * Compiles a redactor.
 *
 * @throws SafeMcpConfigError `unknown_kind` for a name that is not in the catalogue.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const kinds = chooseKinds(options)
  const replace = replacer(options.replacement ?? 'label')
  const thorough = options.thorough === true
  // The automaton takes milliseconds to build: not before the first text.
  const engine = lazily(() => createEngine(kinds, options.replacement !== undefined && options.replacement !== 'label'))

  const redact = (text: string): Redacted => {
    const known = byKinds(text)
    const more = options.recognise?.(text)
    return more === undefined || more.length === 0 ? { text: known.text, findings: known.findings } : merge(text, known, more)
  }

  const byKinds = (text: string): Redacted & Pieces => {
    let view: View | undefined
    if (mayFold(text)) {
      // Only what holds a match is worth knowing what in it came from where.
      if (!hasMatch(engine(), foldText(text))) return { text, findings: [] }
      view = new View()
      view.push(text, true)
    }
    const findings: Finding[] = []
    const pieces: string[] = []
    let out = ''
    let at = 0
    eachMatch(engine(), view?.text ?? text, view && ((from, to) => view.folded(from, to)), (match) => {
      const from = view?.startOf(match.from) ?? match.from
      const to = view?.endOf(match.to) ?? match.to
      const piece = replace(match)
      out += text.slice(at, from) + piece
      at = to
      if (options.recognise !== undefined) pieces.push(piece)
      else if (findings.length >= MAX_FINDINGS) return
      findings.push(toFinding(match.kind, from, to))
    })
    return findings.length === 0 ? { text, findings } : { text: out + text.slice(at), findings, pieces }
  }

  const redactor: Redactor = {
    kinds,
    redact,
    thorough,
    stream: (how) => createStream(engine(), replace, how),
    redactValue: (value, how) => redactValue(redact, value, { ...how, thorough }),
    gate: (json) => options.recognise !== undefined || mayMatch(engine(), json) || (thorough && mayHide(engine(), json)),
  }
  const remover = kinds.find((kind) => kind.removesHidden === true)
  return remover === undefined ? redactor : withoutHidden(redactor, remover)
}

/** What stands in place of each finding. */
interface Pieces {
  readonly pieces?: readonly string[] | undefined
}

/** Puts what a recogniser reported between what the kinds found. Overlaps go to the kinds. */
function merge(text: string, known: Redacted & Pieces, more: readonly Recognised[]): Redacted {
  const parts: { readonly finding: Finding; readonly piece: string }[] = known.findings.map((finding, i) => ({
    finding,
    piece: known.pieces![i]!,
  }))
  for (const { range, rule, label = '[REDACTED]' } of more) {
    const [start, end] = range
    if (!(start >= 0 && start < end && end <= text.length)) continue
    if (parts.some(({ finding }) => finding.range![0] < end && finding.range![1] > start)) continue
    parts.push({ finding: { rule, severity: 'medium', range: [start, end] }, piece: label })
  }
  parts.sort((one, other) => one.finding.range![0] - other.finding.range![0])
  let out = ''
  let at = 0
  for (const { finding, piece } of parts) {
    out += text.slice(at, finding.range![0]) + piece
    at = finding.range![1]
  }
  return { text: out + text.slice(at), findings: parts.map(({ finding }) => finding) }
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
