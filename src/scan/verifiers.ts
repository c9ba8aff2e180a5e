import type { Rule } from './rule.ts'

/** Checks a list of words cannot express. Each reads a few characters around the match. */
export const verifiers: Readonly<Record<'label', NonNullable<Rule['verify']>>> = {
  /** `System:` as a speaker: it begins a line, a sentence or a quotation. In the middle of a sentence it is a word. */
  label({ text, start }) {
    let at = start - 1
    while (at >= 0 && (text[at] === ' ' || text[at] === '*' || text[at] === '#' || text[at] === '-' || text[at] === '[')) at--
    return at < 0 || '\n\r.!?">})]'.includes(text[at]!)
  },
}
