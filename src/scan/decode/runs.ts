import { utf8 } from '../../lib/units.ts'
import { MIN_RUN } from '../runs.ts'
import { hexByte, hexDigit } from './hex.ts'

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
    if (asText(base64Bytes(run, shift, Math.min(run.length, shift + 28)), 0) === undefined) continue
    const bytes = base64Bytes(run, shift, run.length)
    const text = asText(bytes, 18)
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

function base64Bytes(run: string, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(((to - from) * 3) >> 2)
  return bytes.subarray(0, fillBase64(bytes, run, from, to))
}

function fillBase64(bytes: Uint8Array, run: string, from: number, to: number): number {
  let count = 0
  let bits = 0
  let held = 0
  for (let i = from; i < to; i++) {
    bits = ((bits << 6) | sextets[run.charCodeAt(i)]!) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[count++] = (bits >> held) & 0xff
    }
  }
  return count
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
