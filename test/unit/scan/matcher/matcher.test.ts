import { describe, expect, it } from 'vitest'
import {
  type Automaton,
  buildAutomaton,
  isWordByte,
  LazyAutomaton,
  type Literal,
  pendingBytes,
  runAutomaton,
} from '../../../../src/scan/matcher/index.ts'

const utf8 = new TextEncoder()

function matches(automaton: LazyAutomaton, text: string): string[] {
  const bytes = utf8.encode(text)
  const seen: string[] = []
  runAutomaton(automaton, bytes, 0, bytes.length, automaton.begin, { match: (id, end) => void seen.push(`${id}@${end}`) })
  return seen
}

/** What is found by whoever reads the tables, `right` left to him. */
function read({ alphabet, table, stride, begin, outEnd, outputStart, outputs }: Automaton, text: string): string[] {
  const seen: string[] = []
  let state = begin
  utf8.encode(text).forEach((byte, at) => {
    state = table[state + alphabet.classOf[byte]!]!
    if (state < outEnd) for (let i = outputStart[state / stride]!; outputs[i]! >= 0; i++) seen.push(`${outputs[i]}@${at + 1}`)
  })
  return seen
}

const words = (...texts: string[]): Literal[] => texts.map((text) => ({ text, left: true, right: true }))

