import { ALNUM, ALPHA, classOf, DASH, LOCAL, WIDE, WORD } from '../engine/chars.ts'
import type { Cursor } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

const MAX_DOMAIN = 253
/** Look-alikes of addresses: `icon@2x.png`, `logo@dark.svg`, package files. Their last label is no top-level domain. */
const fileEndings = new Set(
  'png jpg jpeg gif svg webp avif ico bmp css scss less js mjs cjs ts mts tsx jsx json html htm xml yml yaml toml md txt lock map wasm tgz zip gz pdf csv log'.split(
    ' ',
  ),
)

/** Characters of scripts written without spaces count only this far back: a sentence may run straight into an address. */
const MAX_UNSPACED = 12
const isUnspaced = (code: number): boolean => code >= 0x0e00 && (code < 0x1100 || (code >= 0x2e80 && code < 0xac00) || code >= 0xf900)

/** Reads the labels of a domain at `at`; gives back its end, or -1. */
function domainEnd(cursor: Cursor, at: number): number {
  let i = at
  let end = -1
  let label = at
  for (; i < at + MAX_DOMAIN; i++) {
    const code = cursor.at(i)
    const bits = classOf(code)
    if ((bits & (ALNUM | WIDE | DASH)) !== 0) continue
    const last = cursor.at(i - 1)
    if (i === label || last === 45 || i - label > 63) break
    // The last label: two letters or more, none of them a digit, or punycode.
    if (label > at && isTopLevel(cursor.slice(label, i))) end = i
    if (code !== 46) break
    label = i + 1
    if (!cursor.is(label, ALNUM | WIDE)) break
  }
  return end
}

function isTopLevel(label: string): boolean {
  if (label.length < 2 || label.length > 63) return false
  const lower = label.toLowerCase()
  if (fileEndings.has(lower)) return false
  if (lower.startsWith('xn--')) return true
  for (let i = 0; i < label.length; i++) if ((classOf(label.charCodeAt(i)) & (ALPHA | WIDE)) === 0) return false
  return true
}

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
  reachesBack: true,
  verify(cursor, start, end) {
    const stop = Math.max(start - 64, 0)
    let from = start
    let unspaced = 0
    while (from > stop && from > cursor.floor) {
      const code = cursor.at(from - 1)
      if ((classOf(code) & LOCAL) === 0) break
      if (isUnspaced(code) && ++unspaced > MAX_UNSPACED) break
      from--
    }
    // Quotes and dots in front of an address are not of it.
    while (from < start && !cursor.is(from, WORD | WIDE)) from++
    if (from === start || cursor.at(start - 1) === 46) return false
    if (!cursor.is(end, ALNUM | WIDE)) return false
    const to = domainEnd(cursor, end)
    return to > 0 && cursor.match(from, to)
  },
}
