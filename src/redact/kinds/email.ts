import { ofClass } from '../engine/around.ts'
import { ALNUM, ALPHA, classOf, DASH, LOCAL, WIDE, WORD } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

const MAX_LOCAL = 64
const MAX_DOMAIN = 253
/** Look-alikes of addresses: `icon@2x.png`, `logo@dark.svg`, package files. Their last label is no top-level domain. */
const endings =
  'png jpg jpeg gif svg webp avif ico bmp css scss less js mjs cjs ts mts tsx jsx json html htm xml yml yaml toml md txt lock map wasm tgz zip gz pdf csv log'.split(
    ' ',
  )
const MAX_ENDING = 4
/** The same as numbers, five bits a letter: to make a string of every label would take longer than to read it. */
const endingKeys = new Set(endings.map((ending) => [...ending].reduce((key, char) => (key << 5) | (char.charCodeAt(0) & 31), 0)))

/** Characters of scripts written without spaces count only this far back: a sentence may run straight into an address. */
const MAX_UNSPACED = 12
const isUnspaced = (code: number): boolean => code >= 0x0e00 && (code < 0x1100 || (code >= 0x2e80 && code < 0xac00) || code >= 0xf900)

/**
 * Reads the labels of a domain at `at`; gives back its end, or -1. `spelled`: dots must be words (`example dot com`, `example [dot] com`);
 * else they are dots or `[dot]`.
 */
export function readDomain(cursor: Cursor, at: number, spelled = false): number {
  let i = at
  let end = -1
  let labels = 0
  while (i < at + MAX_DOMAIN) {
    const label = i
    i = cursor.run(label, ALNUM | WIDE | DASH, 64)
    if (i === label || i - label > 63 || cursor.at(i - 1) === 45) break
    // The last label: two letters or more, none of them a digit, or punycode.
    if (labels++ > 0 && isTopLevel(cursor, label, i)) end = i
    const code = cursor.at(i)
    const next = spelled ? spelledDot(cursor, i) : code === 46 ? i + 1 : code === 91 || code === 40 ? bracketedDot(cursor, i) : -1
    if (next < 0 || !cursor.is(next, ALNUM | WIDE)) break
    i = next
  }
  return end
}

/** Past `[dot]` or `(dot)`, or -1. */
function bracketedDot(cursor: Cursor, at: number): number {
  return (cursor.at(at) === 91 || cursor.at(at) === 40) && cursor.readsAnyCase(at + 1, 'dot') ? at + 5 : -1
}

/** Past ` dot `, ` [dot] `, or -1. */
function spelledDot(cursor: Cursor, at: number): number {
  let i = cursor.at(at) === 32 ? at + 1 : at
  if (cursor.readsAnyCase(i, 'dot ') && i > at) return i + 4
  i = bracketedDot(cursor, i)
  return i > 0 && cursor.at(i) === 32 ? i + 1 : i
}

/** Two letters or more that are no file ending. */
function isTopLevel(cursor: Cursor, from: number, to: number): boolean {
  let key = 0
  for (let i = from; i < to; i++) {
    const code = cursor.at(i)
    if ((classOf(code) & ALPHA) === 0) return isRareTopLevel(cursor.slice(from, to))
    key = (key << 5) | (code & 31)
  }
  return to - from > 1 && to - from < 64 && (to - from > MAX_ENDING || !endingKeys.has(key))
}

/** Punycode, or letters of which some are not ASCII. */
function isRareTopLevel(label: string): boolean {
  if (label.length < 2 || label.length > 63) return false
  const lower = label.toLowerCase()
  if (endings.includes(lower)) return false
  if (lower.startsWith('xn--')) return true
  for (let i = 0; i < label.length; i++) if ((classOf(label.charCodeAt(i)) & (ALPHA | WIDE)) === 0) return false
  return true
}

/** Where the characters of a local part begin that end before `at`. */
function localFrom(cursor: Cursor, at: number): number {
  const stop = Math.max(at - MAX_LOCAL, cursor.floor, 0)
  let from = at
  let unspaced = 0
  while (from > stop) {
    const code = cursor.at(from - 1)
    if ((classOf(code) & LOCAL) === 0) break
    if (isUnspaced(code) && ++unspaced > MAX_UNSPACED) break
    from--
  }
  return from
}

const endsLocal = (code: number): boolean => (classOf(code) & LOCAL) !== 0 && code !== 46
const goesOn = (code: number): boolean => (classOf(code) & (ALNUM | WIDE | DASH)) !== 0 || code === 46 || code === 91 || code === 40

export const email: Kind = {
  id: 'pii/email',
  name: 'email',
  group: 'pii',
  label: '[EMAIL_REDACTED]',
  severity: 'medium',
  what: 'e-mail addresses, international ones too, `user[at]example.com`',
  validator: 'local part and labels by RFC 5321 and 6531, top-level domain of letters or punycode that is not a file ending',
  base: true,
  triggers: ['@', '[at]', '(at)'],
  around: () => ({ before: endsLocal, after: ofClass(ALNUM | WIDE), next: goesOn }),
  reachesBack: true,
  verify(cursor, start, end) {
    let from = cursor.bytes === undefined ? localFrom(cursor, start) : cursor.back(start, LOCAL, MAX_LOCAL)
    // Quotes and dots in front of an address are not of it.
    while (from < start && !cursor.is(from, WORD | WIDE)) from++
    if (from === start || cursor.at(start - 1) === 46) return false
    if (!cursor.is(end, ALNUM | WIDE)) return false
    const to = readDomain(cursor, end)
    return to > 0 && cursor.match(from, to)
  },
}
