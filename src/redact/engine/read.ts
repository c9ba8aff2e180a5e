import type { Places } from '../../scan/matcher/index.ts'
import { type Surroundings, WIDE_CODE } from './around.ts'
import type { Engine } from './engine.ts'

/*
 * Reading on to the next trigger that may be a match. These are top-level functions, because a loop is half as fast inside a method; what
 * they come to besides a position is left in variables, because a pair would have to be allocated at every trigger.
 */

/** The state that was come to. */
export let reached = 0
/** Where in the outputs of the automaton the literals begin that may be a match. */
export let asking = 0

/** Read on so far in one go: by then it is mostly clear that nothing has begun. */
const LOOKAHEAD = 3

/** A digit or a brace, as the engine has it. */
const hasOutputOnce = (byte: number): boolean => (byte >= 48 && byte <= 57) || byte === 123

/**
 * Reads `text` on from `next`, which was come to in `state`: the end of the next trigger that may be a match, or -1.
 * None begins before `floor`; `quiet` says by literal where else it need not be looked at.
 */
export function readText(
  { automaton, starts, lengths, surroundings }: Engine,
  text: string,
  next: number,
  state: number,
  floor: number,
  quiet: Int32Array | undefined,
): number {
  const { alphabet, table, outEnd, outputs } = automaton
  const { classOf } = alphabet
  while (next < text.length) {
    const code = text.charCodeAt(next++)
    state = table[state + classOf[code < WIDE_CODE ? code : WIDE_CODE]!]!
    if (state >= outEnd) continue
    for (let at = starts[state]!, literal = outputs[at]!; literal >= 0; literal = outputs[++at]!) {
      const start = next - lengths[literal]!
      if (start < floor || (quiet !== undefined && start < quiet[literal]!)) continue
      if (start > 0 && next + 1 < text.length) {
        const before = byteOf(text, start - 1)
        const first = byteOf(text, start)
        if (!suits(surroundings, literal, before, first, byteOf(text, next), byteOf(text, next + 1))) continue
      }
      reached = state
      asking = at
      return next
    }
  }
  reached = state
  return -1
}

/** The same, where only what stands in `places` needs to be read. */
export function readPlaces(
  { automaton, starts, lengths, surroundings }: Engine,
  places: Places,
  length: number,
  next: number,
  state: number,
  floor: number,
  quiet: Int32Array | undefined,
): number {
  const { alphabet, table, outEnd, outputs, fresh, depth, stride } = automaton
  const { classOf } = alphabet
  const { bytes } = places
  for (;;) {
    const stop = Math.min(Math.max(places.to + LOOKAHEAD, next) + 1, length)
    while (next < stop) {
      do state = table[state + classOf[bytes[next++]!]!]!
      while (state >= outEnd && next < stop)
      if (state >= outEnd) break
      for (let at = starts[state]!, literal = outputs[at]!; literal >= 0; literal = outputs[++at]!) {
        const start = next - lengths[literal]!
        if (start < floor || (quiet !== undefined && start < quiet[literal]!)) continue
        if (
          start > 0 &&
          next + 1 < length &&
          !suits(surroundings, literal, bytes[start - 1]!, bytes[start]!, bytes[next]!, bytes[next + 1]!)
        )
          continue
        reached = state
        asking = at
        return next
      }
    }
    if (next >= length) break
    // What has begun and may still become a trigger began here or later.
    const begun = next - depth[state / stride]!
    if (begun <= places.to) continue
    if (!places.seek(begun)) break
    let { from } = places
    // A run that has output but once is read from its beginning.
    while (from > next && hasOutputOnce(bytes[from - 1]!)) from--
    // One character before it tells whether a word begins there.
    if (--from > next) {
      next = from
      state = fresh
    }
  }
  reached = state
  return -1
}

/** Whether a literal may be a match among these characters. */
function suits({ sets, wanted }: Surroundings, literal: number, before: number, first: number, after: number, next: number): boolean {
  const i = literal << 2
  return (
    (sets[before]! & wanted[i]!) !== 0 &&
    (sets[first]! & wanted[i + 1]!) !== 0 &&
    (sets[after]! & wanted[i + 2]!) !== 0 &&
    (sets[next]! & wanted[i + 3]!) !== 0
  )
}

/** What {@link Places.bytes} holds for a character. */
const byteOf = (text: string, at: number): number => Math.min(text.charCodeAt(at), WIDE_CODE)
