import type { Units } from '../../lib/units.ts'

const digits = new Int8Array(0x80).fill(-1)
for (let value = 0; value < 16; value++) {
  digits[value.toString(16).charCodeAt(0)] = value
  digits[value.toString(16).toUpperCase().charCodeAt(0)] = value
}

/** What a hex digit stands for, or -1. */
export function hexDigit(code: number): number {
  return code < 0x80 ? digits[code]! : -1
}

/** The byte two hex digits stand for, or -1. */
export function hexByte(units: Units, at: number): number {
  if (at + 2 > units.length) return -1
  // The sign of either is the sign of both together.
  return (hexDigit(units[at]!) << 4) | hexDigit(units[at + 1]!)
}

/** What hex digits stand for, or -1. */
export function hexNumber(units: Units, from: number, to: number): number {
  if (to > units.length || to <= from) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = hexDigit(units[i]!)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** A code point that is no surrogate. */
export function isPoint(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
}
