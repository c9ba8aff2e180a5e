import { type Engine, hasMatch } from './engine/engine.ts'
import { foldText } from './engine/fold.ts'

/**
 * True when a raw JSON text may hold something to redact; false only when no leaf of it does.
 *
 * The whole text is read at once, unparsed: most replies are clean, and then nothing is parsed, walked or serialised.
 */
export function mayMatch(engine: Engine, json: string): boolean {
  return hasMatch(engine, foldText(undoEscapes(json)))
}

/**
 * The text with its escapes undone, as far as that matters to verifiers: escapes of white space become two spaces, so that the `n` of
 * `\n` is not taken for a letter; quotes and backslashes keep a space before them.
 */
function undoEscapes(json: string): string {
  let at = json.indexOf('\\')
  if (at < 0) return json
  let made = ''
  let copied = 0
  while (at >= 0) {
    const next = json.charCodeAt(at + 1)
    let length = 2
    made += json.slice(copied, at)
    if (next === 0x75) {
      made += String.fromCharCode(Number.parseInt(json.slice(at + 2, at + 6), 16))
      length = 6
    } else if (next === 0x2f) made += '/'
    else made += next === 0x22 ? ' "' : next === 0x5c ? ' \\' : '  '
    copied = at + length
    at = json.indexOf('\\', copied)
  }
  return made + json.slice(copied)
}
