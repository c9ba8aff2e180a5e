import { wordClasses } from '../../rules/word-classes.ts'
import { fold } from './fold.ts'
import { extend, isolated, SEED } from './hash.ts'

/** Class of a word that reads as an attack's after ROT13, and back to front: asks for that view, is no feature. */
export const ROT13_ANCHOR = 62
export const REVERSED_ANCHOR = 63

const STEM = 0x40
const SLOTS = 1 << 13

/**
 * Words of the lexicon by hash. Two words with the same 32 bits would share a class; with some two thousand words that is as good as never.
 */
class Lexicon {
  readonly #hashes = new Int32Array(SLOTS)
  readonly #entries = new Uint8Array(SLOTS)
  /** Longest word of a script without spaces. */
  readonly longestIsolated: number

  constructor() {
    let longest = 1
    let id = 0
    for (const line of wordClasses.trim().split(/\n(?! )/)) {
      const [, ...words] = line.split(/\s+/)
      id++
      for (const word of words) {
        this.#add(word, id)
        if (isolated(word.charCodeAt(0))) longest = Math.max(longest, word.length)
      }
    }
    for (const word of anchors) {
      this.#add(
        word.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 84) % 26) + 97)),
        ROT13_ANCHOR,
      )
      this.#add([...word].reverse().join(''), REVERSED_ANCHOR)
    }
    this.longestIsolated = longest
  }

  /** Class of a whole word, or 0. */
  word(hash: number): number {
    return this.#find(hash) & 0x3f
  }

  /** Class of a stem, or 0. */
  stem(hash: number): number {
    const entry = this.#find(hash)
    return (entry & STEM) !== 0 ? entry & 0x3f : 0
  }

  #find(hash: number): number {
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      if (this.#entries[slot] === 0) return 0
      if (this.#hashes[slot] === hash) return this.#entries[slot]!
    }
  }

  #add(written: string, id: number): void {
    const stem = written.endsWith('*')
    const { units, length } = fold(stem ? written.slice(0, -1) : written)
    let hash = SEED
    for (let i = 0; i < length; i++) hash = extend(hash, units[i]!)
    let slot = hash & (SLOTS - 1)
    while (this.#entries[slot] !== 0) {
      // The first class that names a word keeps it.
      if (this.#hashes[slot] === hash) return
      slot = (slot + 1) & (SLOTS - 1)
    }
    this.#hashes[slot] = hash
    this.#entries[slot] = id | (stem && length >= 4 ? STEM : 0)
  }
}

const anchors = [
  'ignore',
  'previous',
  'instruction',
  'instructions',
  'system',
  'prompt',
  'password',
  'secret',
  'disregard',
  'override',
  'reveal',
  'forget',
]

let shared: Lexicon | undefined

/** The lexicon, built when it is first needed. */
export function lexicon(): Lexicon {
  return (shared ??= new Lexicon())
}
