import type { AlphabetOptions } from './alphabet.ts'
import { type PhraseLiteral, PhraseReader, type PhraseSink } from './phrase-reader.ts'

/**
 * Thousands of phrases, found by their last letters.
 *
 * An automaton over whole phrases has a state for nearly every letter of every phrase. This one knows only their last few letters;
 * where it sees those, the rest is read backwards, in a trie of everything that may stand before. Mostly that is over after a letter,
 * and never does it go further back than a phrase and the white space within it are long: text is read a bounded number of times.
 */
export type Phrases = PhraseReader

/** Takes literals as the automaton does, in the order of their ids. Empty ones are never found. */
export function buildPhrases(literals: readonly PhraseLiteral[], options: AlphabetOptions): Phrases {
  return new PhraseReader(literals, options)
}

/** Looks for all phrases in a whole text; true when the sink stopped the scan. The sink must not look for the same phrases meanwhile. */
export function findPhrases(phrases: Phrases, bytes: Uint8Array, sink: PhraseSink): boolean {
  return phrases.find(bytes, sink)
}
