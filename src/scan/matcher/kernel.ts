/*
 * The inner loops. They are top-level functions with every table as an argument: as closures they slow down by half
 * as soon as a second automaton exists, and with a table that may change on the way they slow down by a quarter. States with output are odd.
 * They look alike on purpose: one loop for both tables, or a shared body, halves their speed.
 * Always hand them a plain Uint8Array: a mix with Node's Buffer makes the access polymorphic.
 *
 * A row nobody has written leads to state 0, and that nowhere else. So it is enough to look once in a while whether a lane is there; then they
 * return, for the rows that are missing to be written, and go on from where they last looked.
 *
 * All leave in `lanes` what state each lane is in, and in `lanes[AT]` how far they have read.
 */

/** Where it is said how far lanes have read. */
export const AT = 4

/**
 * Iterations between two notes of where the lanes are. V8 compiles a long loop while it runs; had it not seen the notes being
 * written by then, it would throw the machine code away at the end of every call.
 */
export const PAUSE = 256
/** The shift of every table by byte. */
const ASCII_SHIFT = 6

/** One lane, on from where `lanes` says. Writes `end, state` pairs to `events`, behind the `count` numbers there are; returns how many there are then. */
export function runOneLane(
  bytes: Uint8Array,
  to: number,
  classOf: Uint8Array,
  table: Int32Array | Uint16Array,
  shift: number,
  events: Int32Array,
  count: number,
  lanes: Int32Array,
): number {
  let state = lanes[0]!
  for (let i = lanes[AT]!; i < to; ) {
    const noted = count
    for (const pause = Math.min(i + PAUSE, to); i < pause; i++) {
      state = table[(state << shift) ^ classOf[bytes[i]!]!]!
      if ((state & 1) !== 0) {
        events[count] = i + 1
        events[count + 1] = state
        count += 2
      }
    }
    if (state === 0) return noted
    lanes[0] = state
    lanes[AT] = i
  }
  return count
}

/** The same over a table by byte: `bytes` must be ASCII. */
export function runOneAsciiLane(
  bytes: Uint8Array,
  to: number,
  table: Int32Array | Uint16Array,
  events: Int32Array,
  count: number,
  lanes: Int32Array,
): number {
  let state = lanes[0]!
  for (let i = lanes[AT]!; i < to; ) {
    const noted = count
    for (const pause = Math.min(i + PAUSE, to); i < pause; i++) {
      state = table[(state << ASCII_SHIFT) ^ bytes[i]!]!
      if ((state & 1) !== 0) {
        events[count] = i + 1
        events[count + 1] = state
        count += 2
      }
    }
    if (state === 0) return noted
    lanes[0] = state
    lanes[AT] = i
  }
  return count
}

/**
 * Four lanes of `quarter` bytes each, read in step: one lane alone waits for its table lookup, four overlap theirs.
 * Writes `end, s, t, u, v` records where any lane has output, `end` being that of lane 0.
 */
export function runFourLanes(
  bytes: Uint8Array,
  end: number,
  quarter: number,
  classOf: Uint8Array,
  table: Int32Array | Uint16Array,
  shift: number,
  events: Int32Array,
  count: number,
  lanes: Int32Array,
): number {
  const half = quarter * 2
  const last = quarter * 3
  let s = lanes[0]!
  let t = lanes[1]!
  let u = lanes[2]!
  let v = lanes[3]!
  for (let i = lanes[AT]!; i < end; ) {
    const noted = count
    for (const pause = Math.min(i + PAUSE, end); i < pause; i++) {
      s = table[(s << shift) ^ classOf[bytes[i]!]!]!
      t = table[(t << shift) ^ classOf[bytes[i + quarter]!]!]!
      u = table[(u << shift) ^ classOf[bytes[i + half]!]!]!
      v = table[(v << shift) ^ classOf[bytes[i + last]!]!]!
      if (((s | t | u | v) & 1) !== 0) {
        events[count] = i + 1
        events[count + 1] = s
        events[count + 2] = t
        events[count + 3] = u
        events[count + 4] = v
        count += 5
      }
    }
    if (s === 0 || t === 0 || u === 0 || v === 0) return noted
    lanes[0] = s
    lanes[1] = t
    lanes[2] = u
    lanes[3] = v
    lanes[AT] = i
  }
  return count
}

/** The same over a table by byte: `bytes` must be ASCII. */
export function runFourAsciiLanes(
  bytes: Uint8Array,
  end: number,
  quarter: number,
  table: Int32Array | Uint16Array,
  events: Int32Array,
  count: number,
  lanes: Int32Array,
): number {
  const half = quarter * 2
  const last = quarter * 3
  let s = lanes[0]!
  let t = lanes[1]!
  let u = lanes[2]!
  let v = lanes[3]!
  for (let i = lanes[AT]!; i < end; ) {
    const noted = count
    for (const pause = Math.min(i + PAUSE, end); i < pause; i++) {
      s = table[(s << ASCII_SHIFT) ^ bytes[i]!]!
      t = table[(t << ASCII_SHIFT) ^ bytes[i + quarter]!]!
      u = table[(u << ASCII_SHIFT) ^ bytes[i + half]!]!
      v = table[(v << ASCII_SHIFT) ^ bytes[i + last]!]!
      if (((s | t | u | v) & 1) !== 0) {
        events[count] = i + 1
        events[count + 1] = s
        events[count + 2] = t
        events[count + 3] = u
        events[count + 4] = v
        count += 5
      }
    }
    if (s === 0 || t === 0 || u === 0 || v === 0) return noted
    lanes[0] = s
    lanes[1] = t
    lanes[2] = u
    lanes[3] = v
    lanes[AT] = i
  }
  return count
}
