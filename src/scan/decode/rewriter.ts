import { lazily } from '../../lib/lazily.ts'
import { Spare } from '../../lib/spare.ts'
import type { Units } from '../../lib/units.ts'
import { type Source, withUnits } from './units.ts'
import { type View, viewOf } from './view.ts'

interface Buffers {
  readonly units: Uint16Array
  readonly offsets: Int32Array
}

/** Texts up to this length are written where the one before was: memory nobody has touched costs more than the writing. */
const KEPT = 1024 * 1024
const spare = new Spare<Buffers>(
  (size) => ({ units: new Uint16Array(size), offsets: new Int32Array(size + 1) }),
  ({ units }) => units.length,
  ({ units }) => units.length <= KEPT,
)

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

  copyUnits(units: Units, from: number, to: number): void {
    for (let i = from; i < to; i++) this.putUnit(units[i]!, i)
  }

  get units(): Uint16Array {
    return this.#units.subarray(0, this.length)
  }

  /** By unit, and one more for the end: where it stood. */
  get offsets(): Int32Array {
    return this.#offsets.subarray(0, this.length + 1)
  }

  /** Says where the end stood. */
  end(at: number): void {
    this.#offsets[this.length] = at
  }
}

/**
 * The text as `write` has it, which gives how far it came: what follows is copied. Undefined when it changed too little: less than `least`
 * times. `size` is the most it can come to. What came from where is asked of few views, so the text is written once more to tell.
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
  const fill = (out: Rewriter): boolean => {
    const copied = write(text, out)
    if (out.changed < least) return false
    out.copy(text, copied, text.length)
    return true
  }
  return written(fill, size, text.length, layer)
}

/** The same for those who read units: also those of a view that is no string yet. It never comes to more than it was. */
export function rewriteUnits(source: Source, layer: string, write: (units: Units, out: Rewriter) => number): View | undefined {
  const fill = (out: Rewriter): boolean =>
    withUnits(source, (units) => {
      const copied = write(units, out)
      if (out.changed === 0) return false
      out.copyUnits(units, copied, units.length)
      return true
    })
  return written(fill, source.length, source.length, layer)
}

/** `fill` says whether what it wrote is a view. */
function written(fill: (out: Rewriter) => boolean, size: number, length: number, layer: string): View | undefined {
  const lend = <T>(use: (out: Rewriter) => T): T | undefined => {
    const buffers = spare.borrow(size)
    const out = new Rewriter(buffers)
    let used: T | undefined
    if (fill(out)) {
      out.end(length)
      used = use(out)
    }
    spare.giveBack(buffers)
    return used
  }
  const offsets = lazily(() => lend((out) => out.offsets.slice())!)
  return lend((out) => viewOf(out.units, (at) => offsets()[at]!, [0, length], layer))
}

/** Writes a code point. */
export function putPoint(out: Rewriter, point: number, at: number): void {
  out.changed++
  out.putUnit(point > 0xffff ? 0xd7c0 + (point >> 10) : point, at)
  if (point > 0xffff) out.putUnit(0xdc00 + (point & 0x3ff), at)
}
