/** Deeper texts are not taken for JSON: parsing a megabyte of brackets costs more than anything else we do with it. */
const maxDepth = 256

/** True when a text is a whole JSON object or array. Cheap for texts that are not. */
export function looksLikeJson(text: string): boolean {
  const first = text.trimStart().charAt(0)
  if (first !== '{' && first !== '[') return false
  if (text.trimEnd().at(-1) !== (first === '{' ? '}' : ']') || tooDeep(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Counts brackets, those in strings included: close enough for a bound, and quick. */
function tooDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20
    if (code === 0x7b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x7d) depth--
  }
  return false
}

/**
 * Replaces string literals inside a JSON text and leaves every other character as it was: layout, numbers that a parser would round,
 * order. `text` must be valid JSON. `map` gets each decoded string and whether it is a key.
 */
export function mapJsonStrings(text: string, map: (leaf: string, key: boolean) => string): string {
  let made = ''
  let copied = 0
  let at = text.indexOf('"')
  while (at >= 0) {
    const end = literalEnd(text, at + 1)
    if (end < 0) break
    const literal = text.slice(at, end)
    const leaf = JSON.parse(literal) as string
    const replaced = map(leaf, isKey(text, end))
    if (replaced !== leaf) {
      made += text.slice(copied, at) + JSON.stringify(replaced)
      copied = end
    }
    at = text.indexOf('"', end)
  }
  return copied === 0 ? text : made + text.slice(copied)
}

/** Index after the closing quote, -1 when there is none. */
function literalEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) return i + 1
    if (code === 0x5c) i++
  }
  return -1
}

function isKey(text: string, from: number): boolean {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === 0x3a
}
