import { gapsOf, MAX_GAP, MAX_WORD_LENGTH, type Pattern, partsOf, type Rule, type Words } from './rule.ts'

/** A rule with less in it. */
export interface Sketch {
  readonly rule: Rule
  /**
   * The last part of a sequence is missing. Between what is left and that may stand blanks without number, so nobody can say how far behind
   * the rule itself ends. All other sketches end where their rule does, or {@link SKETCHED} characters before.
   */
  readonly open: boolean
}

/**
 * Sketches a rule for a first look at ASCII text: of several parts only the rarest in ordinary text stays where it is rare enough, else the
 * two that are, and of the words those that ASCII can write. Wherever a rule matches such a text its sketch does; not the other way round.
 */
export function sketch(rule: Rule): Sketch {
  const { pattern } = rule
  const parts = partsOf(pattern).map(writable)
  if (parts.length === 0) return { rule, open: false }
  const sketched = (pattern: Pattern, last: number): Sketch => ({
    rule: { ...rule, pattern },
    open: 'sequence' in rule.pattern && last < parts.length - 1,
  })
  const [rarest, second] = parts.map((words, i) => ({ i, share: shareOf(words) })).sort((a, b) => a.share - b.share)
  if (second === undefined || rarest!.share < RARE) return sketched({ any: parts[rarest!.i]! }, rarest!.i)
  const kept = [rarest!.i, second.i].sort((a, b) => a - b) as [number, number]
  return sketched(thin(pattern, parts, kept), kept[1])
}

/** Words whose share is less are enough by themselves: 'system prompt', but not 'ignore'. */
const RARE = 0.03

/** How far the end of a set of parts in any order may lie behind that of its sketch: as far as it may be wide, and a word. */
export const SKETCHED = MAX_GAP + MAX_WORD_LENGTH

function thin(pattern: Pattern, parts: readonly Words[], [first, second]: readonly [number, number]): Pattern {
  const kept = [parts[first]!, parts[second]!] as const
  if ('near' in pattern) return { near: kept, within: pattern.within }
  if (!('sequence' in pattern)) return pattern
  const gaps = gapsOf(pattern)
  let gap = gaps[second - 1]!
  // What was left out may be as long as its longest words, and white space in them counts twice.
  for (let i = first + 1; i < second; i++) gap += gaps[i - 1]! + 2 * longest(parts[i]!)
  return { sequence: kept, gap }
}

function longest(words: Words): number {
  return words.reduce((most, { length }) => Math.max(most, length), 0)
}

const latin = new WeakMap<Words, Words>()

/** Without words of other scripts. Latin letters stay, whatever their accents: they may be folded to ASCII. */
function writable(words: Words): Words {
  let found = latin.get(words)
  if (found === undefined) latin.set(words, (found = words.some(isForeign) ? words.filter((word) => !isForeign(word)) : words))
  return found
}

/** Letters that nothing folds to ASCII; not all there are. */
const foreign = /[\u0400-\u064a\u0653-\u1aaf\u1b00-\u1cff\u3040-\u318f\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3]/

export function isForeign(word: string): boolean {
  return foreign.test(word)
}

const shares = new WeakMap<Words, number>()

/** How much of ordinary text such words are, roughly: short words are common, and many make many. Only to choose well by. */
function shareOf(words: Words): number {
  let share = shares.get(words)
  if (share === undefined) {
    share = words.reduce((sum, { length }) => sum + 2 ** -Math.min(length, 12), 0)
    shares.set(words, share)
  }
  return share
}
