import { isWordByte } from './alphabet.ts'
import { AT, PAUSE, runFourAsciiLanes, runFourLanes, runOneAsciiLane, runOneLane } from './kernel.ts'
import { END, type LazyAutomaton, UNKNOWN } from './lazy-automaton.ts'

/** Receives matches in the order of their end. */
export interface MatchSink {
  /**
   * Literal `id`, or the group of that id, ends before byte `end`. Return true to stop the scan.
   * Must not start another scan with the same automaton.
   */
  match(id: number, end: number): boolean | void
}

/** Bytes a block may have: the event buffer stays bounded whatever the input. */
const BLOCK = 32 * 1024
/** Below this, four lanes cost more than they save. */
const FEW = 80

const lanes = new Int32Array(AT + 1)
// Shared: a scan is synchronous and drains it before it returns. Room for an event on every byte of a block.
let events: Int32Array | undefined

/** Where a scan stopped because its sink asked for it. */
export const STOPPED = -1

/**
 * Runs `bytes[from, to)` through the automaton and tells the sink of every match.
 *
 * Returns the state to go on from with the next chunk of the same text, or {@link STOPPED}. Give `automaton.begin` to start.
 * A word end that coincides with `bytes.length` is taken for one; streams use literals without `right` and look for themselves.
 */
export function runAutomaton(
  automaton: LazyAutomaton,
  bytes: Uint8Array,
  from: number,
  to: number,
  state: number,
  sink: MatchSink,
): number {
  for (let at = from; at < to && state !== STOPPED; at += BLOCK)
    state = runBlock(automaton, bytes, at, Math.min(at + BLOCK, to), state, sink)
  return state
}

function runBlock(a: LazyAutomaton, bytes: Uint8Array, from: number, to: number, state: number, sink: MatchSink): number {
  events ??= new Int32Array(((BLOCK / 4) | 0) * 5 + 8)
  const ev = events
  if (to - from < FEW) return oneLane(a, bytes, from, to, state, sink)
  const quarter = (to - from) >> 2
  const count = fourLanes(a, bytes, from, quarter, state, ev)
  const ends = [lanes[0]!, lanes[1]!, lanes[2]!, lanes[3]!] as const
  if (tellLane(a, bytes, 0, 0, ev, 0, count, sink)) return STOPPED
  let current: number = ends[0]
  for (let lane = 1; lane < 4; lane++) {
    // The lane began without knowing what came before it: go on from its predecessor until both agree.
    const before = lane * quarter
    const laneEnd = from + before + quarter
    let fresh: number = a.fresh
    let at = from + before
    for (; at < laneEnd && current !== fresh; at++) {
      const column = a.bytewise ? bytes[at]! : a.alphabet.classOf[bytes[at]!]!
      const next = a.table[(current << a.shift) ^ column]!
      current = next === UNKNOWN ? a.next(current, column) : next
      // Its own rows are written: it has been there.
      fresh = a.table[(fresh << a.shift) ^ column]!
      if ((current & 1) !== 0 && tell(a, bytes, current, at + 1, sink)) return STOPPED
    }
    if (current === fresh) {
      if (tellLane(a, bytes, before, lane, ev, firstEvent(ev, count, at - before), count, sink)) return STOPPED
      current = ends[lane]!
    }
  }
  return oneLane(a, bytes, from + quarter * 4, to, current, sink)
}

/** Reads four lanes to their ends, and says how many numbers of `ev` are written. Lane 0 starts in `state`, the others fresh. */
function fourLanes(a: LazyAutomaton, bytes: Uint8Array, from: number, quarter: number, state: number, ev: Int32Array): number {
  const end = from + quarter
  lanes[0] = state
  for (let lane = 1; lane < 4; lane++) lanes[lane] = a.fresh
  lanes[AT] = from
  let count = 0
  for (;;) {
    count = a.bytewise
      ? runFourAsciiLanes(bytes, end, quarter, a.table, ev, count, lanes)
      : runFourLanes(bytes, end, quarter, a.alphabet.classOf, a.table, a.shift, ev, count, lanes)
    const at = lanes[AT]!
    if (at === end) return count
    for (let lane = 0; lane < 4; lane++) writeRows(a, bytes, at + lane * quarter, Math.min(at + PAUSE, end) + lane * quarter, lanes[lane]!)
  }
}

function oneLane(a: LazyAutomaton, bytes: Uint8Array, from: number, to: number, state: number, sink: MatchSink): number {
  const ev = events!
  lanes[0] = state
  lanes[AT] = from
  let count = 0
  for (;;) {
    count = a.bytewise
      ? runOneAsciiLane(bytes, to, a.table, ev, count, lanes)
      : runOneLane(bytes, to, a.alphabet.classOf, a.table, a.shift, ev, count, lanes)
    const at = lanes[AT]!
    if (at === to) break
    writeRows(a, bytes, at, Math.min(at + PAUSE, to), lanes[0]!)
  }
  const end = lanes[0]!
  for (let i = 0; i < count; i += 2) if (tell(a, bytes, ev[i + 1]!, ev[i]!, sink)) return STOPPED
  return end
}

/** Writes the rows a stretch of text needs. */
function writeRows(a: LazyAutomaton, bytes: Uint8Array, from: number, to: number, state: number): void {
  for (let i = from; i < to; i++) state = a.step(state, bytes[i]!)
}

/** Tells of what a lane came to that begins `before` bytes after the first, from record `i` on. */
function tellLane(
  a: LazyAutomaton,
  bytes: Uint8Array,
  before: number,
  lane: number,
  ev: Int32Array,
  i: number,
  count: number,
  sink: MatchSink,
): boolean {
  for (; i < count; i += 5) {
    const hit = ev[i + 1 + lane]!
    if ((hit & 1) !== 0 && tell(a, bytes, hit, before + ev[i]!, sink)) return true
  }
  return false
}

/** Index of the first record of what ends behind `end`, in lane 0. */
function firstEvent(ev: Int32Array, count: number, end: number): number {
  let low = 0
  let high = count / 5
  while (low < high) {
    const middle = (low + high) >> 1
    if (ev[middle * 5]! <= end) low = middle + 1
    else high = middle
  }
  return low * 5
}

function tell(a: LazyAutomaton, bytes: Uint8Array, state: number, end: number, sink: MatchSink): boolean {
  const { outputs } = a
  for (let i = a.outputStart[state >> 1]!; ; i++) {
    const output = outputs[i]!
    if (output === END) return false
    if ((output & 1) === 1 && end < bytes.length && isWordByte(bytes[end]!)) continue
    if (sink.match(output >> 1, end) === true) return true
  }
}
