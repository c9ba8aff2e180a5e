import {
  type Automaton,
  asciiBytes,
  buildAutomaton,
  type Literal,
  latinBytes,
  type MatchSink,
  pendingBytes,
  runAutomaton,
  STOPPED,
} from '../../scan/matcher/index.ts'
import type { Kind } from '../kind.ts'
import { LOCAL } from './chars.ts'
import { Cursor, type Tail } from './cursor.ts'

/** Longest local part of an e-mail address (RFC 5321 section 4.5.3.1.1), so the furthest any verifier looks back. */
export const MAX_REACH = 64

/** Longest part of a match that replacements get to see; the rest of an endless one is dropped as it comes. */
export const MAX_KEPT = 4096

/** A found range, in positions of the text the run was given. */
export interface Match {
  readonly kind: Kind
  from: number
  to: number
  /** The match has begun and everything its tail takes still belongs to it. Only the last match can be open. */
  open: boolean
  /** The matched text, cut at {@link MAX_KEPT}. For replacements only: it must not reach a finding. */
  text: string
}

/** Kinds, compiled. Immutable; shared by every text and stream. */
export interface Engine {
  readonly automaton: Automaton
  /** The kind of each literal of the automaton. */
  readonly owners: readonly Kind[]
  readonly lengths: Uint8Array
  readonly reachesBack: boolean
  /** Matches carry their text, for replacements that need it. */
  readonly keepsText: boolean
}

export function createEngine(kinds: readonly Kind[], keepsText = false): Engine {
  const literals: Literal[] = []
  const owners: Kind[] = []
  for (const kind of kinds) {
    for (const trigger of kind.triggers) {
      literals.push({ text: trigger, left: kind.wholeWords === true && /^\w/.test(trigger) })
      owners.push(kind)
    }
  }
  return {
    automaton: buildAutomaton(literals, { digits: true }),
    owners,
    lengths: Uint8Array.from(literals, ({ text }) => text.length),
    reachesBack: kinds.some((kind) => kind.reachesBack === true),
    keepsText,
  }
}

/**
 * True when something in `text` is a match. Much faster than a {@link Run} where nothing is: four lanes over bytes.
 * What it is asked about may be raw text of which matches are parts; it stops at the first.
 */
export function hasMatch(engine: Engine, text: string): boolean {
  const cursor = new Cursor()
  cursor.text = text
  const sink: MatchSink = {
    match(literal, end) {
      cursor.to = cursor.from = 0
      return engine.owners[literal]!.verify(cursor, end - engine.lengths[literal]!, end) && cursor.to > cursor.from
    },
  }
  const scan = (bytes: Uint8Array): boolean =>
    runAutomaton(engine.automaton, bytes, 0, bytes.length, engine.automaton.begin, sink) === STOPPED
  return asciiBytes(text, scan) ?? scan(latinBytes(text))
}

/**
 * Finds matches in a text that may still grow, strictly from left to right.
 *
 * Each trigger is decided before the next is looked at. When a decision needs text that is not there yet, the run stands still at
 * that trigger, so cutting a text in pieces cannot change what is found in it.
 */
export class Run {
  readonly cursor = new Cursor()
  /** Matches in order. The consumer takes away what it has dealt with, except an open one. */
  readonly matches: Match[] = []
  readonly #engine: Engine
  #state: number
  /** First character the automaton has not read. */
  #next = 0
  /** Literal of the present state to ask about next, when standing still; -1 otherwise. */
  #asking = -1
  #tail: Tail | undefined

  constructor(engine: Engine) {
    this.#engine = engine
    this.#state = engine.automaton.begin
  }

  /** Goes on over what is in `cursor.text`. */
  advance(): void {
    const { cursor } = this
    const { alphabet, table, outEnd } = this.#engine.automaton
    const { classOf } = alphabet
    const { text } = cursor
    const { length } = text
    for (;;) {
      if (this.#tail !== undefined && !this.#swallow(this.#tail)) return
      if (this.#asking < 0) {
        let state = this.#state
        let next = this.#next
        let hit = false
        while (next < length) {
          const code = text.charCodeAt(next++)
          state = table[state + classOf[code < 128 ? code : 128]!]!
          if (state < outEnd) {
            hit = true
            break
          }
        }
        this.#state = state
        this.#next = next
        if (!hit) return
        this.#asking = this.#outputs()
      }
      if (!this.#ask()) return
    }
  }

  /** Asks the kinds whose trigger ends here. False when one of them needs more text. */
  #ask(): boolean {
    const { cursor } = this
    const { outputs } = this.#engine.automaton
    for (let literal = outputs[this.#asking]!; literal >= 0; literal = outputs[++this.#asking]!) {
      const start = this.#next - this.#engine.lengths[literal]!
      if (start < cursor.floor) continue
      const kind = this.#engine.owners[literal]!
      cursor.starved = false
      cursor.tail = undefined
      const yes = kind.verify(cursor, start, this.#next)
      if (cursor.starved) return false
      if (!yes || cursor.to <= cursor.from) continue
      const { from, to, tail } = cursor
      const text = this.#engine.keepsText ? cursor.slice(from, Math.min(to, from + MAX_KEPT)) : ''
      this.matches.push({ kind, from, to, open: tail !== undefined, text })
      this.#tail = tail
      this.#skip(to)
      break
    }
    this.#asking = -1
    return true
  }

  /** First position that must not be let go yet: something from there on may become a match. */
  holdFrom(): number {
    const { cursor } = this
    if (this.#tail !== undefined) return cursor.floor
    // Whatever is being asked about ends what the state has read, and is no longer than it.
    const held = pendingBytes(this.#engine.automaton, this.#state)
    const hold = Math.max(this.#next - held, cursor.floor)
    return this.#engine.reachesBack ? cursor.back(hold, LOCAL, MAX_REACH) : hold
  }

  /** Forgets the first `count` characters of the text. Enough must stay before the held part for verifiers to look back. */
  forget(count: number): void {
    this.cursor.forget(count)
    this.#next -= count
    for (const match of this.matches) {
      match.from -= count
      match.to -= count
    }
  }

  #skip(to: number): void {
    this.cursor.floor = to
    if (to <= this.#next) return
    this.#next = to
    this.#state = this.#engine.automaton.fresh
  }

  /** Where the literals that end in the present state are listed. */
  #outputs(): number {
    const { outputStart, stride } = this.#engine.automaton
    return outputStart[this.#state / stride]!
  }

  /** Lets the open match take what belongs to it. False when the text ran out first. */
  #swallow(tail: Tail): boolean {
    const match = this.matches.at(-1)!
    const { text, final } = this.cursor
    let at = match.to
    while (at < text.length && tail.takes(text.charCodeAt(at))) at++
    if (this.#engine.keepsText && match.text.length < MAX_KEPT)
      match.text += text.slice(match.to, Math.min(at, match.to + MAX_KEPT - match.text.length))
    match.to = at
    this.#skip(at)
    if (at >= text.length && !final) return false
    match.open = false
    this.#tail = undefined
    return true
  }
}
