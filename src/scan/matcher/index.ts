/**
 * The matcher: one Aho-Corasick automaton over byte classes, run once over the text in plain JavaScript.
 *
 * Scanner and redactor both stand on it. How to use it:
 *
 * 1. A literal is a short fixed string; its index in the list is its id.
 *    - `left`/`right` demand a word boundary (letters and digits are word bytes, everything else is not).
 *    - `leet: true` lets `1gn0r3` read as `ignore`. `collapse: true` reads any run of white space as one space.
 *    - ASCII case is always ignored. Where case matters (`AKIA`), let the verifier look at the text.
 * 2. To scan whole texts: `new LazyAutomaton(literals, options)`, whose states are made as texts come to them, and
 *    `runAutomaton(automaton, bytes, from, to, automaton.begin, sink)`. The sink hears `(id, end)` in the order of `end`.
 *    A match begins at `end - literal.text.length`, unless `collapse` swallowed white space in between.
 *    Thousands of phrases: `Phrases` does the same with far fewer states.
 * 3. To read by yourself, and to stream: `buildAutomaton(literals, options)` gives the whole table. Begin with `automaton.begin`, and keep the
 *    state from chunk to chunk. `pendingBytes(automaton, state)` is how many of the last bytes may still grow into a match: hold those back,
 *    and what your verifier needs, no more. `right` is the reader's business: the next byte may not have come yet.
 *    - `digits: true` puts all ten digits in one class; write `0` for "any digit": `'000-00-0000'` finds SSN shapes,
 *      `'0000000000000'` a run of thirteen or more. Such a run has output once, when it is entered, not on every digit after;
 *      so look for the whole run (both directions, bounded) in your verifier. `once` does the same for other characters.
 * 4. Verify in the sink or afterwards. Keep it linear: bound what a verifier may read (64 to 4096 bytes), and remember
 *    where the last run ended so that a flood of `ghp_ghp_ghp_` does not read the same run again and again.
 * 5. Text: `asciiBytes(text, use)` lends the bytes of ASCII text; `undefined` tells that it is not ASCII. Bytes from 0x80
 *    are word breaks.
 * 6. Where literals are rare and short: `buildSieve` and `withPlaces` tell, at two bytes a step, which parts of a text the automaton must read.
 *    They give one byte for each UTF-16 unit, so offsets are those of the text.
 */
export { type AlphabetOptions, isSimple, isWordByte } from './alphabet.ts'
export { type Automaton, buildAutomaton } from './automaton.ts'
export { asciiBytes } from './bytes.ts'
export { LazyAutomaton } from './lazy-automaton.ts'
export type { Literal } from './literal.ts'
export { type PhraseLiteral, type PhraseSink, Phrases } from './phrases.ts'

export { type MatchSink, runAutomaton, STOPPED } from './run.ts'
export { buildSieve } from './sieve/build.ts'
export { encodeAscii, type Places, type Writer, withPlaces, withWritten } from './sieve/places.ts'
export type { Sieve } from './sieve/sift.ts'

import type { Automaton } from './automaton.ts'

/** How many of the bytes read last may still become part of a match. 0: nothing needs to be held back. */
export function pendingBytes({ table, alphabet }: Automaton, state: number): number {
  return table[state + alphabet.size]!
}
