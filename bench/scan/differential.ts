/*
 * Differential fuzz of the gate: random JSON documents made of the words of the rules, in disguises, between filler. Wherever the exact
 * scan of some string of a document finds something, the gate over its raw bytes must have asked for a closer look.
 *
 *   node bench/scan/differential.ts [documents] [seed]
 */
import type { SlotKind } from '../../src/core/finding.ts'
import { createScanner, type Scanner, walkStrings } from '../../src/scan/index.ts'
import { partsOf } from '../../src/scan/rule.ts'

export interface FuzzReport {
  readonly documents: number
  readonly seed: number
  /** Documents in which the exact scan found something. */
  readonly found: number
  /** Documents the gate asked to look at. */
  readonly opened: number
  /** Documents the gate let pass although the exact scan finds something. Must be empty. */
  readonly missed: readonly string[]
}

const slots: readonly SlotKind[] = ['prompt', 'tool-arguments', 'tool-result', 'resource', 'tool-definition']
const filler =
  'the of a report weather in Bern 2026-07-28 id null {x} (see) user data - * # code: let i = 0; http://example.com/a?b=c 42 %'.split(' ')
const joints = [
  ' ',
  ' ',
  ' ',
  ' ',
  '\n',
  '\t',
  '  ',
  '\r\n',
  ', ',
  '. ',
  ' "',
  '\\',
  ' / ',
  '\n\n\n',
  '      ',
  ': ',
  ' <',
  '> ',
  '; ',
  "'",
  // Longer than any passage: a rule may be stretched over it, and end where another begins.
  ' '.repeat(1500),
]

export function fuzzGate(documents: number, seed: number, scanner: Scanner = createScanner()): FuzzReport {
  let state = seed >>> 0
  const random = (n: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % n
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const rules = scanner.rules.map((rule) => partsOf(rule.pattern)).filter((parts) => parts.length > 0)
  const word = (list: readonly string[]) => pick(list).replace(/^\*|\*$/g, '')
  const phrase = () => {
    const parts = pick(rules).map(word)
    return parts.map((part) => part + pick(joints) + (random(3) === 0 ? pick(filler) + pick(joints) : '')).join('')
  }
  const plain = () => Array.from({ length: random(8) }, () => pick(filler)).join(' ')
  const disguise = (text: string): string => {
    switch (random(24)) {
      case 0:
        return btoa(unescape(encodeURIComponent(text)))
      case 1:
        return [...text].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
      case 2:
        return [...text].map((c) => `&#${c.charCodeAt(0)};`).join('')
      case 3:
        return [...text.replaceAll(/[^a-z]/gi, '')].join(pick([' ', '.', '-', '_', '\\']))
      case 4:
        return [...text].reverse().join('')
      case 5:
        return text.replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 97 + 13) % 26) + 97))
      case 6:
        return text.replaceAll('i', '1').replaceAll('o', '0').replaceAll('e', '3')
      case 7:
        return text.toUpperCase()
      case 8:
        return [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
      case 9:
        return [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
      case 10:
        return [...text].map((c) => `=${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
      case 11:
        return text + ' '.repeat(random(300)) + phrase()
      case 12:
        return random(6) === 0 ? [...text].join('\u200b') : text
      default:
        return text
    }
  }
  const string = () => {
    let text = plain()
    for (let i = random(4); i > 0; i--) text += pick(joints) + disguise(phrase()) + pick(joints) + plain()
    return text
  }
  const value = (depth: number): unknown => {
    if (depth === 0 || random(3) > 0) return string()
    if (random(2) === 0) return Array.from({ length: random(4) }, () => value(depth - 1))
    return Object.fromEntries(Array.from({ length: random(4) }, () => [random(5) === 0 ? string() : pick(filler), value(depth - 1)]))
  }
  const encoder = new TextEncoder()
  const missed: string[] = []
  let found = 0
  let opened = 0
  for (let i = 0; i < documents; i++) {
    const document = value(2)
    let text = JSON.stringify(document, null, pick([undefined, undefined, 2])) ?? '""'
    if (random(8) === 0) text = text.replaceAll('/', '\\/')
    const slot = pick(slots)
    const hit = walkStrings(document, (leaf) => scanner.scan(leaf.text, { slot }).findings.length > 0)
    const open = scanner.gate(encoder.encode(text), random(2) === 0 ? [slot] : undefined)
    if (hit) found++
    if (open) opened++
    if (hit && !open) missed.push(`${slot} ${text}`)
  }
  return { documents, seed, found, opened, missed }
}

if (process.argv[1]?.endsWith('differential.ts')) {
  const documents = Number(process.argv[2] ?? 300_000)
  const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32))
  const { missed, ...report } = fuzzGate(documents, seed)
  console.log(JSON.stringify({ ...report, missed: missed.length }))
  for (const miss of missed.slice(0, 10)) console.log(miss)
  if (missed.length > 0) process.exitCode = 1
}
