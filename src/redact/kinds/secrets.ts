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
  /** The text must read so. A prefix of digits stands for any digits; its trigger has seen to that. */
  readonly exact: boolean
  readonly parts: readonly Part[]
}

/** Matches `shape` at `start`. Each part is one run, so there is nothing to go back to. */
export function matchShape(cursor: Cursor, start: number, { prefix, exact, parts }: Shape): boolean {
  if (exact && !cursor.reads(start, prefix)) return false
  let i = start + prefix.length
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

/** Makes a kind of a row of the table. */
export function secretKind([name, issuer, ...rows]: SecretRow, pack?: string): Kind {
  const shapes = rows.map(parseShape)
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
    triggers: shapes.map((shape) => shape.prefix),
    around(_trigger, index) {
      const part = shapes[index]!.parts[0]
      const [after, next] = [0, 1].map((at) => (part !== undefined && part.min > at ? ofClass(part.mask) : undefined))
      return { before: opening(ALNUM), after, next, run: part && { mask: part.mask, least: Math.min(part.min, ENOUGH) } }
    },
    verify(cursor, start, _end, trigger) {
      return cursor.opens(start) && matchShape(cursor, start, shapes[trigger]!)
    },
  }
}

export const commonSecretKinds: readonly Kind[] = commonSecrets.map((row) => secretKind(row))
