import type { Kind } from '../kind.ts'
import { type Automaton, buildAutomaton } from './automaton.ts'
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
  /** The kind of each pattern, and the pattern's length. */
  readonly owners: readonly Kind[]
  readonly lengths: Uint8Array
  readonly reachesBack: boolean
}

export function createEngine(kinds: readonly Kind[]): Engine {
  const patterns: string[] = []
  const owners: Kind[] = []
  for (const kind of kinds) {
    for (const trigger of kind.triggers) {
      patterns.push(trigger)
      owners.push(kind)
    }
  }
  return {
    automaton: buildAutomaton(patterns),
    owners,
    lengths: Uint8Array.from(patterns, (pattern) => pattern.length),
    reachesBack: kinds.some((kind) => kind.reachesBack === true),
  }
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
  #state = 0
  /** First character the automaton has not read. */
  #next = 0
  /** Output of the present state to ask next, when standing still; -1 otherwise. */
  #asking = -1
  #tail: Tail | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Goes on over what is in `cursor.text`. */
  advance(): void {
    const { cursor } = this
    const { classes, table, firstOutput, outputs, width } = this.#engine.automaton
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
          state = table[state + (code < 128 ? classes[code]! : 0)]!
          if (state >= firstOutput) {
            hit = true
            break
          }
        }
        this.#state = state
        this.#next = next
        if (!hit) return
        this.#asking = 0
      }
      if (!this.#ask(outputs[this.#state / width]!)) return
    }
  }

  /** Asks the kinds whose trigger ends here. False when one of them needs more text. */
  #ask(patterns: readonly number[]): boolean {
    const { cursor } = this
    for (; this.#asking < patterns.length; this.#asking++) {
      const pattern = patterns[this.#asking]!
      const start = this.#next - this.#engine.lengths[pattern]!
      if (start < cursor.floor) continue
      const kind = this.#engine.owners[pattern]!
      cursor.starved = false
      cursor.tail = undefined
      const yes = kind.verify(cursor, start, this.#next)
      if (cursor.starved) return false
      if (!yes || cursor.to <= cursor.from) continue
      const { from, to, tail } = cursor
      this.matches.push({ kind, from, to, open: tail !== undefined, text: cursor.slice(from, Math.min(to, from + MAX_KEPT)) })
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
    const { automaton, lengths } = this.#engine
    const state = this.#state / automaton.width
    // The longest pattern that ends in a state is listed first.
    const held = this.#asking < 0 ? automaton.depth[state]! : lengths[automaton.outputs[state]![0]!]!
    const hold = Math.max(this.#next - held, cursor.floor)
    return this.#engine.reachesBack ? cursor.back(hold, LOCAL, MAX_REACH) : hold
  }

  /** Forgets the first `count` characters of the text. Enough must stay before the held part for verifiers to look back. */
  forget(count: number): void {
    this.cursor.text = this.cursor.text.slice(count)
    this.cursor.floor -= count
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
    this.#state = 0
  }

  /** Lets the open match take what belongs to it. False when the text ran out first. */
  #swallow(tail: Tail): boolean {
    const match = this.matches.at(-1)!
    const { text, final } = this.cursor
    let at = match.to
    while (at < text.length && tail.takes(text.charCodeAt(at))) at++
    if (match.text.length < MAX_KEPT) match.text += text.slice(match.to, Math.min(at, match.to + MAX_KEPT - match.text.length))
    match.to = at
    this.#skip(at)
    if (at >= text.length && !final) return false
    match.open = false
    this.#tail = undefined
    return true
  }
}
