import { asciiBytes } from '../matcher/index.ts'
import { textOf, unitsOf, utf8 } from './units.ts'
import type { View } from './view.ts'

const turned = new Uint8Array(128)
for (let byte = 0; byte < 128; byte++) {
  const low = byte | 0x20
  turned[byte] = low >= 0x61 && low <= 0x7a ? byte + (low < 0x6e ? 13 : -13) : byte
}

/** ROT13 of the letters. */
export function rot13(text: string): View {
  return { text: rewritten(text, turn), originOf: (at) => at, range: [0, text.length], layer: 'rot13' }
}

/** The text back to front. */
export function reversed(text: string): View {
  const last = text.length - 1
  return { text: rewritten(text, turnRound), originOf: (at) => Math.max(0, last - at), range: [0, text.length], layer: 'reversed' }
}

type Units = Uint8Array | Uint16Array

/** The text after its units were changed in place; those of ASCII text where they were lent, for a copy of its own would cost as much again. */
function rewritten(text: string, change: (units: Units) => void): string {
  const ascii = asciiBytes(text, (bytes) => {
    change(bytes)
    return utf8.decode(bytes)
  })
  if (ascii !== undefined) return ascii
  const units = unitsOf(text)
  change(units)
  return textOf(units)
}

function turn(units: Units): void {
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!
    if (unit < 128) units[i] = turned[unit]!
  }
}

function turnRound(units: Units): void {
  units.reverse()
}
