import { unitsOf } from './units.ts'
import { type View, viewOf } from './view.ts'

const turned = new Uint8Array(128)
for (let byte = 0; byte < 128; byte++) {
  const low = byte | 0x20
  turned[byte] = low >= 0x61 && low <= 0x7a ? byte + (low < 0x6e ? 13 : -13) : byte
}

/** ROT13 of the letters. */
export function rot13(text: string): View {
  const units = unitsOf(text)
  turn(units)
  return viewOf(units, (at) => at, [0, text.length], 'rot13')
}

/** The text back to front. */
export function reversed(text: string): View {
  const last = text.length - 1
  return viewOf(unitsOf(text).reverse(), (at) => Math.max(0, last - at), [0, text.length], 'reversed')
}

function turn(units: Uint8Array | Uint16Array): void {
  if (units instanceof Uint8Array) for (let i = 0; i < units.length; i++) units[i] = turned[units[i]!]!
  else for (let i = 0; i < units.length; i++) if (units[i]! < 128) units[i] = turned[units[i]!]!
}
