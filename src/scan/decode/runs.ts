import { type Units, utf8 } from '../../lib/units.ts'
import { isWordByte } from '../matcher/index.ts'
import { MIN_RUN } from '../runs.ts'
import { hexByte, hexDigit } from './hex.ts'
import { bytesFor } from './memory.ts'
import { type Source, withUnits } from './units.ts'
import { type View, viewOf } from './view.ts'

/** Buffers from this size on are lent: memory nobody has touched costs more than the decoding. */
const LARGE = 4096
/** Characters that tell whether the rest is worth decoding. */
const BEGINNING = 28

/**
 * What a run of base64 or hex characters says, when it is text. The run may begin with a few characters that do not
 * belong to it, so all four alignments are tried on its beginning.
 */
export function decodeRun(run: Source): View | undefined {
  const { length } = run
  // Most that is not hex is not from the beginning.
  if (length % 2 === 0 && withUnits(part(run, 0, BEGINNING), isHex) && withUnits(run, isHex)) {
    const bytes = makeBytes(length / 2)
    withUnits(run, (units) => fillHex(bytes, units))
    if (isText(bytes, bytes.length)) return viewOfBytes(bytes, length, 'hex')
  }
  for (let shift = 0; shift < 4 && length - shift >= MIN_RUN - 4; shift++) {
    const beginning = base64Bytes(part(run, shift, shift + BEGINNING))
    if (!isText(beginning, beginning.length)) continue
    const bytes = base64Bytes(part(run, shift, length))
    if (isText(bytes, 18)) return viewOfBytes(bytes, length, 'base64')
  }
  return undefined
}

function part(run: Source, from: number, to: number): Source {
  return typeof run === 'string' ? run.slice(from, to) : run.subarray(from, to)
}

function makeBytes(length: number): Uint8Array {
  return length < LARGE ? new Uint8Array(length) : bytesFor(length)
}

function viewOfBytes(bytes: Uint8Array, length: number, layer: string): View {
  if (isAscii(bytes)) return viewOf(bytes, undefined, [0, length], layer)
  const text = utf8.decode(bytes)
  return { text, length: text.length, range: [0, length], layer }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false
  return true
}

/** Is it UTF-8 that people write, as far as the first `checked` bytes tell? */
function isText(bytes: Uint8Array, checked: number): boolean {
  const limit = Math.min(checked, bytes.length)
  for (let i = 0; i < limit; ) {
    const byte = bytes[i]!
    if (byte < 0x80) {
      if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return false
      i++
      continue
    }
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? (byte < 0xf0 ? 2 : -1) : byte >= 0xc2 ? 1 : -1
    if (more < 0) return false
    for (let j = 1; j <= more && i + j < bytes.length; j++) if ((bytes[i + j]! & 0xc0) !== 0x80) return false
    i += more + 1
  }
  return true
}

function fillHex(bytes: Uint8Array, units: Units): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = hexByte(units, i * 2)
}

function base64Bytes(run: Source): Uint8Array {
  const bytes = makeBytes((run.length * 3) >> 2)
  withUnits(run, (units) => fillBase64(bytes, units))
  return bytes
}

/** Four characters are three bytes; of the last four some may be missing. */
function fillBase64(bytes: Uint8Array, units: Units): void {
  const whole = bytes.length - (bytes.length % 3)
  let at = 0
  for (let i = 0; i < whole; i += 3, at += 4) {
    const bits =
      (sextets[units[at]!]! << 18) | (sextets[units[at + 1]!]! << 12) | (sextets[units[at + 2]!]! << 6) | sextets[units[at + 3]!]!
    bytes[i] = bits >> 16
    bytes[i + 1] = bits >> 8
    bytes[i + 2] = bits
  }
  if (whole === bytes.length) return
  const bits = (sextets[units[at]!]! << 18) | (sextets[units[at + 1]!]! << 12) | ((sextets[units[at + 2]!] ?? 0) << 6)
  for (let i = whole; i < bytes.length; i++) bytes[i] = bits >> (16 - 8 * (i - whole))
}

/** May it stand in a run? Base64 of either alphabet, without padding. */
export function isBase64(code: number): boolean {
  return isWordByte(code) || code === 0x2b || code === 0x2f || code === 0x2d || code === 0x5f
}

/** By character, what six bits it stands for. */
const sextets = new Uint8Array(128)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
for (const sign of alphabet) sextets[sign.charCodeAt(0)] = alphabet.indexOf(sign)
for (const sign of '+-') sextets[sign.charCodeAt(0)] = 62
for (const sign of '/_') sextets[sign.charCodeAt(0)] = 63

function isHex(units: Units): boolean {
  for (let i = 0; i < units.length; i++) if (hexDigit(units[i]!) < 0) return false
  return true
}
