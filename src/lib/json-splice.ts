/** A container that is in both versions, on the way down. */
interface Level {
  readonly before: Readonly<Record<string | number, unknown>>
  readonly after: Readonly<Record<string | number, unknown>>
  /** Members or elements it must turn out to have. */
  readonly size: number
  readonly array: boolean
  seen: number
}

/**
 * The JSON text of `after`, made from the text of `before`: only values that differ are written anew. Everything else keeps its bytes,
 * among it what a parser cannot hold: `12345678901234567890`, `1.0`, `1e400`, layout, the order of numeric keys.
 *
 * `text` must be what `before` was parsed from. Where members came, went or were renamed, their object is written anew as a whole;
 * when the text has duplicate keys, all of it is. Linear; cheap when `after` shares unchanged parts with `before`.
 */
export function spliceJson(text: string, before: unknown, after: unknown): string {
  return Object.is(before, after) ? text : (splice(text, before, after) ?? JSON.stringify(after))
}

function splice(text: string, root: unknown, made: unknown): string | undefined {
  const levels: Level[] = []
  let out = ''
  let copied = 0
  let at = skipSpace(text, 0)
  let before = root
  let after = made
  for (;;) {
    // A value starts here.
    const level = Object.is(before, after) ? undefined : bothContainers(before, after)
    if (level !== undefined) {
      levels.push(level)
      at = skipSpace(text, at + 1)
    } else {
      const end = valueEnd(text, at)
      if (!Object.is(before, after)) {
        const json = JSON.stringify(after) as string | undefined
        if (json === undefined) return undefined
        out += text.slice(copied, at) + json
        copied = end
      }
      at = skipSpace(text, end)
    }
    // On to the next value, out of every container that ends here.
    for (;;) {
      const around = levels.at(-1)
      if (around === undefined) return out + text.slice(copied)
      const code = text.charCodeAt(at)
      if (code === comma) at = skipSpace(text, at + 1)
      if (code !== closeBracket && code !== closeBrace) {
        let token: string | number = around.seen++
        if (!around.array) {
          const end = literalEnd(text, at)
          token = JSON.parse(text.slice(at, end)) as string
          at = skipSpace(text, skipSpace(text, end) + 1)
        }
        before = around.before[token]
        after = around.after[token]
        break
      }
      if (around.seen !== around.size) return undefined
      levels.pop()
      at = skipSpace(text, at + 1)
    }
  }
}

/** A level when both are arrays of one length or objects with the same keys: then only what is below can differ. */
function bothContainers(before: unknown, after: unknown): Level | undefined {
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) return undefined
  const array = Array.isArray(before)
  if (array !== Array.isArray(after)) return undefined
  const level = { before: before as Level['before'], after: after as Level['after'], array, seen: 0 }
  if (array) return before.length === (after as readonly unknown[]).length ? { ...level, size: before.length } : undefined
  const keys = Object.keys(before)
  if (keys.length !== Object.keys(after).length || !keys.every((key) => Object.hasOwn(after, key))) return undefined
  return { ...level, size: keys.length }
}

const quote = 0x22
const comma = 0x2c
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return at
}

/** Index after the string literal that starts at `from`. */
function literalEnd(text: string, from: number): number {
  let at = from + 1
  for (let code = text.charCodeAt(at); code !== quote && at < text.length; code = text.charCodeAt(at)) at += code === backslash ? 2 : 1
  return at + 1
}

/** Index after the value that starts at `from`. */
function valueEnd(text: string, from: number): number {
  let depth = 0
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = literalEnd(text, at)
      if (depth === 0) return at
    } else if (code === openBrace || code === openBracket) {
      depth++
      at++
    } else if (code === closeBrace || code === closeBracket) {
      if (depth === 0) return at
      at++
      if (--depth === 0) return at
    } else if (depth === 0 && (code === comma || code <= 0x20)) return at
    else at++
  }
  return at
}
