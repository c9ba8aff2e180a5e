/*
 * Memory of views. A scan is done with all its views when it ends, so the next may write where they were: memory that nobody has touched costs
 * more than the writing.
 */

/** Buffers that are kept from one scan to the next, and how large each may be. */
const MOST_KEPT = 4
const LARGEST = 1024 * 1024
const SMALLEST = 4096
const nothing: readonly Uint8Array[] = []
const free: Uint8Array[] = []
/** What the present scan has; undefined where there is none. */
let lent: readonly Uint8Array[] | undefined

export type Memory = typeof lent

/** Until {@link closeMemory}, views write to memory that is lent to them. Gives what has to be given to that. */
export function openMemory(): Memory {
  const outer = lent
  lent = nothing
  return outer
}

/** Takes back what views since {@link openMemory} have. None of them may be read any more. */
export function closeMemory(outer: Memory): void {
  for (const buffer of lent ?? nothing) if (buffer.length <= LARGEST) free.push(buffer)
  // The largest stay, and the smallest that is large enough is lent first.
  free.sort((one, other) => one.length - other.length)
  if (free.length > MOST_KEPT) free.splice(0, free.length - MOST_KEPT)
  lent = outer
}

/** Bytes to write a view to; outside of a scan they are its own. What they hold is not said. */
export function bytesFor(length: number): Uint8Array {
  if (lent === undefined) return new Uint8Array(length)
  const at = free.findIndex((buffer) => buffer.length >= length)
  const buffer = at < 0 ? new Uint8Array(Math.max(SMALLEST, length)) : free.splice(at, 1)[0]!
  lent = [...lent, buffer]
  return buffer.subarray(0, length)
}
