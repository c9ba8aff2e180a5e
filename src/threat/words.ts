/** One word of a text, folded for comparison, and where it stands. */
export interface Word {
  readonly text: string
  /** `[start, end)` in UTF-16 units. */
  readonly start: number
  readonly end: number
}

const maxWordLength = 40

/**
 * The words of a text in one pass: letters and digits, lower case, full-width forms folded, invisible characters inside a word ignored
 * (`ig<zero-width space>nore` reads "ignore"). Words longer than any we look for are cut, so time and memory stay linear.
 */
export function words(text: string): Word[] {
  const found: Word[] = []
  let word = ''
  let start = 0
  let end = 0
  for (let i = 0; i < text.length; i++) {
    const unit = fold(text.charCodeAt(i))
    if (unit === 0) continue
    if (unit > 0) {
      if (word === '') start = i
      if (word.length < maxWordLength) word += String.fromCharCode(unit)
      end = i + 1
    } else if (word !== '') {
      found.push({ text: word, start, end })
      word = ''
    }
  }
  if (word !== '') found.push({ text: word, start, end })
  return found
}

/** The folded unit; 0 for what is not seen; -1 for what separates words. */
function fold(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return unit
  if (unit >= 0x41 && unit <= 0x5a) return unit + 0x20
  if (unit >= 0x30 && unit <= 0x39) return unit
  if (unit < 0x80) return unit === 0x27 ? 0 : -1
  if (unit >= 0xff21 && unit <= 0xff3a) return unit - 0xff21 + 0x61
  if (unit >= 0xff41 && unit <= 0xff5a) return unit - 0xff41 + 0x61
  if (unit === 0xad || (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x2060 && unit <= 0x2064) || unit === 0xfeff || unit === 0x2019)
    return 0
  if (unit >= 0x300 && unit <= 0x36f) return 0 // combining marks
  if (unit < 0xc0 || (unit >= 0x2000 && unit <= 0x206f) || (unit >= 0x3000 && unit <= 0x303f)) return -1
  return unit
}
