const encoder = new TextEncoder()
const SCRATCH = 64 * 1024
let scratch: Uint8Array | undefined
let busy = false

/**
 * Calls `use` with the bytes of an ASCII text; returns `undefined` without calling it when the text is not ASCII.
 *
 * `encodeInto` into a buffer that is kept is the one fast way on every runtime, and tells about ASCII for free.
 * The bytes are borrowed: they are valid until `use` returns.
 */
export function asciiBytes<T>(text: string, use: (bytes: Uint8Array) => T): T | undefined {
  const own = busy || text.length > SCRATCH
  const buffer = own ? new Uint8Array(text.length) : (scratch ??= new Uint8Array(SCRATCH))
  const { read, written } = encoder.encodeInto(text, buffer)
  if (read !== text.length || written !== text.length) return undefined
  if (own) return use(buffer)
  busy = true
  try {
    return use(buffer.subarray(0, written))
  } finally {
    busy = false
  }
}

/** One byte for each UTF-16 code unit, `0x80` for all that are not ASCII: offsets stay those of the text. */
export function latinBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  const { read } = encoder.encodeInto(text, bytes)
  if (read === text.length) return bytes
  for (let i = 0; i < text.length; i++) {
    bytes[i] = Math.min(text.charCodeAt(i), 0x80)
  }
  return bytes
}
