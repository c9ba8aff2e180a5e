import type { Units } from '../../lib/units.ts'
import { asciiBytes } from '../matcher/index.ts'
import { bytesFor } from './memory.ts'

/** The UTF-16 units of a text, as bytes where it is ASCII: `charCodeAt` for each would cost many times as much. */
export function unitsOf(text: string): Units {
  return withUnits(text, (units) => {
    if (!(units instanceof Uint8Array)) return units
    const bytes = bytesFor(units.length)
    bytes.set(units)
    return bytes
  })
}

/** The same for as long as `use` takes: they may be lent. */
export function withUnits<T>(text: string, use: (units: Units) => T): T {
  // What `use` gives may be undefined, too.
  const used = asciiBytes(text, (bytes) => ({ value: use(bytes) }))
  return used === undefined ? use(wideUnits(text)) : used.value
}

function wideUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  fill(units, text)
  return units
}

function fill(units: Uint16Array, text: string): void {
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
}
