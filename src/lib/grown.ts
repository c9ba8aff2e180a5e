/** A longer array that begins with the numbers of the given one. */
export function grown<T extends Uint8Array | Uint16Array | Int32Array>(numbers: T, length: number): T {
  const more = new (numbers.constructor as new (length: number) => T)(length)
  more.set(numbers)
  return more
}
