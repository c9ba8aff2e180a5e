import { type Rewriter, rewrite, type View } from '../decode/index.ts'
import { fold } from './fold.ts'
import { extend, SEED } from './hash.ts'
import { lexicon } from './lexicon.ts'

const leet = new Map(
  Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', 9: 'g', '@': 'a', $: 's', '!': 'i', '|': 'l' }),
)

/** Fewest words that mix letters with leet signs; identifiers with a digit are everywhere. */
const MIXED_WORDS = 3
/** Words longer than this, spelled letter by letter without a gap, are cut where words of the lexicon end. */
const LONG_WORD = 12

/** `1gn0r3 4ll` read as letters. */
export function undoLeet(text: string): View | undefined {
  return rewrite(text, 'leet', writeLetters, { least: MIXED_WORDS })
}

function writeLetters(text: string, out: Rewriter): number {
  for (let i = 0; i < text.length; ) {
    const from = i
    let letters = false
    let signs = 0
    while (i < text.length && !isSpace(text.charCodeAt(i))) {
      if (isLetter(text.charCodeAt(i))) letters = true
      else if (leet.has(text[i]!)) signs++
      i++
    }
    if (letters && signs > 0) {
      // The sign that ends a sentence is none.
      let last = i
      while (last > from && (text[last - 1] === '!' || text[last - 1] === '.' || text[last - 1] === ',')) last--
      const word = text.slice(from, last)
      const plain = unleet(word, 'i')
      const other = word.includes('1') && !known(plain) ? unleet(word, 'l') : plain
      const chosen = known(other) ? other : plain
      if (chosen !== word) out.changed++
      for (let j = 0; j < chosen.length; j++) out.put(chosen[j]!, from + j)
      out.copy(text, last, i)
    } else out.copy(text, from, i)
    const gap = i
    while (i < text.length && isSpace(text.charCodeAt(i))) i++
    out.copy(text, gap, i)
  }
  return text.length
}

/** Emphasis marks, backslashes and tags between the letters of a word: `ig**no**re`, `ig<b></b>nore`. */
export function undoMarkup(text: string): View | undefined {
  return rewrite(text, 'markup', writeBare, { least: 2 })
}

function writeBare(text: string, out: Rewriter): number {
  let copied = 0
  for (let i = 1; i < text.length; i++) {
    const char = text[i]!
    if ('*~`\\<'.includes(char) && isLetter(text.charCodeAt(i - 1))) {
      let end = i
      // Never further than a short tag: a flood of openers must not cost a square.
      while (end < text.length && end < i + 48) {
        if ('*~`\\'.includes(text[end]!)) end++
        else if (text[end] === '<') {
          const close = closeOf(text, end)
          if (close < 0) break
          end = close
        } else break
      }
      if (end > i && end < text.length && isLetter(text.charCodeAt(end))) {
        out.copy(text, copied, i)
        out.changed++
        copied = end
      }
      i = Math.max(i, end - 1)
    }
  }
  return copied
}

/** Words spelled letter by letter; a wider gap than that between letters ends a word. */
export function undoSpelling(text: string, minimum: number): View | undefined {
  return rewrite(text, 'spelled', (text, out) => writeWords(text, out, minimum), { size: text.length * 2 })
}

function writeWords(text: string, out: Rewriter, minimum: number): number {
  let copied = 0
  for (let i = 0; i < text.length; ) {
    const at: number[] = []
    const gaps: number[] = []
    let j = i
    while (j < text.length && isAlnum(text, j) && !isAlnum(text, j + 1) && (j === 0 || !isAlnum(text, j - 1))) {
      at.push(j)
      let gap = 1
      while (gap <= 6 && j + gap < text.length && !isAlnum(text, j + gap)) gap++
      if (gap > 6 || j + gap >= text.length) break
      gaps.push(gap)
      j += gap
    }
    if (at.length < minimum) {
      i = at.length > 1 ? at.at(-1)! + 1 : i + 1
      continue
    }
    out.copy(text, copied, i)
    let usual = 6
    for (const gap of gaps) usual = Math.min(usual, gap)
    let word: number[] = []
    const end = () => {
      for (const part of word.length > LONG_WORD ? cut(text, word) : [word]) {
        for (const letter of part) out.put(text[letter]!, letter)
        out.put(' ', part.at(-1)!)
      }
      word = []
    }
    at.forEach((letter, k) => {
      word.push(letter)
      if ((gaps[k] ?? 0) > usual) end()
    })
    if (word.length > 0) end()
    out.changed++
    copied = i = at.at(-1)! + 1
  }
  return copied
}

/** Cuts letters into words of the lexicon, the longest first; what is none stays together. */
function cut(text: string, letters: readonly number[]): number[][] {
  const parts: number[][] = []
  let loose: number[] = []
  for (let i = 0; i < letters.length; ) {
    let key = SEED
    let best = 0
    for (let j = i; j < letters.length && j < i + 14; j++) {
      key = extend(key, text.charCodeAt(letters[j]!) | 0x20)
      if (j > i + 1 && lexicon().word(key) !== 0) best = j + 1 - i
    }
    if (best === 0) {
      loose.push(letters[i++]!)
      continue
    }
    if (loose.length > 0) parts.push(loose)
    loose = []
    parts.push(letters.slice(i, i + best))
    i += best
  }
  if (loose.length > 0) parts.push(loose)
  return parts
}

function unleet(word: string, one: string): string {
  let out = ''
  for (const char of word) out += char === '1' ? one : (leet.get(char) ?? char)
  return out
}

function known(word: string): boolean {
  if (word.length > 24) return false
  const { units, length } = fold(word)
  let key = SEED
  for (let i = 0; i < length; i++) key = extend(key, units[i]!)
  return lexicon().word(key) !== 0
}

function closeOf(text: string, from: number): number {
  for (let i = from + 1; i < from + 40 && i < text.length; i++) if (text[i] === '>') return i + 1
  return -1
}

function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0xa0
}

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
}

function isAlnum(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return isLetter(code) || (code >= 0x30 && code <= 0x39)
}
