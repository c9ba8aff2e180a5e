import type { Word } from './words.ts'

/** Words that must follow each other, other words between them allowed. */
export interface Sequence {
  /** Name of the threat. */
  readonly name: string
  /** For each step the phrases that make it; a phrase is words with a blank between, and `*` at the end of a word stands for any ending. */
  readonly steps: readonly (readonly string[])[]
  /** The most words between two steps. */
  readonly maxGap: number
}

export interface SequenceMatch {
  readonly name: string
  readonly range: readonly [start: number, end: number]
}

interface Phrase {
  readonly words: readonly { readonly text: string; readonly open: boolean }[]
}

interface Compiled {
  readonly name: string
  readonly maxGap: number
  readonly steps: readonly (readonly Phrase[])[]
}

/** Finds, for each sequence, its first occurrence. Time is words x phrases, whatever the text. */
export function createSequenceFinder(sequences: readonly Sequence[]): (words: readonly Word[]) => SequenceMatch[] {
  const compiled: readonly Compiled[] = sequences.map(({ name, steps, maxGap }) => ({
    name,
    maxGap,
    steps: steps.map((phrases) => phrases.map(compile)),
  }))
  return (words) => compiled.flatMap((sequence) => find(sequence, words) ?? [])
}

function find({ name, steps, maxGap }: Compiled, words: readonly Word[]): SequenceMatch | undefined {
  // For each step: the word its latest occurrence ends at, and where the sequence that leads to it began. The latest is always the best
  // one to go on from, so one entry per step is enough and nothing is tried twice.
  const endsAt: number[] = new Array(steps.length).fill(-1)
  const begins: number[] = new Array(steps.length).fill(0)
  for (let i = 0; i < words.length; i++) {
    for (let step = steps.length - 1; step >= 0; step--) {
      if (step > 0 && (endsAt[step - 1]! < 0 || i - endsAt[step - 1]! - 1 > maxGap || endsAt[step - 1]! >= i)) continue
      const length = matchLength(steps[step]!, words, i)
      if (length === 0) continue
      endsAt[step] = i + length - 1
      begins[step] = step === 0 ? words[i]!.start : begins[step - 1]!
      if (step === steps.length - 1) return { name, range: [begins[step]!, words[i + length - 1]!.end] }
    }
  }
  return undefined
}

function matchLength(phrases: readonly Phrase[], words: readonly Word[], at: number): number {
  for (const phrase of phrases) {
    if (phrase.words.every(({ text, open }, i) => fits(words[at + i]?.text, text, open))) return phrase.words.length
  }
  return 0
}

function fits(word: string | undefined, text: string, open: boolean): boolean {
  return word !== undefined && (open ? word.startsWith(text) : word === text)
}

function compile(phrase: string): Phrase {
  return {
    words: phrase.split(' ').map((word) => (word.endsWith('*') ? { text: word.slice(0, -1), open: true } : { text: word, open: false })),
  }
}
