/** Says whether a whole text fits a pattern. */
export type Glob = (text: string) => boolean

/** True when `pattern` has a wildcard. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?')
}

/** The characters before the first wildcard. */
export function literalPrefix(pattern: string): string {
  let at = 0
  while (at < pattern.length && pattern[at] !== '*' && pattern[at] !== '?') at++
  return pattern.slice(0, at)
}

/**
 * Compiles a pattern in which `*` stands for any characters (none included) and `?` for exactly one UTF-16 code unit.
 * Everything else is itself: no classes, no escapes, no case folding.
 *
 * The pieces between stars are found leftmost, never retried, so a text costs its length times the longest piece at worst.
 */
export function compileGlob(pattern: string): Glob {
  const pieces = pattern.split('*')
  const first = pieces[0] as string
  if (pieces.length === 1) return (text) => text.length === first.length && fits(text, 0, first)

  const last = pieces[pieces.length - 1] as string
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '')
  const shortest = first.length + last.length + middle.reduce((sum, piece) => sum + piece.length, 0)
  return (text) => {
    if (text.length < shortest || !fits(text, 0, first) || !fits(text, text.length - last.length, last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const piece of middle) {
      at = find(text, piece, at)
      if (at === -1) return false
      at += piece.length
      if (at > end) return false
    }
    return at <= end
  }
}

function fits(text: string, at: number, piece: string): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, at)
  for (let i = 0; i < piece.length; i++) if (piece[i] !== '?' && piece[i] !== text[at + i]) return false
  return true
}

function find(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from)
  for (let at = from; at + piece.length <= text.length; at++) if (fits(text, at, piece)) return at
  return -1
}
