import type { Engine } from './engine/engine.ts'
import { foldText } from './engine/fold-text.ts'
import { hasMatch } from './engine/match.ts'

/**
 * True when a raw JSON text may hold something to redact; false only when no leaf of it does.
 *
 * The whole text is read at once, unparsed: most replies are clean, and then nothing is parsed, walked or serialised.
 */
export function mayMatch(engine: Engine, json: string): boolean {
  return hasMatch(engine, foldText(undoEscapes(json)))
}

/** The text with the escapes of its strings undone. Its structure is lost, which no verifier minds. */
export function undoEscapes(json: string): string {
  let at = json.indexOf('\\')
  if (at < 0) return json
  let made = ''
  let copied = 0
  while (at >= 0) {
    const next = json.charCodeAt(at + 1)
    const unicode = next === 0x75
    made += json.slice(copied, at) + (unicode ? String.fromCharCode(Number.parseInt(json.slice(at + 2, at + 6), 16)) : short(next))
    copied = at + (unicode ? 6 : 2)
    at = json.indexOf('\\', copied)
  }
  return made + json.slice(copied)
}

const escapes = new Map([...'nrtbf'].map((char, i) => [char.charCodeAt(0), '\n\r\t\b\f'[i]!]))
const short = (code: number): string => escapes.get(code) ?? String.fromCharCode(code)
