import { type Automaton, type Places, pendingBytes } from '../../scan/matcher/index.ts'
import type { Kind } from '../kind.ts'
import { LOCAL } from './chars.ts'
import { Cursor, type Tail } from './cursor.ts'
import type { Engine } from './engine.ts'

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

/** What kinds say of a trigger: it is a match, it is none, or more text is needed to tell. */
const YES = 1
const NO = 0
const LATER = -1

/** Read on so far in one go: by then it is mostly clear that nothing has begun. */
const LOOKAHEAD = 3

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
  readonly #places: Places | undefined
  #state: number
  /** First character the automaton has not read. */
  #next = 0
  /** Output to ask about next, when standing still at a trigger; -1 otherwise. */
  #asking = -1
  #tail: Tail | undefined

  /** `places`: where to look, in a text that is all there. Without them all of it is read. */
  constructor(engine: Engine, places?: Places) {
    this.#engine = engine
    this.#places = places
    this.#state = engine.automaton.begin
  }

  /** Goes on over what is in `cursor.text`. */
  advance(): void {
    while (this.#step());
  }

  /** Goes on to the next match of a text that is all there, and takes it away. */
  take(): Match | undefined {
    while (this.matches.length === 0 || this.#tail !== undefined) if (!this.#step()) break
    return this.matches.pop()
  }

  #step(): boolean {
    if (this.#tail !== undefined) return this.#swallow(this.#tail)
    return this.#places === undefined ? this.#readText() : this.#readPlaces(this.#places)
  }

  /** Reads on to the end of the next match. False when there is none in what is there. */
  #readText(): boolean {
    const { automaton, outputs } = this.#engine
    const { alphabet, table, outEnd } = automaton
    const { classOf } = alphabet
    const { text } = this.cursor
    let next = this.#next
    let state = this.#state
    if (this.#asking >= 0) {
      const answer = this.#ask(this.#asking, next, state)
      if (answer !== NO) return answer === YES
    }
    while (next < text.length) {
      const code = text.charCodeAt(next++)
      state = table[state + classOf[code < 128 ? code : 128]!]!
      if (state >= outEnd) continue
      const answer = this.#ask(outputs[state]!, next, state)
      if (answer !== NO) return answer === YES
    }
    this.#next = next
    this.#state = state
    return false
  }

  /** The same, where only what stands in `places` needs to be read. */
  #readPlaces(places: Places): boolean {
    const { automaton, outputs } = this.#engine
    const { length } = this.cursor.text
    for (;;) {
      const next = readOn(automaton, places, length, this.#next, this.#state)
      if (next < 0) return false
      const state = reached
      this.#next = next
      this.#state = state
      if (this.#ask(outputs[state]!, next, state) === YES) return true
    }
  }

  /** Asks the kinds whose trigger ends before `next`: those listed from `asking` on. */
  #ask(asking: number, next: number, state: number): typeof YES | typeof NO | typeof LATER {
    const { cursor } = this
    const { automaton, lengths, owners, indexes, verifiers, keepsText } = this.#engine
    const { outputs } = automaton
    for (let literal = outputs[asking]!; literal >= 0; literal = outputs[++asking]!) {
      const start = next - lengths[literal]!
      if (start < cursor.floor) continue
      const kind = owners[literal]!
      cursor.starved = false
      cursor.tail = undefined
      // Kinds come in many shapes; called through the array, their function need not be looked for.
      const yes = verifiers[literal]!.call(kind, cursor, start, next, indexes[literal]!)
      if (cursor.starved) {
        this.#asking = asking
        this.#next = next
        this.#state = state
        return LATER
      }
      if (!yes || cursor.to <= cursor.from || (kind.verbatim === true && cursor.folded?.(start, next) === true)) continue
      const { from, to, tail } = cursor
      this.matches.push({
        kind,
        from,
        to,
        open: tail !== undefined,
        text: keepsText ? cursor.slice(from, Math.min(to, from + MAX_KEPT)) : '',
      })
      this.#tail = tail
      this.#asking = -1
      this.#next = next
      this.#state = state
      this.#skip(to)
      return YES
    }
    this.#asking = -1
    return NO
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

/** A digit or a brace, as the engine has it. */
const hasOutputOnce = (byte: number): boolean => (byte >= 48 && byte <= 57) || byte === 123

/** The state {@link readOn} came to. */
let reached = 0

/** Reads on to the end of a trigger; -1 when none is left. A function of its own, because the loop is half as fast inside a method. */
function readOn(automaton: Automaton, places: Places, length: number, next: number, state: number): number {
  const { alphabet, table, outEnd, fresh, depth, stride } = automaton
  const { classOf } = alphabet
  const { bytes } = places
  for (;;) {
    const stop = Math.min(Math.max(places.to + LOOKAHEAD, next) + 1, length)
    while (next < stop) {
      state = table[state + classOf[bytes[next++]!]!]!
      if (state < outEnd) {
        reached = state
        return next
      }
    }
    if (next >= length) return -1
    // What has begun and may still become a trigger began here or later.
    const begun = next - depth[state / stride]!
    if (begun <= places.to) continue
    if (!places.seek(begun)) return -1
    let { from } = places
    // A run that has output but once is read from its beginning.
    while (from > next && hasOutputOnce(bytes[from - 1]!)) from--
    // One character before it tells whether a word begins there.
    if (--from > next) {
      next = from
      state = fresh
    }
  }
}
