/**
 * Character classes as bit masks, looked up in one table: a verifier asks `classOf(code) & WORD` instead of running an expression
 * over attacker-sized text.
 */
export const DIGIT = 1
export const UPPER = 2
export const LOWER = 4
export const UNDERSCORE = 8
export const DASH = 16
export const DOT = 32
/** `+` and `/`. */
export const PLUS_SLASH = 64
export const EQUALS = 128
/** `a-f` and `A-F`. */
export const HEX_LETTER = 256
export const SPACE = 512
/** What RFC 5322 lets stand unquoted before `@` and people do use, besides letters, digits, `_ - . +`. */
export const LOCAL_EXTRA = 1024
/** Anything from U+0080 up. */
export const WIDE = 2048
/** Printable ASCII other than space. */
export const PRINTABLE = 4096
/** `" ' \` < > ( ) [ ] { } , ;` and whitespace: what ends a URL or an unquoted value. */
export const STOP = 8192
export const NEWLINE = 16384

export const ALPHA = UPPER | LOWER
export const ALNUM = ALPHA | DIGIT
export const WORD = ALNUM | UNDERSCORE
export const HEX = DIGIT | HEX_LETTER
export const BASE64 = ALNUM | PLUS_SLASH | EQUALS
export const BASE64URL = ALNUM | UNDERSCORE | DASH
/** Characters of the part of an e-mail address before `@`. */
export const LOCAL = WORD | DASH | DOT | LOCAL_EXTRA | WIDE

/** Class bits by byte; a byte from 0x80 stands for a character that is not ASCII. */
export const classes = new Uint16Array(256).fill(WIDE, 128)
const mark = (chars: string, bit: number): void => {
  for (let i = 0; i < chars.length; i++) classes[chars.charCodeAt(i)]! |= bit
}
for (let code = 33; code < 127; code++) classes[code] = PRINTABLE
for (let i = 0; i < 26; i++) {
  classes[65 + i]! |= UPPER
  classes[97 + i]! |= LOWER
}
mark('0123456789', DIGIT)
mark('_', UNDERSCORE)
mark('-', DASH)
mark('.', DOT)
mark('+/', PLUS_SLASH)
mark('=', EQUALS)
mark('abcdefABCDEF', HEX_LETTER)
mark(' \t\n\r\f\v', SPACE | STOP)
mark('\n\r', NEWLINE)
mark("+%'!#$&*~", LOCAL_EXTRA)
mark('"\'`<>()[]{},;', STOP)

export const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** Class bits of a character code; 0 for "no character" (-1). */
export function classOf(code: number): number {
  return code < 128 ? (code < 0 ? 0 : classes[code]!) : WIDE
}
