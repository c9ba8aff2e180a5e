import { lazily } from './lazily.ts'

/** UTF-16 units; bytes are ASCII. */
export type Units = Uint8Array | Uint16Array

/** Never fails: what is no UTF-8 becomes U+FFFD. */
export const utf8 = new TextDecoder()
const utf16 = lazily(() => new TextDecoder('utf-16le', { ignoreBOM: true }))
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
/** Units made a string at a time. */
const CHUNK = 4096

/** A copy in bytes, which `make` gives, or the bytes themselves; undefined where some unit is beyond ASCII. */
export function asciiOf(units: Units, make: (length: number) => Uint8Array = (length) => new Uint8Array(length)): Uint8Array | undefined {
  if (units instanceof Uint8Array) return units
  if (anyOf(units) >= 0x80) return undefined
  const bytes = make(units.length)
  bytes.set(units)
  return bytes
}

/** A string of UTF-16 units, made natively wherever it can be: letter by letter it would cost many times as much. */
export function textOf(units: Units): string {
  const bytes = asciiOf(units)
  return bytes === undefined ? wideText(units as Uint16Array) : utf8.decode(bytes)
}

/** The same of units some of which are beyond ASCII. */
export function wideText(units: Uint16Array): string {
  // A decoder would put something else where half a pair stands.
  if (isLittleEndian && !hasSurrogates(units)) return utf16().decode(units)
  let text = ''
  for (let i = 0; i < units.length; i += CHUNK) text += String.fromCharCode.apply(null, units.subarray(i, i + CHUNK) as unknown as number[])
  return text
}

/** The bits any of them has. */
function anyOf(units: Uint16Array): number {
  let all = 0
  for (let i = 0; i < units.length; i++) all |= units[i]!
  return all
}

function hasSurrogates(units: Uint16Array): boolean {
  for (let i = 0; i < units.length; i++) if (isSurrogate(units[i]!)) return true
  return false
}

/** Half of a pair, or what is left of one. */
export function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800
}
