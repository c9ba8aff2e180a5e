import { sha256 } from '../../lib/sha256.ts'

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** A Bitcoin address of version 0x00 or 0x05 whose base58check checksum holds. */
export function isBase58Address(text: string): boolean {
  let value = 0n
  for (const char of text) {
    const digit = base58.indexOf(char)
    if (digit < 0) return false
    value = value * 58n + BigInt(digit)
  }
  const bytes = new Uint8Array(25)
  for (let i = 24; i >= 0; i--, value >>= 8n) bytes[i] = Number(value & 255n)
  if (value !== 0n || (bytes[0] !== 0 && bytes[0] !== 5)) return false
  const check = sha256(sha256(bytes.subarray(0, 21)))
  return bytes.subarray(21).every((byte, i) => byte === check[i])
}

const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** A Bitcoin SegWit address (BIP 173, BIP 350): one case, checksum of its version. */
export function isBech32Address(text: string): boolean {
  const lower = text.toLowerCase()
  if (text !== lower && text !== text.toUpperCase()) return false
  const at = lower.lastIndexOf('1')
  if (at < 1 || lower.length < at + 8 || lower.length > 90) return false
  let check = 1
  const feed = (value: number): void => {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (const [i, generator] of generators.entries()) if ((top >>> i) & 1) check ^= generator
  }
  for (let i = 0; i < at; i++) feed(lower.charCodeAt(i) >>> 5)
  feed(0)
  for (let i = 0; i < at; i++) feed(lower.charCodeAt(i) & 31)
  for (let i = at + 1; i < lower.length; i++) {
    const value = bech32.indexOf(lower[i]!)
    if (value < 0) return false
    feed(value)
  }
  return check === (lower[at + 1] === 'q' ? 1 : 0x2bc830a3)
}

/** Forty hexadecimal digits; where letters of both cases occur, the EIP-55 checksum must hold. */
export function isEthereumAddress(hex: string): boolean {
  const lower = hex.toLowerCase()
  if (/^(.)\1*$/.test(lower)) return false
  if (hex === lower || hex === hex.toUpperCase()) return true
  const hash = keccak256(new TextEncoder().encode(lower))
  for (let i = 0; i < 40; i++) {
    const nibble = i % 2 === 0 ? hash[i >> 1]! >> 4 : hash[i >> 1]! & 15
    if (hex[i] !== (nibble > 7 ? lower[i]!.toUpperCase() : lower[i])) return false
  }
  return true
}

const mask = (1n << 64n) - 1n
const rotate = (value: bigint, by: number): bigint => ((value << BigInt(by)) | (value >> BigInt(64 - by))) & mask

/** Keccak-256 of one block (at most 135 bytes), as Ethereum uses it: before SHA-3 changed the padding. */
function keccak256(input: Uint8Array): Uint8Array {
  const block = new Uint8Array(136)
  block.set(input)
  block[input.length]! ^= 1
  block[135]! ^= 0x80
  const state = new Array<bigint>(25).fill(0n)
  const view = new DataView(block.buffer)
  for (let i = 0; i < 17; i++) state[i] = view.getBigUint64(i * 8, true)
  let lfsr = 1
  for (let round = 0; round < 24; round++) {
    // theta
    const column = [0, 1, 2, 3, 4].map((x) => state[x]! ^ state[x + 5]! ^ state[x + 10]! ^ state[x + 15]! ^ state[x + 20]!)
    for (let x = 0; x < 5; x++) {
      const mix = column[(x + 4) % 5]! ^ rotate(column[(x + 1) % 5]!, 1)
      for (let y = 0; y < 25; y += 5) state[x + y]! ^= mix
    }
    // rho and pi
    let [x, y] = [1, 0]
    let current = state[1]!
    for (let t = 0; t < 24; t++) {
      ;[x, y] = [y, (2 * x + 3 * y) % 5]
      const held = state[x + 5 * y]!
      state[x + 5 * y] = rotate(current, (((t + 1) * (t + 2)) / 2) % 64)
      current = held
    }
    // chi
    for (let row = 0; row < 25; row += 5) {
      const lane = state.slice(row, row + 5)
      for (let i = 0; i < 5; i++) state[row + i] = lane[i]! ^ (~lane[(i + 1) % 5]! & mask & lane[(i + 2) % 5]!)
    }
    // iota: the round constants come from a shift register
    for (let j = 0; j < 7; j++) {
      if (lfsr & 1) state[0]! ^= 1n << BigInt((1 << j) - 1)
      lfsr = (lfsr << 1) ^ ((lfsr >> 7) * 0x171)
    }
  }
  const digest = new Uint8Array(32)
  const out = new DataView(digest.buffer)
  for (let i = 0; i < 4; i++) out.setBigUint64(i * 8, state[i]!, true)
  return digest
}
