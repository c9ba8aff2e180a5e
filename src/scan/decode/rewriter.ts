import { textOf } from './units.ts'
import type { View } from './view.ts'

interface Buffers {
  readonly units: Uint16Array
  readonly offsets: Int32Array
}

/** Texts up to this length are written where the one before was: memory nobody has touched costs more than the writing. */
const KEPT = 1024 * 1024
let kept: Buffers | undefined

function borrow(size: number): Buffers {
  const held = kept
  kept = undefined
  if (held !== undefined && held.units.length >= size) return held
  return { units: new Uint16Array(size), offsets: new Int32Array(size + 1) }
}

function giveBack(buffers: Buffers): void {
  if (buffers.units.length <= KEPT && buffers.units.length >= (kept?.units.length ?? 0)) kept = buffers
}

/** Builds text and offsets side by side, in buffers that are lent to it. */
export class Rewriter {
  readonly #units: Uint16Array
  readonly #offsets: Int32Array
  /** Units written so far. What turns out not to be wanted is taken back by setting it. */
  length = 0
  changed = 0

  constructor({ units, offsets }: Buffers) {
    this.#units = units
    this.#offsets = offsets
  }

  put(text: string, at: number): void {
    for (let i = 0; i < text.length; i++) this.putUnit(text.charCodeAt(i), at)
  }

  putUnit(unit: number, at: number): void {
    this.#units[this.length] = unit
    this.#offsets[this.length++] = at
  }

  copy(text: string, from: number, to: number): void {
    for (let i = from; i < to; i++) this.putUnit(text.charCodeAt(i), i)
  }

  view(source: string, layer: string): View {
    this.#offsets[this.length] = source.length
    const offsets = this.#offsets.slice(0, this.length + 1)
    return { text: textOf(this.#units.subarray(0, this.length)), originOf: (at) => offsets[at]!, range: [0, source.length], layer }
  }
}

/**
 * The text as `write` has it, which gives how far it came: what follows is copied. Undefined when it changed too little: less than `least`
 * times. `size` is the most it can come to.
 *
 * Loops over whole texts are functions of their own here, with nothing after them. V8 compiles a long loop while it runs, before it has
 * seen what comes after, and throws the machine code away when it gets there.
 */
export function rewrite(
  text: string,
  layer: string,
  write: (text: string, out: Rewriter) => number,
  { least = 1, size = text.length } = {},
): View | undefined {
  const buffers = borrow(size)
  const out = new Rewriter(buffers)
  const copied = write(text, out)
  let view: View | undefined
  if (out.changed >= least) {
    out.copy(text, copied, text.length)
    view = out.view(text, layer)
  }
  giveBack(buffers)
  return view
}

/** Writes a code point. */
export function putPoint(out: Rewriter, point: number, at: number): void {
  out.changed++
  out.putUnit(point > 0xffff ? 0xd7c0 + (point >> 10) : point, at)
  if (point > 0xffff) out.putUnit(0xdc00 + (point & 0x3ff), at)
}
