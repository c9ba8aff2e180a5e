import { withUnits } from './units.ts'
import type { View } from './view.ts'

const turned = new Uint8Array(128)
for (let byte = 0; byte < 128; byte++) {
  const low = byte | 0x20
  turned[byte] = low >= 0x61 && low <= 0x7a ? byte + (low < 0x6e ? 13 : -13) : byte
}

/** ROT13 of the letters. */
export function rot13(text: string): View {
  return { text: withUnits(text, turn), originOf: (at) => at, range: [0, text.length], layer: 'rot13' }
}

/** The text back to front. */
export function reversed(text: string): View {
  const last = text.length - 1
  return {
    text: withUnits(text, (units) => void units.reverse()),
    originOf: (at) => Math.max(0, last - at),
    range: [0, text.length],
    layer: 'reversed',
  }
}

function turn(units: Uint8Array | Uint16Array): void {
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!
    if (unit < 128) units[i] = turned[unit]!
  }
}
