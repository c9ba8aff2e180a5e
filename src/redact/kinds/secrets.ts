import { commonSecrets, type SecretRow } from '../../rules/secrets.ts'
import { ofClass, opening } from '../engine/around.ts'
import { ALNUM, BASE64, BASE64URL, classOf, DIGIT, HEX, LOWER, UPPER, WORD } from '../engine/chars.ts'
import type { Cursor, Tail } from '../engine/cursor.ts'
import type { Kind } from '../kind.ts'

interface Part {
  /** What the text must read here; of a part that is a run, nothing. */
  readonly literal: string
  readonly mask: number
  readonly min: number
  readonly max: number
  /** The rest of the run belongs to the match, however long it is. */
  readonly open: boolean
  /** Must hold a digit and a letter: words joined by nothing are no key. */
  readonly mixed: boolean
}

const classes: Readonly<Record<string, number>> = {
  d: DIGIT,
  h: HEX,
  a: ALNUM,
  u: UPPER | DIGIT,
  l: LOWER | DIGIT,
  w: WORD,
  b: BASE64URL,
  s: BASE64,
}

function parsePart(part: string): Part {
  const [, mixed, letter, min, more] = /^(\??)([dhaulwbs])(\d+)(\+|-\d+)?$/.exec(part) ?? []
  if (letter === undefined) return { literal: part, mask: 0, min: 0, max: 0, open: false, mixed: false }
  const least = Number(min)
  const open = more === '+'
  const most = open || more === undefined ? least : Number(more.slice(1))
  return { literal: '', mask: classes[letter]!, min: least, max: most, open, mixed: mixed === '?' }
}

/** Takes characters of a class for as long as they come. */
export function runTail(mask: number): Tail {
  return { takes: (code) => (classOf(code) & mask) !== 0 }
}

interface Shape {
  readonly prefix: string
  /** The text must read so. A prefix of digits stands for any digits. */
  readonly exact: boolean
  readonly parts: readonly Part[]
}

/** Matches `shape` at `start`. Each part is one run, so there is nothing to go back to. */
export function matchShape(cursor: Cursor, start: number, { prefix, exact, parts }: Shape): boolean {
  let i = start + prefix.length
  if (exact ? !cursor.reads(start, prefix) : cursor.run(start, DIGIT, prefix.length) < i) return false
  /** What is not the same in every key. */
  let value = ''
  for (let at = 0; at < parts.length; at++) {
    const { literal, mask, min, max, open, mixed } = parts[at]!
    if (literal !== '') {
      if (!cursor.reads(i, literal)) return false
      i += literal.length
      continue
    }
    // One more than may be there tells a run that is too long.
    const end = cursor.run(i, mask, open ? min : max + 1)
    if (end - i < min || end - i > max) return false
    const text = cursor.slice(i, end)
    if (mixed && !isMixed(text)) return false
    value += text
    if (open) return !isFiller(value) && cursor.match(start, end, runTail(mask))
    i = end
  }
  return cursor.closes(i) && !isFiller(value) && cursor.match(start, i)
}

/** `ghp_xxxxxxxx`, `AKIA0000`: where a key goes, not a key. Sixteen characters at random are never so alike. */
export const isFiller = (value: string): boolean => new Set(value).size < 4

const isMixed = (text: string): boolean => /\d/.test(text) && /[a-z]/i.test(text)

/** Reads `AKIA u16`. A row that begins with a part has no prefix. */
export function parseShape(row: string): Shape {
  const [first = '', ...rest] = row.split(' ')
  const part = parsePart(first)
  if (part.literal === '') return { prefix: '', exact: false, parts: [part, ...rest.map(parsePart)] }
  return { prefix: first, exact: first[0] !== '0', parts: rest.map(parsePart) }
}

/** Characters of a key that are asked for before anything else of it is. */
const ENOUGH = 8

/** What makes a kind look for a shape. */
interface Seen {
  readonly trigger: string
  readonly shape: Shape
  /** Where in the shape the trigger ends, as far as that is always the same: the part that follows it, and how much of that it has. */
  readonly part: Part | undefined
  readonly eaten: number
}

/** Numbers are everywhere, so a shape that begins with one is seen by what follows it; so are two letters, by the first of the key. */
function seenBy(shape: Shape): readonly Seen[] {
  const { prefix, parts } = shape
  const [first, mark, key] = parts
  if (!shape.exact && first?.mask === DIGIT && mark !== undefined && mark.literal !== '')
    return [{ trigger: `0000${mark.literal}`, shape, part: key, eaten: 0 }]
  if (prefix.length < 3 && first?.mask === HEX)
    return Array.from('0abcdef', (head) => ({ trigger: prefix + head, shape, part: first, eaten: 1 }))
  return [{ trigger: prefix, shape, part: first, eaten: 0 }]
}

/** Where the shape begins whose trigger does at `start`. */
const beginOf = (cursor: Cursor, start: number, { exact }: Shape): number => (exact ? start : cursor.back(start, DIGIT, MAX_NUMBER))
const MAX_NUMBER = 32

/** Makes a kind of a row of the table. */
export function secretKind([name, issuer, ...rows]: SecretRow, pack?: string): Kind {
  const shapes = rows.map(parseShape)
  const seen = shapes.flatMap(seenBy)
  return {
    id: `secret/${name}`,
    name,
    group: 'secret',
    label: `[${name.toUpperCase().replaceAll('-', '_')}_REDACTED]`,
    severity: 'critical',
    what: `${issuer}: ${[...new Set(shapes.map((shape) => `\`${shape.prefix}\u2026\``))].join(', ')}`,
    validator: 'prefix in its exact case, alphabet and length; not the same three characters over and over',
    base: pack === undefined,
    pack,
    // Two letters begin many words.
    wholeWords: shapes.some((shape) => shape.prefix.length < 3),
    reachesBack: shapes.some((shape) => !shape.exact),
    triggers: seen.map(({ trigger }) => trigger),
    around(_trigger, index) {
      const { shape, part, eaten } = seen[index]!
      const left = part === undefined ? 0 : part.min - eaten
      const [after, next] = [0, 1].map((at) => (left > at ? ofClass(part!.mask) : undefined))
      return {
        before: shape.exact ? opening(ALNUM) : undefined,
        after,
        next,
        run: part && { mask: part.mask, least: Math.min(left, ENOUGH) },
      }
    },
    verify(cursor, start, _end, trigger) {
      const { shape } = seen[trigger]!
      const from = beginOf(cursor, start, shape)
      return cursor.opens(from) && matchShape(cursor, from, shape)
    },
  }
}

export const commonSecretKinds: readonly Kind[] = commonSecrets.map((row) => secretKind(row))
