import { describe, expect, it } from 'vitest'
import { type Automaton, buildAutomaton, isWordByte, type Literal, pendingBytes, runAutomaton } from '../../../../src/scan/matcher/index.ts'

const utf8 = new TextEncoder()

function matches(automaton: Automaton, text: string | Uint8Array, mask?: number): string[] {
  const bytes = typeof text === 'string' ? utf8.encode(text) : text
  const seen: string[] = []
  runAutomaton(automaton, bytes, 0, bytes.length, automaton.begin, { match: (id, end) => void seen.push(`${id}@${end}`) }, mask)
  return seen
}

const words = (...texts: string[]): Literal[] => texts.map((text) => ({ text, left: true, right: true }))

describe('an automaton', () => {
  it('finds literals in any case, overlapping and nested', () => {
    const automaton = buildAutomaton([{ text: 'she' }, { text: 'he' }, { text: 'hers' }])
    expect(matches(automaton, 'uSHErs')).toEqual(['0@4', '1@4', '2@6'])
  })

  it('takes words only where they stand alone', () => {
    const automaton = buildAutomaton(words('ignore', 'system prompt'))
    expect(matches(automaton, 'ignored, reignore; (ignore) ignore')).toEqual(['0@26', '0@34'])
    expect(matches(automaton, 'ecosystem prompt, system prompts, a "system prompt"')).toEqual(['1@50'])
  })

  it('reads a byte as itself and as the start of a word at the same time', () => {
    const automaton = buildAutomaton([{ text: '<|im' }, ...words('im', 'system'), { text: '|system' }, { text: '|sy' }])
    expect(matches(automaton, '<|im_start|system|>')).toEqual(['0@4', '1@4', '4@13', '3@17', '2@17'])
  })

  it('reads a run of white space as one space when asked to', () => {
    const automaton = buildAutomaton(words('system prompt'), { collapse: true })
    expect(matches(automaton, 'system \r\n\t   prompt')).toEqual(['0@19'])
    expect(matches(buildAutomaton(words('system prompt')), 'system  prompt')).toEqual([])
  })

  it('reads digits as letters when asked to', () => {
    expect(matches(buildAutomaton(words('ignore all'), { leet: true }), '1GN0R3 4LL')).toEqual(['0@10'])
  })

  it('speaks once for a run of digits', () => {
    const automaton = buildAutomaton([{ text: '000-00-0000' }, { text: '0000000000000' }], { digits: true })
    expect(matches(automaton, '123-45-6789')).toEqual(['0@11'])
    expect(matches(automaton, `x${'7'.repeat(50)}-12-3456 ${'1'.repeat(13)}`)).toEqual(['1@14', '0@59', '1@73'])
  })

  it('speaks once for a row of what is to be said once', () => {
    const automaton = buildAutomaton([{ text: '{{' }, { text: '{%' }, { text: '((' }], { once: '{' })
    expect(matches(automaton, '{{ {{{{{% ((((')).toEqual(['0@2', '0@5', '1@9', '2@12', '2@13', '2@14'])
  })

  it('speaks for the rulesets of its mask only', () => {
    const automaton = buildAutomaton([
      { text: 'a', mask: 1 },
      { text: 'b', mask: 2 },
    ])
    expect(matches(automaton, 'ab', 2)).toEqual(['1@2'])
  })

  it('goes on from chunk to chunk and knows what is still pending', () => {
    const automaton = buildAutomaton(words('system prompt'))
    const bytes = utf8.encode('the system prompt')
    const seen: number[] = []
    const sink = { match: (_: number, end: number) => void seen.push(end) }
    let state = automaton.begin
    for (let i = 0; i < bytes.length; i++) state = runAutomaton(automaton, bytes, i, i + 1, state, sink)
    expect(seen).toEqual([17])
    expect(pendingBytes(automaton, runAutomaton(automaton, bytes, 0, 10, automaton.begin, sink))).toBe(6)
    expect(pendingBytes(automaton, runAutomaton(automaton, bytes, 0, 3, automaton.begin, sink))).toBe(0)
  })

  it.each([{ ascii: true }, {}])('finds the same whether its rows were written before or as texts come to them (%o)', (options) => {
    let state = 11
    const random = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % n
    }
    const string = (length: number) => Array.from({ length }, () => 'aabc -'[random(6)]).join('')
    const literals = Array.from({ length: 60 }, () => ({ text: string(1 + random(9)).trim() })).filter(({ text }) => text !== '')
    const whole = buildAutomaton(literals, { collapse: true, ...options })
    let found = 0
    for (let round = 0; round < 60; round++) {
      // New each time: what is written by one text must not hide what another lacks. Some are one lane, some four, some several blocks.
      const bare = buildAutomaton(literals, { collapse: true, ...options }, false)
      for (const length of [3, 150, 191, 192, 900, 5000, round === 0 ? 80_000 : 300]) {
        const text = string(length)
        const seen = matches(bare, text)
        expect(seen).toEqual(matches(whole, text))
        found += seen.length
      }
    }
    expect(found).toBeGreaterThan(100_000)
  })

  it('stops when the sink has heard enough', () => {
    const automaton = buildAutomaton([{ text: 'a' }])
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
      const automaton = buildAutomaton(literals)
      const text = string(round % 3 === 0 ? 40 : 200 + random(400))
      expect(matches(automaton, text).sort(), JSON.stringify({ literals, text })).toEqual(naive(literals, text))
    }
  })
})