describe('an automaton', () => {
  it('finds literals in any case, overlapping and nested', () => {
    const automaton = new LazyAutomaton([{ text: 'she' }, { text: 'he' }, { text: 'hers' }])
    expect(matches(automaton, 'uSHErs')).toEqual(['0@4', '1@4', '2@6'])
  })

  it('takes words only where they stand alone', () => {
    const automaton = new LazyAutomaton(words('ignore', 'system prompt'))
    expect(matches(automaton, 'ignored, reignore; (ignore) ignore')).toEqual(['0@26', '0@34'])
    expect(matches(automaton, 'ecosystem prompt, system prompts, a "system prompt"')).toEqual(['1@50'])
  })

  it('reads a byte as itself and as the start of a word at the same time', () => {
    const automaton = new LazyAutomaton([{ text: '<|im' }, ...words('im', 'system'), { text: '|system' }, { text: '|sy' }])
    expect(matches(automaton, '<|im_start|system|>')).toEqual(['0@4', '1@4', '4@13', '3@17', '2@17'])
  })

  it('reads a run of white space as one space when asked to', () => {
    const automaton = new LazyAutomaton(words('system prompt'), { collapse: true })
    expect(matches(automaton, 'system \r\n\t   prompt')).toEqual(['0@19'])
    expect(matches(new LazyAutomaton(words('system prompt')), 'system  prompt')).toEqual([])
  })

  it('reads digits as letters when asked to', () => {
    expect(matches(new LazyAutomaton(words('ignore all'), { leet: true }), '1GN0R3 4LL')).toEqual(['0@10'])
  })

  it('speaks once for a run of digits', () => {
    const automaton = buildAutomaton([{ text: '000-00-0000' }, { text: '0000000000000' }], { digits: true })
    expect(read(automaton, '123-45-6789')).toEqual(['0@11'])
    expect(read(automaton, `x${'7'.repeat(50)}-12-3456 ${'1'.repeat(13)}`)).toEqual(['1@14', '0@59', '1@73'])
  })

  it('speaks once for a row of what is to be said once', () => {
    const automaton = buildAutomaton([{ text: '{{' }, { text: '{%' }, { text: '((' }], { once: '{' })
    expect(read(automaton, '{{ {{{{{% ((((')).toEqual(['0@2', '0@5', '1@9', '2@12', '2@13', '2@14'])
  })

  it('goes on from chunk to chunk and knows what is still pending', () => {
    const automaton = buildAutomaton([{ text: 'system prompt', left: true }])
    const { alphabet, table, begin, outEnd } = automaton
    const states = [begin]
    for (const byte of utf8.encode('the system prompt')) states.push(table[states.at(-1)! + alphabet.classOf[byte]!]!)
    expect(states.findIndex((state) => state < outEnd)).toBe(17)
    expect(pendingBytes(automaton, states[10]!)).toBe(6)
    expect(pendingBytes(automaton, states[3]!)).toBe(0)

    const lazy = new LazyAutomaton(words('system prompt'))
    const bytes = utf8.encode('the system prompt')
    const seen: number[] = []
    let state = lazy.begin
    for (let i = 0; i < bytes.length; i++) state = runAutomaton(lazy, bytes, i, i + 1, state, { match: (_, end) => void seen.push(end) })
    expect(seen).toEqual([17])
  })

  it.each([{ ascii: true }, {}])('finds the same whether its rows were written before or as texts come to them (%o)', (options) => {
    let state = 11
    const random = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % n
    }
    const string = (length: number) => Array.from({ length }, () => 'aabc -'[random(6)]).join('')
    const literals = Array.from({ length: 60 }, () => ({
      text: string(1 + random(9))
        .trim()
        .replaceAll('  ', ' '),
    })).filter(({ text }) => text !== '')
    const whole = buildAutomaton(literals, { collapse: true })
    let found = 0
    for (let round = 0; round < 60; round++) {
      // New each time: what is written by one text must not hide what another lacks. Some are one lane, some four, some several blocks.
      const bare = new LazyAutomaton(literals, { collapse: true, ...options })
      for (const length of [3, 150, 191, 192, 900, 5000, round === 0 ? 80_000 : 300]) {
        const text = string(length)
        const seen = matches(bare, text)
        expect(seen).toEqual(read(whole, text))
        found += seen.length
      }
    }
    expect(found).toBeGreaterThan(100_000)
  })

  it('has room for more states than sixteen bits can tell apart', () => {
    let state = 5
    const letter = () => String.fromCharCode(97 + (((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % 26))
    const texts = [...new Set(Array.from({ length: 6000 }, () => Array.from({ length: 9 }, letter).join('')))]
    for (const options of [{ ascii: true }, {}]) {
      const automaton = new LazyAutomaton(words(...texts), options)
      // Found before it had to grow, while, and after.
      for (let round = 0; round < 2; round++)
        expect(matches(automaton, texts.join(' '))).toEqual(texts.map((_, id) => `${id}@${(id + 1) * 10 - 1}`))
      expect(automaton.rows).toBeGreaterThan(0x8000)
      expect(automaton.table).toBeInstanceOf(Int32Array)
    }
  })

  it('stops when the sink has heard enough', () => {
    const automaton = new LazyAutomaton([{ text: 'a' }])
    let heard = 0
    runAutomaton(automaton, utf8.encode('a'.repeat(1000)), 0, 1000, automaton.begin, { match: () => ++heard === 3 })
    expect(heard).toBe(3)
  })
})

/** What the automaton must find, said as plainly as possible. */
function naive(literals: readonly Literal[], text: string): string[] {
  const hits: string[] = []
  const low = text.toLowerCase()
  for (let end = 1; end <= low.length; end++) {
    literals.forEach((literal, id) => {
      const start = end - literal.text.length
      if (start < 0 || low.slice(start, end) !== literal.text) return
      if (literal.left && start > 0 && isWordByte(low.charCodeAt(start - 1))) return
      if (literal.right && end < low.length && isWordByte(low.charCodeAt(end))) return
      hits.push(`${id}@${end}`)
    })
  }
  return hits.sort()
}

describe('against a naive search', () => {
  it('agrees on random literals and texts, in one lane and in four', () => {
    let seed = 20260728
    const random = (n: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * n)
    }
    const letters = 'aab<| '
    const string = (n: number) => Array.from({ length: n }, () => letters[random(letters.length)]).join('')
    for (let round = 0; round < 300; round++) {
      const literals: Literal[] = Array.from({ length: 1 + random(6) }, () => {
        const text = string(1 + random(5)).replace(/^ +| +$/g, 'a')
        const bound = /^[ab]/.test(text) && random(2) === 0
        return { text, left: bound, right: /[ab]$/.test(text) && random(2) === 0 }
      })
      const automaton = new LazyAutomaton(literals)
      const text = string(round % 3 === 0 ? 40 : 200 + random(400))
      expect(matches(automaton, text).sort(), JSON.stringify({ literals, text })).toEqual(naive(literals, text))
    }
  })
})
