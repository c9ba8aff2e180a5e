import { extractFeatures, PLACES, windowsOf } from '../../src/scan/classifier/features.ts'
import { fold } from '../../src/scan/classifier/fold.ts'
import { freshMark } from '../../src/scan/classifier/model.ts'
import { tokenise } from '../../src/scan/classifier/tokens.ts'
import { payloadOf, type Row } from './data.ts'
import type { Samples } from './logistic.ts'

/** What a model looks at. */
export interface Shape {
  /** Tokens of a window. */
  readonly window: number
  /** Weights: a power of two. */
  readonly places: number
  /** Whether every part of an attack is one, where nobody marked the payload. */
  readonly wholes: boolean
}

/** A window is an attack's when so much of the payload lies in it, or that much of the window is payload; with less but not nothing it is left out. */
const SHARE = 0.6
const MOSTLY = 0.8

/**
 * Cuts texts into windows with their sets of features. Label 0 marks windows nobody can tell: an order may stand anywhere in a long
 * attack whose payload is not known. Those around a payload say nothing either: their document is among the harmless texts, and would be
 * seen by a model that is to be judged by it.
 */
export function samplesOf(rows: readonly Row[], { window: size, places: room, wholes }: Shape): Samples {
  const mask = room - 1
  let places = new Uint16Array(1 << 24)
  let length = 0
  const from: number[] = [0]
  const label: number[] = []
  const row: number[] = []
  const seen = new Int32Array(PLACES)
  rows.forEach((one, index) => {
    const folded = fold(one.text)
    const tokens = tokenise(folded)
    const features = extractFeatures(folded, tokens)
    const payload = payloadOf(one)
    const inside = (i: number) =>
      payload === undefined || (folded.offsets[tokens.start[i]!]! < payload[1] && folded.offsets[tokens.end[i]! - 1]! >= payload[0])
    const known = payload !== undefined || wholes || tokens.count <= 2 * size
    let whole = 0
    for (let i = 0; i < tokens.count; i++) if (inside(i)) whole++
    for (const [first, last] of windowsOf(tokens.count, size)) {
      const mark = freshMark()
      let held = 0
      for (let i = first; i < last; i++) if (inside(i)) held++
      if (length + (1 << 16) > places.length) {
        const more = new Uint16Array(places.length * 2)
        more.set(places)
        places = more
      }
      for (let i = features.from[first]!, end = features.from[last]!; i < end; i++) {
        const place = features.places[i]!
        if (seen[place] === mark) continue
        seen[place] = mark
        places[length++] = place & mask
      }
      from.push(length)
      row.push(index)
      label.push(one.label === 0 ? -1 : known && held > 0 && (held >= SHARE * whole || held >= MOSTLY * (last - first)) ? 1 : 0)
    }
  })
  const count = row.length
  return {
    places: places.subarray(0, length),
    from: Uint32Array.from(from),
    label: Int8Array.from(label),
    weight: weigh(rows, row, label),
    row: Int32Array.from(row),
    count,
  }
}

/** No source may shout the others down: a source counts like the root of its size. */
function weigh(rows: readonly Row[], row: readonly number[], label: readonly number[]): Float64Array {
  const keyOf = (i: number) => `${label[i]} ${rows[row[i]!]!.source}`
  const sizes = new Map<string, number>()
  for (let i = 0; i < label.length; i++) sizes.set(keyOf(i), (sizes.get(keyOf(i)) ?? 0) + 1)
  return Float64Array.from(label, (_, i) => Math.min(3, Math.max(0.5, Math.sqrt(1000 / sizes.get(keyOf(i))!))))
}
