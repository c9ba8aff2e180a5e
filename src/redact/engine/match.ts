import { withPlaces } from '../../scan/matcher/index.ts'
import type { Cursor } from './cursor.ts'
import type { Engine } from './engine.ts'
import { type Match, Run } from './run.ts'

/** Shorter texts are read from end to end sooner than sifted. */
const FEW = 96

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

/** True when something in `text` is a match. It may be raw text of which matches are parts. */
export function hasMatch(engine: Engine, text: string): boolean {
  let found = false
  readWhole(engine, text, (run) => run.each(() => (found = true)))
  return found
}
