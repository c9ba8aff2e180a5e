import type { Kind } from '../kind.ts'
import { classOf } from './chars.ts'

/** A set of characters, told by their codes. Everything from U+0080 up is asked about as U+0080. */
export type CharSet = (code: number) => boolean

/**
 * What stands around a trigger wherever its kind has a match. What is left out may be anything, and so may what lies outside the text.
 *
 * Asked before `verify` and without calling it: somebody who writes nothing but triggers should not make a reply dear.
 */
export interface Around {
  /** The character before the trigger. */
  readonly before?: CharSet | undefined
  /** The first of the trigger, where `0` or either case stands for several. */
  readonly first?: CharSet | undefined
  /** The character after the trigger. */
  readonly after?: CharSet | undefined
  /** The one after that. */
  readonly next?: CharSet | undefined
}

/** The character sets of all triggers, each as a bit. */
export interface Surroundings {
  /** By character: the sets it is in. */
  readonly sets: Int32Array
  /** Four for each literal: the set it wants before it, first in it, after it and next after that. */
  readonly wanted: Int32Array
}

/** The character that stands for all that are not ASCII. */
export const WIDE_CODE = 0x80
const ANYTHING = 1
const MOST_SETS = 32

/** `indexes`: by literal, which of the triggers of its kind (`owners`) it is. */
export function buildSurroundings(owners: readonly Kind[], indexes: readonly number[]): Surroundings {
  const sets = new Int32Array(WIDE_CODE + 1).fill(ANYTHING)
  const bits = new Map<CharSet, number>()
  const bitOf = (set: CharSet | undefined): number => {
    if (set === undefined) return ANYTHING
    let bit = bits.get(set)
    if (bit === undefined) {
      // With no bit left, anything will do: `verify` is asked once more often.
      bit = bits.size + 1 < MOST_SETS ? 1 << (bits.size + 1) : ANYTHING
      bits.set(set, bit)
      for (let code = 0; code <= WIDE_CODE; code++) if (set(code)) sets[code]! |= bit
    }
    return bit
  }
  const wanted = Int32Array.from(
    owners.flatMap((kind, literal) => {
      const { before, first, after, next } = kind.around?.(kind.triggers[indexes[literal]!]!, indexes[literal]!) ?? {}
      return [before, first, after, next].map(bitOf)
    }),
  )
  return { sets, wanted }
}

const byMask = new Map<number, CharSet>()

/** The characters of some classes. The same set for the same classes, so that it takes one bit. */
export function ofClass(mask: number): CharSet {
  let set = byMask.get(mask)
  if (set === undefined) byMask.set(mask, (set = (code) => (classOf(code) & mask) !== 0))
  return set
}

/** What may stand before a place that `cursor.opens`: no character of `mask`, or the letter of an escape such as `\n`. */
export function opening(mask: number): CharSet {
  let set = openings.get(mask)
  if (set === undefined) openings.set(mask, (set = (code) => (classOf(code) & mask) === 0 || code === 110 || code === 114 || code === 116))
  return set
}
const openings = new Map<number, CharSet>()
