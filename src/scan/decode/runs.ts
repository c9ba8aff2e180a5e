import { type Units, utf8 } from '../../lib/units.ts'
import { MIN_RUN } from '../runs.ts'
import { hexByte, hexDigit } from './hex.ts'
import { withUnits } from './units.ts'

/**
 * What a run of base64 or hex characters says, when it is text. The run may begin with a few characters that do not
 * belong to it, so all four alignments are tried on its beginning.
 */
export function decodeRun(run: string): { readonly text: string; readonly layer: string } | undefined {
  if (run.length % 2 === 0 && isHex(run)) {
    const bytes = new Uint8Array(run.length / 2)
    fillHex(bytes, run)
    const text = asText(bytes, bytes.length)
    if (text !== undefined) return { text, layer: 'hex' }
  }
  for (let shift = 0; shift < 4 && run.length - shift >= MIN_RUN - 4; shift++) {
    if (asText(base64Bytes(run.slice(shift, shift + 28)), 0) === undefined) continue
    const text = asText(base64Bytes(run.slice(shift)), 18)
    if (text !== undefined) return { text, layer: 'base64' }
  }
  return undefined
}

/** UTF-8 text, or undefined when the first `checked` bytes (0: all that are whole) are not text. */
function asText(bytes: Uint8Array, checked: number): string | undefined {
  return isText(bytes, checked === 0 ? bytes.length : Math.min(checked, bytes.length)) ? utf8.decode(bytes) : undefined
}

function isText(bytes: Uint8Array, limit: number): boolean {
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

function fillHex(bytes: Uint8Array, run: string): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = hexByte(run, i * 2)
}

function base64Bytes(run: string): Uint8Array {
  const bytes = new Uint8Array((run.length * 3) >> 2)
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

/** By character, what six bits it stands for. */
const sextets = new Uint8Array(128)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
for (const sign of alphabet) sextets[sign.charCodeAt(0)] = alphabet.indexOf(sign)
for (const sign of '+-') sextets[sign.charCodeAt(0)] = 62
for (const sign of '/_') sextets[sign.charCodeAt(0)] = 63

function isHex(run: string): boolean {
  for (let i = 0; i < run.length; i++) if (hexDigit(run.charCodeAt(i)) < 0) return false
  return true
}
