import type { Match } from './engine/engine.ts'

/** What stands in place of a match. */
export type Replacement = 'label' | 'mask'

/** Makes the text that stands in place of a match. */
export type Replace = (match: Match) => string

export function replacer(replacement: Replacement): Replace {
  return replacement === 'mask' ? mask : ({ kind }) => kind.label
}

/** Keeps what people need to recognise their own: the last four digits of a number, first letter and domain ending of an address. */
function mask({ kind, text }: Match): string {
  if (kind.group !== 'pii') return kind.label
  const at = text.indexOf('@')
  if (at > 0) return `${text[0]}***@***${text.slice(text.lastIndexOf('.'))}`
  let keep = 4
  let out = ''
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i]!
    out = /[A-Za-z0-9]/.test(char) && keep-- <= 0 ? `*${out}` : char + out
  }
  return out
}
