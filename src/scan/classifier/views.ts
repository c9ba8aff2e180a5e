import {
  decodeBytes,
  decodeEntities,
  decodeEscapes,
  decodeRun,
  isBase64,
  type Rewriter,
  reversed,
  rewrite,
  rot13,
  type View,
} from '../decode/index.ts'
import { undoLeet, undoMarkup, undoSpelling } from './disguises.ts'
import type { Tokens } from './tokens.ts'

/** Encodings undone inside one another. */
const MAX_ROUNDS = 3
/** Shortest run of base64 or hex worth a look. */
const MIN_RUN = 24
/** Fewest letters in a row that stand alone. */
const MIN_SPELLED = 6

/** A reading of a text, with the way back: from a UTF-16 unit to that of the text that was given. */
export interface Layered {
  readonly text: string
  readonly layers: readonly string[]
  readonly originOf: ((at: number) => number) | undefined
}

/**
 * The text with everything decoded that can be, round by round: percent signs, entities, escapes, quoted-printable, base64, hex.
 * All at once rather than each by itself, so that a decoy of one kind cannot use up what another needs.
 */
export function* decoded(text: string): Generator<Layered> {
  let current: Layered = { text, layers: [], originOf: undefined }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = current
    for (const undo of decoders) {
      const view = undo(current.text)
      if (view !== undefined) current = over(current, view)
    }
    if (current === before) return
    yield current
  }
}

/** Other ways to read the same letters, where the tokens give reason to try. */
export function* disguised(under: Layered, tokens: Tokens): Generator<Layered> {
  const views = [
    tokens.rot13 ? rot13(under.text) : undefined,
    tokens.reversed ? reversed(under.text) : undefined,
    tokens.spelled >= MIN_SPELLED ? undoSpelling(under.text, MIN_SPELLED) : undefined,
    undoLeet(under.text),
    undoMarkup(under.text),
  ]
  for (const view of views) if (view !== undefined) yield over(under, view)
}

const decoders: readonly ((text: string) => View | undefined)[] = [
  (text) => (text.includes('%') ? decodeBytes(text, '%', 'percent') : undefined),
  (text) => (text.includes('&') ? decodeEntities(text) : undefined),
  (text) => (text.includes('\\') ? decodeEscapes(text) : undefined),
  // One `=41` is an assignment.
  (text) => (hasThree(text, '=') ? decodeBytes(text, '=', 'quoted-printable') : undefined),
  decodeRuns,
]

/** Base64 and hex, in place. A run may go on over line breaks, as in mail. */
function decodeRuns(text: string): View | undefined {
  let layer = 'base64'
  const write = (text: string, out: Rewriter) => writeRuns(text, out, (last) => (layer = last))
  const view = rewrite(text, layer, write, { size: text.length * 2 })
  return view && { ...view, layer }
}

/** `decoded` is told the layer of each run. */
function writeRuns(text: string, out: Rewriter, decoded: (layer: string) => void): number {
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const from = i
    while (i < text.length && isBase64(text.charCodeAt(i))) i++
    if (i - from < MIN_RUN) continue
    let run = text.slice(from, i)
    for (;;) {
      const next = text[i] === '\r' && text[i + 1] === '\n' ? i + 2 : text[i] === '\n' ? i + 1 : i
      let stop = next
      while (stop < text.length && isBase64(text.charCodeAt(stop))) stop++
      if (next === i || stop - next < 4) break
      run += text.slice(next, stop)
      i = stop
    }
    const found = decodeRun(run)
    if (found === undefined) continue
    out.copy(text, copied, from)
    out.put(` ${found.text} `, from)
    out.changed++
    decoded(found.layer)
    copied = i
  }
  return copied
}

function over(under: Layered, { text, originOf, layer }: View): Layered {
  const own = originOf!
  const below = under.originOf
  return { text, layers: [...under.layers, layer], originOf: below === undefined ? own : (at) => below(own(at)) }
}

function hasThree(text: string, sign: string): boolean {
  let at = -1
  for (let i = 0; i < 3; i++) if ((at = text.indexOf(sign, at + 1)) < 0) return false
  return true
}
