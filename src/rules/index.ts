/**
 * Rules as data. Text, because a rule is words and little else, and because every byte of it goes to the edge.
 *
 *     # family T1102                                 the family of the rules below, and their technique
 *     name severity weight [T1234] [!check] pattern  one rule; lines that begin with a blank go on
 *
 * Weights are percent: one for all slots, or `prompt/tool traffic/tool definitions`; negative ones are excuses. A check is a
 * function of src/scan/verifiers.ts. Patterns:
 *
 *     override 24 previous 20 (order|orders)   parts in this order, at most 24 and 20 characters apart
 *     ~60 override instruction                 parts in any order, within 60 characters
 *     = <|im_start  [inst]                     any of these, as they stand, two blanks between them
 *     characters bidi                          hidden characters the normaliser remarks on
 *
 * A part is a word list by name, words in brackets, `(a|b)_(c|d)` for all pairs of them, `(a|b):` with a colon after each, `x/y` for
 * both. A word matches whole; `*` takes any ending. Examples that match and that must not are in test/unit/rules.
 */
export { aztp } from './aztp.ts'
export { authority } from './injection/authority.ts'
export { coerce } from './injection/coerce.ts'
export { extract } from './injection/extract.ts'
export { markers } from './injection/markers.ts'
export { override } from './injection/override.ts'
export { persona } from './injection/persona.ts'
export { languages, multilingual } from './languages.ts'
export { unicode } from './unicode.ts'
export { words } from './words.ts'
