/** Rounds of decoding that are undone. What is still encoded after that hides something. */
const maxRounds = 5

/**
 * Every text a value may become on its way: as it is, percent-decoded again and again, and with compatibility characters folded.
 * Undefined when it is still encoded after five rounds.
 *
 * Decoding is lenient as the most lenient server: overlong UTF-8 (`%c0%ae` is `.`) and `%u002e` count.
 */
export function spellings(value: string): readonly string[] | undefined {
  const texts = [value]
  let text = value
  for (let round = 0; text.includes('%'); round++) {
    const next = decodeOnce(text)
    if (next === text) break
    if (round === maxRounds) return undefined
    texts.push((text = next))
  }
  const folded = text.normalize('NFKC')
  if (folded !== text) texts.push(folded)
  return texts
}

/** True for NUL and other control characters, which end or split values in some layers and not in others. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029) return true
  }
  return false
}

function decodeOnce(text: string): string {
  let out = ''
  let bytes: number[] = []
  const flush = () => {
    if (bytes.length > 0) out += decodeLeniently(bytes)
    bytes = []
  }
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '%') {
      const two = hex(text, i + 1, 2)
      if (two !== undefined) {
        bytes.push(two)
        i += 2
        continue
      }
      const four = text[i + 1] === 'u' || text[i + 1] === 'U' ? hex(text, i + 2, 4) : undefined
      if (four !== undefined) {
        flush()
        out += String.fromCharCode(four)
        i += 5
        continue
      }
    }
    flush()
    out += text[i]
  }
  flush()
  return out
}

function hex(text: string, at: number, digits: number): number | undefined {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const digit = Number.parseInt(text[i] ?? '', 16)
    if (Number.isNaN(digit)) return undefined
    value = value * 16 + digit
  }
  return value
}

/** UTF-8 without the check that a shorter form would do. Bytes that fit nothing stand for themselves. */
function decodeLeniently(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i] as number
    const length = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0
    const rest = bytes.slice(i + 1, i + length)
    if (length < 2 || rest.length !== length - 1 || rest.some((byte) => (byte & 0xc0) !== 0x80)) {
      out += String.fromCharCode(lead)
      i++
      continue
    }
    const code = rest.reduce((value, byte) => (value << 6) | (byte & 0x3f), lead & (0xff >> (length + 1)))
    out += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code)
    i += length
  }
  return out
}
