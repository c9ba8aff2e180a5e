import type { Units } from '../../lib/units.ts'
import { asciiBytes } from '../matcher/index.ts'
import { bytesFor } from './memory.ts'

/** A text, or the bytes of one that is ASCII: of a view, which may not be a string yet. */
export type Source = string | Uint8Array

/** The UTF-16 units of a text, as bytes where it is ASCII: `charCodeAt` for each would cost many times as much. They are the caller's own. */
export function unitsOf(source: Source): Units {
  return withUnits(source, (units) => {
    if (!(units instanceof Uint8Array)) return units
    const bytes = bytesFor(units.length)
    bytes.set(units)
    return bytes
  })
}

/** The same for as long as `use` takes: they may be lent. */
export function withUnits<T>(source: Source, use: (units: Units) => T): T {
  if (typeof source !== 'string') return use(source)
  // What `use` gives may be undefined, too.
  const used = asciiBytes(source, (bytes) => ({ value: use(bytes) }))
  return used === undefined ? use(wideUnits(source)) : used.value
}

function wideUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  fill(units, text)
  return units
}

function fill(units: Uint16Array, text: string): void {
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
}
