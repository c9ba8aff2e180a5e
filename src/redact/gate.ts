import type { Engine } from './engine/engine.ts'
import { isWide, mayBeEncoded } from './engine/fold.ts'
import { foldText } from './engine/fold-text.ts'
import { FEW, hasMatch, hasMatchInBytes } from './engine/match.ts'
import { keptBackslash, undoEscapes, writeUnescaped } from './escapes.ts'

/**
 * True when a raw JSON text may hold something to redact; false only when no leaf of it does, nor of JSON that is one of its strings.
 *
 * The whole text is read at once, unparsed: most replies are clean, and then nothing is parsed, walked or serialised.
 */
export function mayMatch(engine: Engine, json: string): boolean {
  return leavesMatch(engine, json, true)
}

/** `within`: JSON in a string has escapes of its own, so that what still holds a backslash is looked at once more. */
function leavesMatch(engine: Engine, json: string, within: boolean): boolean {
  if (json.length >= FEW && !isWide(json) && !mayBeEncoded(json)) {
    const found = hasMatchInBytes(engine, json, writeUnescaped)
    if (found === true || (found === false && !(within && keptBackslash))) return found
    if (found === false) return leavesMatch(engine, undoEscapes(json), false)
  }
  const text = undoEscapes(json)
  return hasMatch(engine, foldText(text)) || (within && text !== json && text.includes('\\') && leavesMatch(engine, text, false))
}
