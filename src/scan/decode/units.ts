import type { Units } from '../../lib/units.ts'
import { asciiBytes } from '../matcher/index.ts'

/** The UTF-16 units of a text, as bytes where it is ASCII: `charCodeAt` for each would cost many times as much. */
export function unitsOf(text: string): Units {
  return asciiBytes(text, (borrowed) => borrowed.slice()) ?? wideUnits(text)
}

function wideUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  fill(units, text)
  return units
}

function fill(units: Uint16Array, text: string): void {
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
}
