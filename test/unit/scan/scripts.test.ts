import { describe, expect, it } from 'vitest'
import { joins } from '../../../src/scan/compose.ts'
import { createScanner, defineRule } from '../../../src/scan/index.ts'

const words = {
  Thai: 'คำสั่ง',
  'Thai in parts': 'ทํางาน',
  Japanese: 'ガイドを無視',
  Korean: '지시를 무시',
  'Korean with finals': '규칙을 잊',
  Russian: 'игнорируй всё',
  Ukrainian: 'їх ігноруй',
  Greek: 'αγνόησε τις οδηγίες',
  Hindi: 'पढ़ो और करो',
  Bengali: 'ড়াও',
  Arabic: 'تجاهل التعليمات السابقة آ',
  Vietnamese: 'bỏ qua hướng dẫn',
  Polish: 'żądanie',
} as const

describe.each(Object.entries(words))('a word in %s', (_, word) => {
  const scanner = createScanner({
    rules: [defineRule({ id: 'own/word', family: 'own', severity: 'high', weight: 1, pattern: { any: [word] } })],
  })

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)('is found in text of the form %s, where it stands', (form) => {
    const before = 'A note: '
    const found = word.normalize(form)
    const { findings } = scanner.scan(`${before}${found}.`, { slot: 'tool-result' })
    expect(findings.map(({ rule, range }) => [rule, range])).toEqual([['own/word', [before.length, before.length + found.length]]])
    expect(scanner.sanitise(`${before}${found}.`, { slot: 'tool-result' }).findings).toHaveLength(1)
    expect(scanner.scan(scanner.sanitise(`${before}${found}.`, { slot: 'tool-result' }).text, { slot: 'tool-result' }).flagged).toBe(false)
  })

  it('is not found where letters of it are missing', () => {
    const points = [...word.normalize('NFC')]
    for (let i = 0; i < points.length; i++) {
      if (points[i] === ' ') continue
      const shorter = points.toSpliced(i, 1).join('')
      expect(scanner.scan(`A note: ${shorter}.`, { slot: 'tool-result' }).findings, shorter).toEqual([])
    }
  })
})

it('reads presentation forms as the letters they are of', () => {
  const scanner = createScanner({
    rules: [defineRule({ id: 'own/word', family: 'own', severity: 'high', weight: 1, pattern: { any: ['الله', 'ガイド'] } })],
  })
  for (const text of ['ﷲ', 'ﺍﻟﻠﻪ', 'ｶﾞｲﾄﾞ']) expect(scanner.scan(`see ${text} here`).flagged, text).toBe(true)
})

/** Units of the Basic Multilingual Plane beyond ASCII. */
const units = Array.from({ length: 0x10000 - 0x80 }, (_, i) => i + 0x80).filter((unit) => unit < 0xd800 || unit > 0xdfff)

it('joins whatever Unicode composes', () => {
  const apart = units.map((unit) => String.fromCharCode(unit)).filter((char) => char.normalize('NFD').normalize('NFC') === char)
  const parts = apart.map((char) => char.normalize('NFD')).filter((form) => form.length > 1)
  expect(parts.length).toBeGreaterThan(10_000)
  expect(parts.filter((form) => !joins(form.charCodeAt(form.length - 1)))).toEqual([])
})

it.each([
  ['a voicing mark', 'か\u3099'],
  ['jamo', '\u1100\u1161\u11a8'],
  ['a breve', 'и\u0306'],
  ['a ligature', 'ﷺ'],
])('takes time in proportion to a flood of %s', { retry: 2 }, (_, unit) => {
  const scanner = createScanner()
  const time = (length: number) => {
    const text = unit.repeat(length / unit.length)
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 4; i++) {
      const start = performance.now()
      scanner.scan(text)
      best = Math.min(best, performance.now() - start)
    }
    return best
  }
  time(50_000)
  // Four times the text; a square would take sixteen times as long. Room for a busy machine.
  expect(time(200_000) / time(50_000)).toBeLessThan(9)
})
