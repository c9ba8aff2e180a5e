/**
 * SHA-256 (FIPS 180-4), synchronous: WebCrypto answers with a promise, which a hash chain cannot wait for.
 * For inputs below a kilobyte it is also the faster one. Not for secrets: nothing here runs in constant time.
 */

interface Constants {
  readonly rounds: Int32Array
  readonly initial: Int32Array
  readonly hexOfByte: readonly string[]
}

/** Computed at first use: where the platform hashes faster, nobody asks. */
let constants: Constants | undefined
const encoder = new TextEncoder()
const schedule = new Int32Array(64)

/** Hash of UTF-8 text or bytes, in lower-case hexadecimal. */
export function sha256Hex(input: string | Uint8Array): string {
  const digest = sha256(input)
  const { hexOfByte } = constants as Constants
  let hex = ''
  for (const byte of digest) hex += hexOfByte[byte]
  return hex
}

/** Hash of UTF-8 text or bytes: 32 bytes. */
export function sha256(input: string | Uint8Array): Uint8Array {
  const { rounds, initial } = (constants ??= computeConstants())
  const bytes = typeof input === 'string' ? encoder.encode(input) : input
  const state = new Int32Array(initial)
  const whole = bytes.length & ~63
  for (let offset = 0; offset < whole; offset += 64) compress(state, bytes, offset, rounds)
  const tail = padded(bytes, whole)
  for (let offset = 0; offset < tail.length; offset += 64) compress(state, tail, offset, rounds)
  const digest = new Uint8Array(32)
  const view = new DataView(digest.buffer)
  for (let word = 0; word < 8; word++) view.setInt32(word * 4, state[word] as number)
  return digest
}

/** The last, incomplete block with its mark and the length in bits. */
function padded(bytes: Uint8Array, from: number): Uint8Array {
  const rest = bytes.length - from
  const tail = new Uint8Array(rest < 56 ? 64 : 128)
  tail.set(bytes.subarray(from))
  tail[rest] = 0x80
  const view = new DataView(tail.buffer)
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 0x2000_0000))
  view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0)
  return tail
}

function compress(state: Int32Array, bytes: Uint8Array, offset: number, k: Int32Array): void {
  const w = schedule
  for (let i = 0, at = offset; i < 16; i++, at += 4) {
    w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
  for (let i = 16; i < 64; i++) {
    const early = w[i - 15]!
    const late = w[i - 2]!
    const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3)
    const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
  state[4]! += e
  state[5]! += f
  state[6]! += g
  state[7]! += h
}

function computeConstants(): Constants {
  const primes = firstPrimes(64)
  return {
    rounds: new Int32Array(primes.map((prime) => fraction(Math.cbrt(prime)))),
    initial: new Int32Array(primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))),
    hexOfByte: Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')),
  }
}

/** First 32 bits of the fractional part, which is how the standard picks its constants. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}
