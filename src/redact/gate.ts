import { type Engine, hasMatch } from './engine/engine.ts'
import { foldText } from './engine/fold.ts'

const escapes = /\\(?:u([0-9a-fA-F]{4})|(.))/g

/**
 * True when a raw JSON text may hold something to redact; false only when no leaf of it does.
 *
 * The whole text is read at once, unparsed: most replies are clean, and then nothing is parsed, walked or serialised. Escapes of
 * white space become two spaces, so that the `n` of `\n` is not taken for a letter.
 */
export function mayMatch(engine: Engine, json: string): boolean {
  const plain = json.includes('\\') ? json.replace(escapes, unescapePair) : json
  return hasMatch(engine, foldText(plain))
}

function unescapePair(_pair: string, unicode: string | undefined, char: string): string {
  if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16))
  if (char === '"' || char === '\\') return ` ${char}`
  return char === '/' ? '/' : '  '
}
