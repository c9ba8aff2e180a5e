import { asciiBytes } from '../matcher/index.ts'

export const utf8 = new TextDecoder('utf-8', { fatal: false })

/** UTF-16 units; bytes are ASCII. */
export type Units = Uint8Array | Uint16Array

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

/** A copy in bytes, or the bytes themselves; undefined where some unit is beyond ASCII. */
export function asciiOf(units: Units): Uint8Array | undefined {
  return units instanceof Uint8Array ? units : anyOf(units) < 0x80 ? new Uint8Array(units) : undefined
}

/** A flat string of UTF-16 units. Parts joined one by one would cost many times as much. */
export function textOf(units: Units): string {
  if (units instanceof Uint8Array) return utf8.decode(units)
  let text = ''
  for (let i = 0; i < units.length; i += 4096) text += String.fromCharCode.apply(null, units.subarray(i, i + 4096) as unknown as number[])
  return text
}

/** The bits any of them has. */
function anyOf(units: Uint16Array): number {
  let all = 0
  for (let i = 0; i < units.length; i++) all |= units[i]!
  return all
}
