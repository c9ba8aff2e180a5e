import type { Finding } from '../core/finding.ts'
import type { Message } from '../core/message.ts'
import { readAt, writeAt } from './deltas/piece.ts'
import { BASE64URL, classOf, DOT, EQUALS, PLUS_SLASH } from './engine/chars.ts'
import { privateKey } from './kinds/credentials.ts'
import { mendNeighbours } from './neighbours.ts'
import type { Redacted } from './redacted.ts'

/** How much of what has left is remembered: longer than any key but those that are blocks. It is cut when it is four times as long. */
const MAX_TAIL = 256
/** Enough of a block's beginning to know what follows by. */
const MAX_BEGINNING = 96
/** No key has fewer characters in a row. */
const MIN_KEY = 16

/** Where a notification says something that the next may go on with. */
const members: Readonly<Record<string, string>> = { 'notifications/message': 'data', 'notifications/progress': 'message' }

/**
 * Watches what the notifications of one stream say one after the other. What has left cannot be called back, and none waits for the next; but
 * the one that completes a key loses its part of it, and a key block loses every line after the first.
 */
export class Sequels {
  readonly #redact: (text: string) => Redacted
  /** What was said, or the end of it. */
  #tail = ''
  /** How many characters of a key it may end with, at most {@link MIN_KEY}. */
  #run = 0
  /** The message that was last found to go on with nothing. */
  #seen = ''

  constructor(redact: (text: string) => Redacted) {
    this.#redact = redact
  }

  /** The same as {@link follows} for one that may have been asked about already. */
  mayGoOn(json: string): boolean {
    return json !== this.#seen && this.follows(json)
  }

  /** False when this raw message goes on with no key; unparsed, by what stands around the seam. It is the last that was said then. */
  follows(json: string): boolean {
    const text = rawText(json)
    if (text === undefined || this.#run + runOn(text) >= MIN_KEY) return true
    const tail = this.#tail + text
    this.#tail = tail.length > 4 * MAX_TAIL ? tail.slice(-MAX_TAIL) : tail
    const run = runBack(text)
    this.#run = run === text.length ? Math.min(this.#run + run, MIN_KEY) : run
    this.#seen = json
    return false
  }

  /** `value` is the message as it would leave; the same value comes back when nothing goes on from before. */
  next(message: Message, value: unknown): { readonly value: unknown; readonly findings: readonly Finding[] } {
    const same = { value, findings: [] }
    const { method = '', text: json } = message
    if (json === this.#seen || !Object.hasOwn(members, method)) return same
    const path = ['params', members[method]!]
    const said = readAt(message.value, path)
    const text = readAt(value, path)
    if (typeof said !== 'string' || typeof text !== 'string') return same
    const tail = this.#tail.slice(-MAX_TAIL)
    const mended = tail === '' ? undefined : mendNeighbours(this.#redact, [tail, text])
    const left = mended === undefined ? text : mended.found[0]!.piece + mended.texts[1]!
    const block = mended !== undefined ? this.#openBlock(tail + text) : text !== said ? this.#openBlock(said) : undefined
    this.#tail = block ?? (tail + left).slice(-MAX_TAIL)
    this.#run = runBack(this.#tail)
    if (mended === undefined) return same
    return {
      value: writeAt(value, path, left),
      findings: mended.found.map(({ finding }) => ({ ...finding, pointer: `/${path.join('/')}` })),
    }
  }

  /** The beginning of a key block that has no end yet. */
  #openBlock(text: string): string | undefined {
    const last = this.#redact(text).findings.at(-1)
    const [from, to] = last?.range ?? [0, 0]
    if (last?.rule !== privateKey.id || to < text.length || /-----END [A-Z ]+-----\s*$/.test(text)) return undefined
    return text.slice(from, from + MAX_BEGINNING)
  }
}

/** Alternatives are looked for by leaps; a search for one text stops at every quote, and JSON is made of quotes. */
const names = /"(?:data|message)"/

/** What a notification says, its escapes as they are: `""` for nothing, undefined when that takes a parser to tell. */
function rawText(json: string): string | undefined {
  const name = json.search(names)
  if (name < 0) return ''
  const from = json.indexOf('"', name + 1) + 3
  if (!json.startsWith(':"', from - 2)) return undefined
  for (let to = json.indexOf('"', from); to >= 0; to = json.indexOf('"', to + 1)) {
    if (json.charCodeAt(to - 1) === 92) continue
    // No name begins within a string. At `to` one may: when the string ended with a backslash, that is a later quote.
    return names.test(json.slice(to)) ? undefined : json.slice(from, to)
  }
  return undefined
}

// A backslash may begin the escape of any character.
const isKey = (code: number): boolean => (classOf(code) & (BASE64URL | DOT | PLUS_SLASH | EQUALS)) !== 0 || code === 58 || code === 92

function runOn(text: string): number {
  let at = 0
  while (at < MIN_KEY && at < text.length && isKey(text.charCodeAt(at))) at++
  return at
}

function runBack(text: string): number {
  let at = text.length
  while (text.length - at < MIN_KEY && at > 0 && isKey(text.charCodeAt(at - 1))) at--
  return text.length - at
}
