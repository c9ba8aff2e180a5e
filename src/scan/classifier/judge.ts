import { type Place, type Reading, read } from './model.ts'
import { shippedModel } from './unpack.ts'
import { decoded, disguised, type Layered } from './views.ts'

/** The worst that can be read out of a text, and where. */
export interface Judgement {
  readonly margin: number
  /** Worst first, in offsets of the text that was given. */
  readonly places: readonly Place[]
  /** Encodings that were undone to see it, outermost first. */
  readonly layers: readonly string[]
}

/** Reads a text in all the ways it may be meant: as it stands, decoded, and without its disguises. At most fifteen readings, each linear. */
export function judge(text: string): Judgement {
  const model = shippedModel()
  let worst: Reading | undefined
  let where: Layered | undefined
  const look = (view: Layered): Reading => {
    const reading = read(view.text, model)
    if (worst === undefined || reading.margin > worst.margin) {
      worst = reading
      where = view
    }
    return reading
  }
  const plain: Layered = { text, layers: [], offsets: undefined }
  let last = plain
  let reading = look(plain)
  for (const disguise of disguised(plain, reading.tokens)) look(disguise)
  for (const view of decoded(text)) {
    last = view
    reading = look(view)
  }
  if (last !== plain) for (const disguise of disguised(last, reading.tokens)) look(disguise)
  return { margin: worst!.margin, layers: where!.layers, places: worst!.places.map((place) => located(place, where!)) }
}

function located({ margin, range: [start, end] }: Place, { offsets }: Layered): Place {
  if (offsets === undefined) return { margin, range: [start, end] }
  const first = offsets[start]!
  const last = offsets[Math.max(start, end - 1)]!
  return { margin, range: first <= last ? [first, Math.max(last + 1, offsets[end] ?? 0)] : [last, first + 1] }
}
