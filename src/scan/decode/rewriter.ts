import { textOf } from './units.ts'
import type { View } from './view.ts'

/** Builds text and offsets side by side; `size` is the most it can come to. */
export class Rewriter {
  readonly #units: Uint16Array
  readonly #offsets: Int32Array
  /** Units written so far. What turns out not to be wanted is taken back by setting it. */
  length = 0
  changed = 0

  constructor(size: number) {
    this.#units = new Uint16Array(size)
    this.#offsets = new Int32Array(size + 1)
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

  view(source: string, layer: string): View | undefined {
    if (this.changed === 0) return undefined
    this.#offsets[this.length] = source.length
    const text = textOf(this.#units.subarray(0, this.length))
    const offsets = this.#offsets
    return { text, originOf: (at) => offsets[at]!, range: [0, source.length], layer }
  }
}

/** Writes a code point. */
export function putPoint(out: Rewriter, point: number, at: number): void {
  out.changed++
  out.putUnit(point > 0xffff ? 0xd7c0 + (point >> 10) : point, at)
  if (point > 0xffff) out.putUnit(0xdc00 + (point & 0x3ff), at)
}
