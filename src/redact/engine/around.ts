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
  /** A digit stands among so many characters after the trigger. */
  readonly digitWithin?: number | undefined
  /** So many characters of some classes follow the trigger. */
  readonly run?: Stretch | undefined
}

/** Characters of the classes of `mask`, so many or more. */
export interface Stretch {
  readonly mask: number
  readonly least: number
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
