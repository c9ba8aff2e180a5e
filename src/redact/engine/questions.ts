import { type Automaton, END } from '../../scan/matcher/automaton.ts'
import type { Kind } from '../kind.ts'
import type { Around } from './around.ts'

/** The byte that stands for everything that is not ASCII. */
export const WIDE_BYTE = 0x80

/**
 * Numbers of a question: the literal, its length, the bits of what must stand around it, how soon a digit must follow, and how many characters of
 * which classes must; 0 for none.
 */
export const QUESTION = 6
export const LENGTH = 1
export const AROUND = 2
export const WITHIN = 3
export const RUN = 4
export const MASK = 5

/** The bit that asks for nothing. */
export const ANYTHING = 1
const MOST_BITS = 32

/** Where the rows by byte begin, of the bits of all that a byte may stand before, begin, follow, and follow at one remove. */
export const BEFORE = 0
export const FIRST = 0x100
export const AFTER = 0x200
export const NEXT = 0x300
/** Where it is said, by state, where its questions begin: one after the other, a negative number ends them. */
export const STARTS = 0x400

const roles = [
  ['before', BEFORE],
  ['first', FIRST],
  ['after', AFTER],
  ['next', NEXT],
] as const

/**
 * What is to be asked wherever the automaton has output, all in one list: a flood of triggers spends its time here. `owners` and `indexes`: by
 * literal, its kind and which of the triggers of that it is.
 */
export function buildQuestions(automaton: Automaton, owners: readonly Kind[], indexes: readonly number[]): Int32Array {
  const { outputs, outputStart, outBegin, outEnd, stride, literals } = automaton
  const list: number[] = new Array(STARTS + outEnd).fill(0).fill(ANYTHING, 0, STARTS)
  const known: Around[] = []
  const bitOf = (around: Around): number => {
    if (roles.every(([role]) => around[role] === undefined)) return ANYTHING
    let at = known.findIndex((other) => roles.every(([role]) => other[role] === around[role]))
    if (at < 0) at = known.push(around) - 1
    // With no bit left nothing is asked for, and `verify` is called once more often.
    if (at + 1 >= MOST_BITS) return ANYTHING
    const bit = 1 << (at + 1)
    for (const [role, row] of roles)
      for (let byte = 0; byte <= WIDE_BYTE; byte++) if (around[role]?.(byte) ?? true) list[row + byte]! |= bit
    return bit
  }
  const arounds = owners.map((kind, literal) => [kind.around?.(kind.triggers[indexes[literal]!]!, indexes[literal]!) ?? {}].flat())
  const askedAs = arounds.map((all) => {
    const bits = all.reduce((sum, around) => sum | bitOf(around), 0)
    const { digitWithin = 0, run } = (all.length === 1 && all[0]) || {}
    return [(bits & ANYTHING) === 0 ? bits : ANYTHING, digitWithin, run?.least ?? 0, run?.mask ?? 0]
  })
  for (let state = outBegin; state < outEnd; state += stride) {
    list[STARTS + state] = list.length
    for (let at = outputStart[state / stride]!; outputs[at] !== END; at++) {
      const literal = outputs[at]!
      list.push(literal, literals[literal]!.text.length, ...askedAs[literal]!)
    }
    list.push(END)
  }
  return Int32Array.from(list)
}
