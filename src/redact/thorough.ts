import { textBehind } from './encoded.ts'
import type { Engine } from './engine/engine.ts'
import { foldText } from './engine/fold-text.ts'
import { hasMatch } from './engine/match.ts'
import { undoEscapes } from './escapes.ts'

const BACKSLASH = 0x5c
/** Nothing worth hiding is shorter, encoded or not. */
const MIN_HIDDEN = 16

/**
 * True when raw JSON may hold something that does not show where its text is read in one go: base64 that is all of a string, or a key cut
 * over neighbouring strings of an array or over text blocks. JSON inside a string is looked into, once.
 */
export function mayHide(engine: Engine, json: string, inner = false): boolean {
  const found = (text: string): boolean => text.length >= MIN_HIDDEN && hasMatch(engine, foldText(undoEscapes(text)))
  /** Strings with nothing but a comma between them. */
  let row = ''
  /** Values of members called `text`. */
  let blocks = ''
  let name = ''
  for (let open = json.indexOf('"'); open >= 0; ) {
    const close = closing(json, open + 1)
    const text = json.slice(open + 1, close)
    open = json.indexOf('"', close + 1)
    const next = nextSign(json, close + 1)
    if (next === 58) {
      name = text
      row = ''
      continue
    }
    const plain = text.length < MIN_HIDDEN ? '' : undoEscapes(text)
    const behind = textBehind(plain)
    if (behind !== undefined && found(behind)) return true
    if (!inner && plain !== text && /^\s*[[{]/.test(plain) && mayHide(engine, plain, true)) return true
    if (name === 'text') blocks += text
    name = ''
    row += text
    if (next === 44 && open >= 0 && nextSign(json, json.indexOf(',', close + 1) + 1) === 34) continue
    if (row.length > text.length && found(row)) return true
    row = ''
  }
  return found(blocks)
}

/** Where the string that begins at `at` ends: at a quote that no backslash escapes, or with the text. */
function closing(json: string, at: number): number {
  for (let end = json.indexOf('"', at); end >= 0; end = json.indexOf('"', end + 1)) {
    let slash = end
    while (slash > at && json.charCodeAt(slash - 1) === BACKSLASH) slash--
    if ((end - slash) % 2 === 0) return end
  }
  return json.length
}

/** The first character at or after `at` that is no white space of JSON; -1 at the end. */
function nextSign(json: string, at: number): number {
  while (at < json.length && json.charCodeAt(at) <= 32) at++
  return at < json.length ? json.charCodeAt(at) : -1
}
