import type { Engine } from './engine/engine.ts'
import { isWide, mayBeEncoded } from './engine/fold.ts'
import { foldText } from './engine/fold-text.ts'
import { FEW, hasMatch, hasMatchInBytes } from './engine/match.ts'
import { undoEscapes, writeUnescaped } from './escapes.ts'

/**
 * True when a raw JSON text may hold something to redact; false only when no leaf of it does.
 *
 * The whole text is read at once, unparsed: most replies are clean, and then nothing is parsed, walked or serialised.
 */
export function mayMatch(engine: Engine, json: string): boolean {
  if (json.length >= FEW && !isWide(json) && !mayBeEncoded(json)) {
    const found = hasMatchInBytes(engine, json, writeUnescaped)
    if (found !== undefined) return found
  }
  return hasMatch(engine, foldText(undoEscapes(json)))
}
