import type { Alphabet } from './alphabet.ts'

/** Where the class of a symbol stands in a row: in a column of its own, or in that of every byte it is the class of. */
export interface Columns {
  /** Bits that tell the columns of a row apart. */
  readonly bits: number
  /** By class, and one more: its columns are `list[start[c] .. start[c + 1])`. */
  readonly start: Int32Array
  readonly list: Uint8Array
}

const ASCII = 128

/** Columns by class, or by byte where text is ASCII. */
export function columnsOf({ classOf, size }: Alphabet, bytewise: boolean): Columns {
  const start = new Int32Array(size + 1)
  if (!bytewise) return { bits: 32 - Math.clz32(size - 1), start: start.map((_, c) => c), list: Uint8Array.from(start.keys()) }
  for (let byte = 0; byte < ASCII; byte++) start[classOf[byte]! + 1]!++
  for (let c = 0; c < size; c++) start[c + 1]! += start[c]!
  const filled = start.slice()
  const list = new Uint8Array(ASCII)
  for (let byte = 0; byte < ASCII; byte++) list[filled[classOf[byte]!]!++] = byte
  return { bits: 7, start, list }
}
