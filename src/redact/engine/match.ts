import { type Writer, withPlaces, withWritten } from '../../scan/matcher/index.ts'
import type { Cursor } from './cursor.ts'
import type { Engine } from './engine.ts'
import { type Match, Run } from './run.ts'

/** Shorter texts are read from end to end sooner than sifted. */
export const FEW = 96

/** Has `read` go over a text that is all there. */
function readWhole(engine: Engine, text: string, read: (run: Run) => void): void {
  if (text.length < FEW) {
    const run = new Run(engine)
    run.cursor.text = text
    read(run)
    return
  }
  withPlaces(engine.sieve(), text, (places) => {
    const run = new Run(engine, places)
    run.cursor.text = text
    if (places.isAscii) run.cursor.bytes = places.bytes
    read(run)
  })
}

/** Calls `use` with everything in `text` that is a match. `folded` tells what in it stood there otherwise. */
export function eachMatch(engine: Engine, text: string, folded: Cursor['folded'], use: (match: Match) => void): void {
  readWhole(engine, text, (run) => {
    run.cursor.folded = folded
    run.each((match) => {
      use(match)
      return false
    })
  })
}

/** True when something is a match in what `write` makes of `text` where it is lent room, no longer than it; undefined where it makes nothing of it. */
export function hasMatchInBytes(engine: Engine, text: string, write: Writer): boolean | undefined {
  let found = false
  const length = withWritten(engine.sieve(), text, write, (places, length) => {
    const run = new Run(engine, places)
    // As long as it was: the same.
    run.cursor.readBytes(places.bytes, length, length === text.length ? text : undefined)
    run.each(() => (found = true))
  })
  return length < 0 ? undefined : found
}

/** True when something in `text` is a match. It may be raw text of which matches are parts. */
export function hasMatch(engine: Engine, text: string): boolean {
  let found = false
  readWhole(engine, text, (run) => run.each(() => (found = true)))
  return found
}
