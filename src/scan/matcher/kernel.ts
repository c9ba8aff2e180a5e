import type { Automaton } from './automaton.ts'
import { UNKNOWN } from './rows.ts'

/*
 * The inner loops. They are top-level functions with every table as an argument: as closures they slow down by half
 * as soon as a second automaton exists. States are multiplied by the row stride beforehand; states below `outEnd` have output.
 * They look alike on purpose: one loop for both tables, or a shared body, halves their speed.
 * Always hand them a plain Uint8Array: a mix with Node's Buffer makes the access polymorphic.
 *
 * A row nobody has written leads to row 0, and that nowhere else. So it is enough to look once in a while whether a lane is there; what was
 * read since the last look is then read again, the rows it needs being written.
 */

/**
 * Iterations between two notes of where the lanes are. V8 compiles a long loop while it runs; had it not seen the notes being
 * written by then, it would throw the machine code away at the end of every call.
 */
const PAUSE = 256

/** One lane. Writes `end, state` pairs to `events`; returns how many numbers it wrote. The final state is left in `final[0]`. */
export function runOneLane(
  bytes: Uint8Array,
  from: number,
  to: number,
  classOf: Uint8Array,
  table: Int32Array | Uint16Array,
  outEnd: number,
  start: number,
  events: Int32Array,
  final: Int32Array,
  automaton: Automaton,
): number {
  let state = start
  let count = 0
  final[0] = start
  for (let i = from; i < to; ) {
    const noted = count
    const begun = i
    for (const pause = Math.min(i + PAUSE, to); i < pause; i++) {
      state = table[state + classOf[bytes[i]!]!]!
      if (state < outEnd) {
        events[count] = i + 1
        events[count + 1] = state
        count += 2
      }
    }
    if (state === UNKNOWN) {
      state = final[0]!
      writeRows(automaton, bytes, begun, i, state)
      i = begun
      count = noted
    }
    final[0] = state
  }
  return count
}

/** The same over a table by byte: `bytes` must be ASCII. */
export function runOneAsciiLane(
  bytes: Uint8Array,
  from: number,
  to: number,
  table: Int32Array | Uint16Array,
  outEnd: number,
  start: number,
  events: Int32Array,
  final: Int32Array,
  automaton: Automaton,
): number {
  let state = start
  let count = 0
  final[0] = start
  for (let i = from; i < to; ) {
    const noted = count
    const begun = i
    for (const pause = Math.min(i + PAUSE, to); i < pause; i++) {
      state = table[(state << 7) | bytes[i]!]!
      if (state < outEnd) {
        events[count] = i + 1
        events[count + 1] = state
        count += 2
      }
    }
    if (state === UNKNOWN) {
      state = final[0]!
      writeRows(automaton, bytes, begun, i, state)
      i = begun
      count = noted
    }
    final[0] = state
  }
  return count
}

/**
 * Four lanes of `quarter` bytes each, read in step: one lane alone waits for its table lookup, four overlap theirs.
 * Writes `i, s0, s1, s2, s3` records where any lane has output. Lane 0 starts in `start`, the others fresh in `fresh`.
 */
export function runFourLanes(
  bytes: Uint8Array,
  from: number,
  quarter: number,
  classOf: Uint8Array,
  table: Int32Array | Uint16Array,
  outEnd: number,
  start: number,
  fresh: number,
  events: Int32Array,
  final: Int32Array,
  automaton: Automaton,
): number {
  let s = start
  let t = fresh
  let u = fresh
  let v = fresh
  let count = 0
  final[0] = s
  final[1] = t
  final[2] = u
  final[3] = v
  const end = from + quarter
  for (let i = from, j = end, k = j + quarter, l = k + quarter; i < end; ) {
    const noted = count
    const begun = i
    for (const pause = Math.min(i + PAUSE, end); i < pause; i++, j++, k++, l++) {
      s = table[s + classOf[bytes[i]!]!]!
      t = table[t + classOf[bytes[j]!]!]!
      u = table[u + classOf[bytes[k]!]!]!
      v = table[v + classOf[bytes[l]!]!]!
      if (s < outEnd || t < outEnd || u < outEnd || v < outEnd) {
        events[count] = i - from
        events[count + 1] = s
        events[count + 2] = t
        events[count + 3] = u
        events[count + 4] = v
        count += 5
      }
    }
    if (s === UNKNOWN || t === UNKNOWN || u === UNKNOWN || v === UNKNOWN) {
      for (let lane = 0; lane < 4; lane++) writeRows(automaton, bytes, begun + lane * quarter, i + lane * quarter, final[lane]!)
      s = final[0]!
      t = final[1]!
      u = final[2]!
      v = final[3]!
      i = begun
      j = i + quarter
      k = j + quarter
      l = k + quarter
      count = noted
    }
    final[0] = s
    final[1] = t
    final[2] = u
    final[3] = v
  }
  return count
}

/** The same over a table by byte: `bytes` must be ASCII. */
export function runFourAsciiLanes(
  bytes: Uint8Array,
  from: number,
  quarter: number,
  table: Int32Array | Uint16Array,
  outEnd: number,
  start: number,
  fresh: number,
  events: Int32Array,
  final: Int32Array,
  automaton: Automaton,
): number {
  let s = start
  let t = fresh
  let u = fresh
  let v = fresh
  let count = 0
  final[0] = s
  final[1] = t
  final[2] = u
  final[3] = v
  const end = from + quarter
  for (let i = from, j = end, k = j + quarter, l = k + quarter; i < end; ) {
    const noted = count
    const begun = i
    for (const pause = Math.min(i + PAUSE, end); i < pause; i++, j++, k++, l++) {
      s = table[(s << 7) | bytes[i]!]!
      t = table[(t << 7) | bytes[j]!]!
      u = table[(u << 7) | bytes[k]!]!
      v = table[(v << 7) | bytes[l]!]!
      if (s < outEnd || t < outEnd || u < outEnd || v < outEnd) {
        events[count] = i - from
        events[count + 1] = s
        events[count + 2] = t
        events[count + 3] = u
        events[count + 4] = v
        count += 5
      }
    }
    if (s === UNKNOWN || t === UNKNOWN || u === UNKNOWN || v === UNKNOWN) {
      for (let lane = 0; lane < 4; lane++) writeRows(automaton, bytes, begun + lane * quarter, i + lane * quarter, final[lane]!)
      s = final[0]!
      t = final[1]!
      u = final[2]!
      v = final[3]!
      i = begun
      j = i + quarter
      k = j + quarter
      l = k + quarter
      count = noted
    }
    final[0] = s
    final[1] = t
    final[2] = u
    final[3] = v
  }
  return count
}

/** Reads on a byte, whether the row is written or not. */
export function stepOn({ table, bytewise, alphabet, stride, rows }: Automaton, state: number, byte: number): number {
  const at = bytewise ? (state << 7) | byte : state + alphabet.classOf[byte]!
  if (table[at] === UNKNOWN) rows.write(state / stride)
  return table[at]!
}

function writeRows(automaton: Automaton, bytes: Uint8Array, from: number, to: number, state: number): void {
  for (let i = from; i < to; i++) state = stepOn(automaton, state, bytes[i]!)
}
