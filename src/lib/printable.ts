/**
 * Text as it may stand in a log line, a terminal or a header: controls, line and paragraph separators, bidi marks, zero-width and
 * private-use characters and lone surrogates become visible escapes (`\u{202e}`), and what is longer than `maxLength` UTF-16 units is
 * cut with a mark.
 *
 * Stops forged log lines (CR, LF, U+2028), terminal escapes (ESC, C1) and names that read otherwise than they are.
 */
export function printable(text: string, maxLength = 256): string {
  let out = ''
  let from = 0
  let at = 0
  while (at < text.length && at < maxLength) {
    const point = text.codePointAt(at) as number
    const width = point > 0xffff ? 2 : 1
    if (hidden(point)) {
      out += `${text.slice(from, at)}\\u{${point.toString(16)}}`
      from = at + width
    }
    at += width
  }
  out += text.slice(from, at)
  return at < text.length ? `${out}...` : out
}

function hidden(point: number): boolean {
  if (point >= 0x20 && point < 0x7f) return false
  if (point <= 0x9f || point === 0xad) return true
  if (point < 0x61c) return false
  return (
    point === 0x61c ||
    point === 0x180e ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    (point >= 0xd800 && point <= 0xf8ff) || // lone surrogates and private use
    point === 0xfeff ||
    (point >= 0xfff9 && point <= 0xfffb) ||
    point >= 0xe0000 // tags, variation selectors, private planes
  )
}
