import { type Places, pendingBytes } from '../../scan/matcher/index.ts'
import type { Kind } from '../kind.ts'
import { LOCAL } from './chars.ts'
import { Cursor, type Tail } from './cursor.ts'
import type { Engine } from './engine.ts'
import { LENGTH, QUESTION } from './questions.ts'
import { type Answer, type Asked, BACK, LATER, NO, ON, reached, readPlaces, readText } from './read.ts'

/** Longest local part of an e-mail address (RFC 5321 section 4.5.3.1.1), so the furthest any verifier looks back. */
export const MAX_REACH = 64

/** Longest part of a match that replacements get to see; the rest of an endless one is dropped as it comes. */
export const MAX_KEPT = 4096

/** A found range, in positions of the text the run was given. */
export interface Match {
  kind: Kind
  from: number
  to: number
  /** The match has begun and everything its tail takes still belongs to it. Only the last match can be open. */
  open: boolean
  /** The matched text, cut at {@link MAX_KEPT}. For replacements only: it must not reach a finding. */
  text: string
}

/**
 * Finds matches in a text that may still grow, strictly from left to right.
 *
 * Each trigger is decided before the next is looked at. When a decision needs text that is not there yet, the run stands still at
 * that trigger, so cutting a text in pieces cannot change what is found in it.
 */
export class Run implements Asked {
  readonly cursor = new Cursor()
  /** Matches in order. The consumer takes away what it has dealt with, except an open one. */
  readonly matches: Match[] = []
  readonly engine: Engine
  quiet: Int32Array | undefined
  /** First character the automaton has not read, and its state there. */
  next = 0
  state: number
  readonly #places: Places | undefined
  /** Question to ask next, when standing still at a trigger; -1 otherwise. */
  #asking = -1
  #tail: Tail | undefined
  #use: ((match: Match) => boolean) | undefined
  /** What is lent out: a flood of matches must not be a flood of objects. */
  #lent: Match | undefined
  #done = false

  /** `places`: where to look, in a text that is all there. Without them all of it is read. */
  constructor(engine: Engine, places?: Places) {
    this.engine = engine
    this.#places = places
    this.state = engine.automaton.begin
  }

  /** Goes on over what the cursor has. */
  advance(): void {
    while (!this.#done && this.#step());
  }

  /** Calls `use` with every match in a text that is all there, until it says true. The match is lent: the next is the same object. */
  each(use: (match: Match) => boolean): void {
    this.#use = use
    this.advance()
  }

  #step(): boolean {
    if (this.#tail !== undefined) return this.#swallow(this.#tail)
    if (this.#asking >= 0) {
      const answer = this.#askOn(this.#asking)
      if (answer === LATER) return false
      if (answer !== NO) return true
    }
    const { length } = this.cursor
    const places = this.#places
    const answer =
      places === undefined
        ? readText(this, this.cursor.text, this.next, this.state)
        : readPlaces(this, places, length, this.next, this.state)
    if (answer !== NO) return answer === BACK
    this.next = length
    this.state = reached
    return false
  }

  /** Asks on in the state where it stood still. */
  #askOn(at: number): Answer {
    const { questions } = this.engine
    this.#asking = -1
    for (; questions[at]! >= 0; at += QUESTION) {
      if (this.next - questions[at + LENGTH]! < this.cursor.floor) continue
      const answer = this.ask(at, this.next, this.state)
      if (answer !== NO) return answer
    }
    return NO
  }

  ask(at: number, next: number, state: number): Answer {
    const { cursor, engine } = this
    const { questions, owners, indexes, verifiers } = engine
    const literal = questions[at]!
    const start = next - questions[at + LENGTH]!
    const kind = owners[literal]!
    // Kinds come in many shapes; called through the array, their function need not be looked for.
    const yes = verifiers[literal]!.call(kind, cursor, start, next, indexes[literal]!)
    if (cursor.starved) {
      cursor.starved = false
      cursor.quietUntil = 0
      this.#asking = at
      this.next = next
      this.state = state
      return LATER
    }
    if (!yes) {
      if (cursor.quietUntil !== 0) this.#silence(literal, next)
      return NO
    }
    if (cursor.to <= cursor.from || (kind.verbatim === true && cursor.folded?.(start, next) === true)) return NO
    this.next = next
    this.state = state
    return this.#found(kind)
  }

  /** Deals with the match the cursor was told of, and goes on after it. */
  #found(kind: Kind): Answer {
    const { from, to, tail } = this.cursor
    const text = this.engine.keepsText ? this.cursor.slice(from, Math.min(to, from + MAX_KEPT)) : ''
    this.#skip(to)
    if (tail !== undefined) {
      this.matches.push({ kind, from, to, open: true, text })
      this.#tail = tail
      return BACK
    }
    if (this.#use === undefined) {
      this.matches.push({ kind, from, to, open: false, text })
      return ON
    }
    const lent = (this.#lent ??= { kind, from, to, open: false, text })
    lent.kind = kind
    lent.from = from
    lent.to = to
    lent.text = text
    this.#done = this.#use(lent)
    return this.#done ? BACK : ON
  }

  /** Does not ask about `literal` again where it begins before what the cursor was told. */
  #silence(literal: number, next: number): void {
    const until = this.cursor.quietUntil
    this.cursor.quietUntil = 0
    if (until <= next) return
    this.quiet ??= new Int32Array(this.engine.owners.length)
    this.quiet[literal] = until
  }

  /** First position that must not be let go yet: something from there on may become a match. */
  holdFrom(): number {
    const { cursor } = this
    if (this.#tail !== undefined) return cursor.floor
    // Whatever is being asked about ends what the state has read, and is no longer than it.
    const held = pendingBytes(this.engine.automaton, this.state)
    const hold = Math.max(this.next - held, cursor.floor)
    return this.engine.reachesBack ? cursor.back(hold, LOCAL, MAX_REACH) : hold
  }

  /** Forgets the first `count` characters of the text. Enough must stay before the held part for verifiers to look back. */
  forget(count: number): void {
    this.cursor.forget(count)
    this.next -= count
    // Never below 0: in a stream that goes on and on, the numbers would come round.
    if (this.quiet !== undefined) for (let i = 0; i < this.quiet.length; i++) this.quiet[i] = Math.max(0, this.quiet[i]! - count)
    for (const match of this.matches) {
      match.from -= count
      match.to -= count
    }
  }

  #skip(to: number): void {
    this.cursor.floor = to
    if (to <= this.next) return
    this.next = to
    this.state = this.engine.automaton.fresh
  }

  /** Lets the open match take what belongs to it. False when the text ran out first. */
  #swallow(tail: Tail): boolean {
    const match = this.matches.at(-1)!
    const { text, final } = this.cursor
    let at = match.to
    while (at < text.length && tail.takes(text.charCodeAt(at))) at++
    if (this.engine.keepsText && match.text.length < MAX_KEPT)
      match.text += text.slice(match.to, Math.min(at, match.to + MAX_KEPT - match.text.length))
    match.to = at
    this.#skip(at)
    if (at >= text.length && !final) return false
    match.open = false
    this.#tail = undefined
    if (this.#use !== undefined) this.#done = this.#use(this.matches.pop()!)
    return true
  }
}
