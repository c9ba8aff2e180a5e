import { isWordByte } from './alphabet.ts'
import { type Automaton, END } from './automaton.ts'
import { runFourAsciiLanes, runFourLanes, runOneAsciiLane, runOneLane, stepOn } from './kernel.ts'

/** Receives matches in the order of their end. */
export interface MatchSink {
  /**
   * Literal `id` ends before byte `end`. Return true to stop the scan.
   * Must not start another scan with the same automaton.
   */
  match(id: number, end: number): boolean | void
}

/** Bytes a block may have: the event buffer stays bounded whatever the input. */
const BLOCK = 32 * 1024
/** Below this, four lanes cost more than they save. */
const FEW = 80

const final = new Int32Array(4)
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
  automaton: Automaton,
  bytes: Uint8Array,
  from: number,
  to: number,
  state: number,
  sink: MatchSink,
  mask = -1,
): number {
  for (let at = from; at < to && state !== STOPPED; at += BLOCK)
    state = runBlock(automaton, bytes, at, Math.min(at + BLOCK, to), state, sink, mask)
  return state
}

function runBlock(a: Automaton, bytes: Uint8Array, from: number, to: number, state: number, sink: MatchSink, mask: number): number {
  events ??= new Int32Array(((BLOCK / 4) | 0) * 5 + 8)
  const ev = events
  if (to - from < FEW) return oneLane(a, bytes, from, to, state, sink, mask)
  const quarter = (to - from) >> 2
  const count = a.bytewise
    ? runFourAsciiLanes(bytes, from, quarter, a.table, a.outEnd, state, a.fresh, ev, final, a)
    : runFourLanes(bytes, from, quarter, a.alphabet.classOf, a.table, a.outEnd, state, a.fresh, ev, final, a)
  const ends = [final[0]!, final[1]!, final[2]!, final[3]!] as const
  if (tellLane(a, bytes, from, 0, ev, 0, count, sink, mask)) return STOPPED
  let current: number = ends[0]
  for (let lane = 1; lane < 4; lane++) {
    // The lane began without knowing what came before it: go on from its predecessor until both agree.
    const start = from + lane * quarter
    let fresh = a.fresh
    let at = start
    for (const laneEnd = start + quarter; at < laneEnd && current !== fresh; at++) {
      current = stepOn(a, current, bytes[at]!)
      fresh = stepOn(a, fresh, bytes[at]!)
      if (current < a.outEnd && tell(a, bytes, current, at + 1, sink, mask)) return STOPPED
    }
    if (current === fresh) {
      if (tellLane(a, bytes, start, lane, ev, firstEvent(ev, count, at - start), count, sink, mask)) return STOPPED
      current = ends[lane]!
    }
  }
  return oneLane(a, bytes, from + quarter * 4, to, current, sink, mask)
}

/** Tells of what a lane that begins at `start` came to, from record `i` on. */
function tellLane(
  a: Automaton,
  bytes: Uint8Array,
  start: number,
  lane: number,
  ev: Int32Array,
  i: number,
  count: number,
  sink: MatchSink,
  mask: number,
): boolean {
  const { outEnd } = a
  for (; i < count; i += 5) {
    const hit = ev[i + 1 + lane]!
    if (hit < outEnd && tell(a, bytes, hit, start + ev[i]! + 1, sink, mask)) return true
  }
  return false
}

/** Index of the first record at lane offset `offset` or later. */
function firstEvent(ev: Int32Array, count: number, offset: number): number {
  let low = 0
  let high = count / 5
  while (low < high) {
    const middle = (low + high) >> 1
    if (ev[middle * 5]! < offset) low = middle + 1
    else high = middle
  }
  return low * 5
}

function oneLane(a: Automaton, bytes: Uint8Array, from: number, to: number, state: number, sink: MatchSink, mask: number): number {
  const count = a.bytewise
    ? runOneAsciiLane(bytes, from, to, a.table, a.outEnd, state, events!, final, a)
    : runOneLane(bytes, from, to, a.alphabet.classOf, a.table, a.outEnd, state, events!, final, a)
  const end = final[0]!
  for (let i = 0; i < count; i += 2) if (tell(a, bytes, events![i + 1]!, events![i]!, sink, mask)) return STOPPED
  return end
}

function tell(a: Automaton, bytes: Uint8Array, state: number, end: number, sink: MatchSink, mask: number): boolean {
  const { outputs, rightBound, masks } = a
  for (let i = a.outputStart[a.bytewise ? state : state / a.stride]!; ; i++) {
    const id = outputs[i]!
    if (id === END) return false
    if ((masks[id]! & mask) === 0) continue
    if (rightBound[id] === 1 && end < bytes.length && isWordByte(bytes[end]!)) continue
    if (sink.match(id, end) === true) return true
  }
}
