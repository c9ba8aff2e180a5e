/** Rules as data, by ruleset. No code here: src/scan/rulesets.ts makes rules of the rows. */
export { aztp } from './aztp.ts'
export { injection } from './injection.ts'
export { foreignWords, languageCodes, multilingual } from './languages.ts'
export type { RuleRow, WeightRow, WordTable } from './rows.ts'
export { unicode } from './unicode.ts'
export { words } from './words.ts'
