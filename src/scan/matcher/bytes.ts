const encoder = new TextEncoder()
/** The buffer grows with the texts it is lent to, from the one to the other: what large bodies have by default. */
const SMALLEST = 64 * 1024
const LARGEST = 1024 * 1024
let scratch = new Uint8Array(0)
let busy = false

/**
 * Calls `use` with the bytes of an ASCII text; returns `undefined` without calling it when the text is not ASCII.
 *
 * `encodeInto` into a buffer that is kept is the one fast way on every runtime, and tells about ASCII for free.
 * The bytes are borrowed: they are valid until `use` returns.
 */
export function asciiBytes<T>(text: string, use: (bytes: Uint8Array) => T): T | undefined {
  const own = busy || text.length > LARGEST
  if (!own && text.length > scratch.length) scratch = new Uint8Array(Math.min(LARGEST, Math.max(SMALLEST, scratch.length * 2, text.length)))
  const buffer = own ? new Uint8Array(text.length) : scratch
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
