import type { Places } from '../../scan/matcher/index.ts'
import { classes, isDigit } from './chars.ts'
import type { Cursor } from './cursor.ts'
import type { Engine } from './engine.ts'
import { AFTER, ANYTHING, AROUND, BEFORE, FIRST, LENGTH, MASK, NEXT, QUESTION, RUN, STARTS, WIDE_BYTE, WITHIN } from './questions.ts'

/*
 * Reading on to the next match. These are top-level functions, because a loop is half as fast inside a method, and they ask on their way:
 * to come back for every trigger costs as much as most answers do. What both ask is written in both: it reads one's text, the other's bytes.
 */

/** What comes of a trigger: no match; one, after which to read on; one to come back for; or more text is needed to tell. */
export const NO = 0
export const ON = 1
export const BACK = 2
export const LATER = -1
export type Answer = typeof NO | typeof ON | typeof BACK | typeof LATER

/** Whoever is asked whether a trigger is a match. */
export interface Asked {
  readonly engine: Engine
  readonly cursor: Cursor
  /** By literal: where it need not be asked about before. */
  readonly quiet: Int32Array | undefined
  /** Where to read on after a match, and in which state. */
  readonly next: number
  readonly state: number
  /** Asks the question at `at`, whose literal ends before `next`, where the automaton is in `state`. */
  ask(at: number, next: number, state: number): Answer
}

/** The state in which the end was come to. */
export let reached = 0

/** Read on so far in one go: by then it is mostly clear that nothing has begun. */
const LOOKAHEAD = 3

/** A digit or a brace, as the engine has it. */
const hasOutputOnce = (byte: number): boolean => isDigit(byte) || byte === 123

/** Reads `text` on from `next`, which was come to in `state`, to a match to come back for; `NO` at the end. */
export function readText(asked: Asked, text: string, next: number, state: number): Answer {
  const { engine, cursor } = asked
  const { automaton, questions } = engine
  const { table, outEnd } = automaton
  while (next < text.length) {
    do {
      const code = text.charCodeAt(next++)
      state = table[state + table[code < WIDE_BYTE ? code : WIDE_BYTE]!]!
    } while (state >= outEnd && next < text.length)
    if (state >= outEnd) break
    const { quiet } = asked
    const { floor } = cursor
    for (let at = questions[STARTS + state]!, literal = questions[at]!; literal >= 0; literal = questions[(at += QUESTION)]!) {
      const start = next - questions[at + LENGTH]!
      if (start < floor || (quiet !== undefined && start < quiet[literal]!)) continue
      const bit = questions[at + AROUND]!
      if (bit !== ANYTHING && start > 0 && next + 1 < text.length) {
        const bits = around(questions, byteOf(text, start - 1), byteOf(text, start), byteOf(text, next), byteOf(text, next + 1))
        if ((bits & bit) === 0) continue
      }
      const answer = asked.ask(at, next, state)
      if (answer === NO) continue
      if (answer !== ON) return answer
      next = asked.next
      state = asked.state
      break
    }
  }
  reached = state
  return NO
}

/** The same, where only what stands in `places` needs to be read. */
export function readPlaces(asked: Asked, places: Places, length: number, next: number, state: number): Answer {
  const { engine, cursor } = asked
  const { automaton, questions } = engine
  const { alphabet, table, outEnd, fresh } = automaton
  const { size } = alphabet
  const { bytes } = places
  length |= 0
  next |= 0
  state |= 0
  let bareFrom = 0
  let bareTo = 0
  for (;;) {
    let stop = (places.to + LOOKAHEAD + 1) | 0
    if (stop <= next) stop = (next + 1) | 0
    if (stop > length) stop = length
    while (next < stop) {
      // A loop of its own: what only triggers need must not be in its way.
      do {
        state = table[(state + table[bytes[next]!]!) | 0]!
        next = (next + 1) | 0
      } while (state >= outEnd && next < stop)
      if (state >= outEnd) break
      const { quiet } = asked
      const { floor } = cursor
      for (let at = questions[STARTS + state]!, literal = questions[at]!; literal >= 0; literal = questions[(at += QUESTION)]!) {
        const start = next - questions[at + LENGTH]!
        if (start < floor || (quiet !== undefined && start < quiet[literal]!)) continue
        const bit = questions[at + AROUND]!
        if (bit !== ANYTHING && start > 0 && next + 1 < length) {
          if ((around(questions, bytes[start - 1]!, bytes[start]!, bytes[next]!, bytes[next + 1]!) & bit) === 0) continue
        }
        const within = questions[at + WITHIN]!
        if (within !== 0) {
          if (next < bareFrom || next > bareTo) bareFrom = bareTo = next
          const stop = next + within < length ? (next + within) | 0 : length
          while (bareTo < stop && !isDigit(bytes[bareTo]!)) bareTo = (bareTo + 1) | 0
          if (bareTo >= stop) continue
        }
        const run = questions[at + RUN]!
        if (run !== 0 && next + run <= length) {
          const mask = questions[at + MASK]!
          const stop = next + run
          let to = next
          while (to < stop && (classes[bytes[to]!]! & mask) !== 0) to++
          if (to < stop) continue
        }
        const answer = asked.ask(at, next, state)
        if (answer === NO) continue
        if (answer !== ON) return answer
        next = asked.next | 0
        state = asked.state | 0
        break
      }
    }
    if (next >= length) return NO
    // What has begun and may still become a trigger began here or later.
    const begun = next - table[state + size]!
    if (begun <= places.to) continue
    if (!places.seek(begun)) return NO
    let from = places.from | 0
    // A run that has output but once is read from its beginning.
    while (from > next && hasOutputOnce(bytes[from - 1]!)) from--
    // One character before it tells whether a word begins there.
    if (--from > next) {
      next = from
      state = fresh
    }
  }
}

/** The bits of all that may stand around a literal among these characters. */
function around(questions: Int32Array, before: number, first: number, after: number, next: number): number {
  return questions[BEFORE + before]! & questions[FIRST + first]! & questions[AFTER + after]! & questions[NEXT + next]!
}

/** What {@link Places.bytes} holds for a character. */
const byteOf = (text: string, at: number): number => Math.min(text.charCodeAt(at), WIDE_BYTE)
