import { Spare } from '../../lib/spare.ts'

const encoder = new TextEncoder()
/** The buffer grows with the texts it is lent to, from the one length to the other: what large bodies have by default. */
const SMALLEST = 64 * 1024
const LARGEST = 1024 * 1024
const spare = new Spare<Uint8Array>(
  (length) => new Uint8Array(Math.max(SMALLEST, length)),
  ({ length }) => length,
  ({ length }) => length <= LARGEST,
)

/**
 * Calls `use` with the bytes of an ASCII text; returns `undefined` without calling it when the text is not ASCII.
 *
 * `encodeInto` into a buffer that is kept is the one fast way on every runtime, and tells about ASCII for free.
 * The bytes are borrowed: they are valid until `use` returns.
 */
export function asciiBytes<T>(text: string, use: (bytes: Uint8Array) => T): T | undefined {
  const buffer = spare.borrow(text.length)
  try {
    const { read, written } = encoder.encodeInto(text, buffer)
    return read === text.length && written === read ? use(buffer.subarray(0, written)) : undefined
  } finally {
    spare.giveBack(buffer)
  }
}
