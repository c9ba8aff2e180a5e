import { asciiOf, type Units, utf8, wideText } from '../../lib/units.ts'
import { bytesFor } from './memory.ts'

/** Text as it reads after an encoding was undone, with the way back. */
export interface View {
  readonly text: string
  /** The text, where it is ASCII. */
  readonly bytes?: Uint8Array | undefined
  /** UTF-16 units of the text. */
  readonly length: number
  /** Where a UTF-16 unit of `text` stood in the text before; for its length, where that ends. Absent: the whole stems from `range`. */
  readonly originOf?: ((at: number) => number) | undefined
  /** The encoded run in the text before. */
  readonly range: readonly [start: number, end: number]
  readonly layer: string
}

/**
 * A view of these units, which are its own. ASCII becomes a string when somebody asks for one: a view is mostly scanned and no more, and a long
 * string is dear, since it takes memory nobody has touched.
 */
export function viewOf(units: Units, originOf: View['originOf'], range: View['range'], layer: string): View {
  const bytes = asciiOf(units, bytesFor)
  const { length } = units
  if (bytes === undefined) return { text: wideText(units as Uint16Array), length, originOf, range, layer }
  let text: string | undefined
  return {
    get text() {
      return (text ??= utf8.decode(bytes))
    },
    bytes,
    length,
    originOf,
    range,
    layer,
  }
}
