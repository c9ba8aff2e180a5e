/**
 * Counts pairs of characters for the sieve: `node bench/train/pairs.ts > src/scan/matcher/sieve/pair-rows.ts`.
 *
 * Of the documents, the code and the data of this repository and of the packages it installs, each kind counting the same.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { foldTable } from '../../src/scan/matcher/alphabet.ts'

const kinds = ['.md', '.ts', '.json']
/** Characters of each kind that are read at most. */
const MOST = 8_000_000

function* filesIn(folder: string, ending: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path, ending)
    else if (entry.isFile() && entry.name.endsWith(ending)) yield path
  }
}

const fold = foldTable({ digits: true })
const symbols = Array.from({ length: 0x5f }, (_, i) => i + 0x20).filter((code) => fold[code] === code)

/** The share of each pair among those of one kind of text. */
function sharesIn(ending: string): Float64Array {
  const counts = new Float64Array(0x8000)
  let total = 0
  for (const folder of ['docs', 'src', 'test/suite', 'node_modules']) {
    for (const path of filesIn(folder, ending)) {
      if (total > MOST) break
      const text = readFileSync(path, 'utf8')
      let before = 0x20
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        const symbol = code < 0x80 ? fold[code]! : 0
        counts[(before << 8) | symbol]!++
        before = symbol
      }
      total += text.length
    }
  }
  return counts.map((count) => count / total)
}

const shares = kinds.map(sharesIn)
/** How many times it takes a quarter of a sixteenth to come to the share. */
const digitOf = (pair: number): string => {
  const share = shares.reduce((sum, of) => sum + of[pair]!, 0) / kinds.length
  return String(Math.max(0, Math.min(8, Math.round((-Math.log2(share) - 4) / 2))))
}
const rows = symbols.map((one) => symbols.map((other) => digitOf((one << 8) | other)).join(''))

console.log(`/**
 * How common pairs of characters are in what people and programs write: a row for the first, a digit for the second, in the order of their codes,
 * folded as the automaton folds them. 0 is a sixteenth of all pairs, each digit more a quarter of that.
 * Counted by bench/train/pairs.ts; only how quick the sieve is depends on it.
 */
export const pairRows =
  '${rows.join(' ')}'`)
