import { type Models, type Place, type Reading, read } from './model.ts'
import { shippedModels } from './unpack.ts'
import { decoded, disguised, type Layered } from './views.ts'

/** The worst one model can read out of a text, and where. */
export interface Judgement {
  readonly margin: number
  /** Worst first, in offsets of the text that was given. */
  readonly places: readonly Place[]
  /** Encodings that were undone to see it, outermost first. */
  readonly layers: readonly string[]
}

/** What both models make of a text. */
export interface Judgements {
  readonly order: Judgement
  readonly story: Judgement | undefined
}

/** Reads a text in all the ways it may be meant: as it stands, decoded, and without its disguises. At most fifteen readings, each linear. */
export function judge(text: string, models: Models = shippedModels()): Judgements {
  const order = new Worst()
  const story = new Worst()
  const look = (view: Layered) => {
    const readings = read(view.text, models)
    order.take(readings.order, view)
    if (readings.story !== undefined) story.take(readings.story, view)
    return readings
  }
  const plain: Layered = { text, layers: [], originOf: undefined }
  let last = plain
  let { tokens } = look(plain)
  for (const disguise of disguised(plain, tokens)) look(disguise)
  for (const view of decoded(text)) {
    last = view
    tokens = look(view).tokens
  }
  if (last !== plain) for (const disguise of disguised(last, tokens)) look(disguise)
  return { order: order.judgement()!, story: story.judgement() }
}

/** The reading that speaks loudest, and the view it was read in. */
class Worst {
  #reading: Reading | undefined
  #view: Layered | undefined

  take(reading: Reading, view: Layered): void {
    if (this.#reading !== undefined && reading.margin <= this.#reading.margin) return
    this.#reading = reading
    this.#view = view
  }

  judgement(): Judgement | undefined {
    if (this.#reading === undefined) return undefined
    const { margin, places } = this.#reading
    const view = this.#view!
    return { margin, layers: view.layers, places: places.map((place) => located(place, view)) }
  }
}

function located({ margin, range: [start, end] }: Place, { originOf }: Layered): Place {
  if (originOf === undefined) return { margin, range: [start, end] }
  const first = originOf(start)
  const last = originOf(Math.max(start, end - 1))
  return { margin, range: first <= last ? [first, Math.max(last + 1, originOf(end))] : [last, first + 1] }
}
