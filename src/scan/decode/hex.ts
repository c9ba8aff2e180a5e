/** What a hex digit stands for, or -1. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const low = code | 0x20
  return low >= 0x61 && low <= 0x66 ? low - 0x61 + 10 : -1
}

/** The byte two hex digits stand for, or -1. */
export function hexByte(text: string, at: number): number {
  return hexNumber(text, at, at + 2)
}

/** What hex digits stand for, or -1. */
export function hexNumber(text: string, from: number, to: number): number {
  if (to > text.length || to <= from) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = hexDigit(text.charCodeAt(i))
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** A code point that is no surrogate. */
export function isPoint(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
}
