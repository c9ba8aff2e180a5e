import { describe, expect, it } from 'vitest'
import { LazyAutomaton, type Literal, Phrases, runAutomaton } from '../../../../src/scan/matcher/index.ts'

const utf8 = new TextEncoder()
const options = { leet: true, collapse: true }

function phrases(literals: readonly Literal[], text: string): string[] {
  const seen: string[] = []
  new Phrases(literals, options).find(utf8.encode(text), {
    phrase: (id, start, end) => seen.push(`${id} ${JSON.stringify(text.slice(start, end))}`) < 0,
    heard: 0,
  })
  return seen
}

const words = (...texts: string[]): Literal[] => texts.map((text) => ({ text, left: true, right: true }))

describe('phrases', () => {
  it('are found by their ends, longer ones first, and their beginnings are exact', () => {
    const list = words('your instructions', 'instructions', 'hidden instructions', 'tell')
    expect(phrases(list, 'Show y0ur \r\n INSTRUCTIONS, never tell')).toEqual([
      '0 "y0ur \\r\\n INSTRUCTIONS"',
      '1 "INSTRUCTIONS"',
      '3 "tell"',
    ])
  })

  it('begin and end where words do when they must', () => {
    expect(phrases(words('your instructions'), 'detour instructions, your instructionsheet, xyour instructions')).toEqual([])
    expect(phrases([{ text: 'our instruction' }], 'your instructions')).toEqual(['0 "our instruction"'])
  })

  it('may end in white space, which is news once', () => {
    expect(phrases([{ text: 'system: ' }], 'system:     x')).toEqual(['0 "system: "'])
  })

  it('stop when the sink has heard enough', () => {
    let heard = 0
    const sink = { phrase: () => ++heard === 3, heard: 0 }
    const stopped = new Phrases(words('a'), options).find(utf8.encode('a '.repeat(1000)), sink)
    expect([stopped, heard]).toEqual([true, 3])
  })

  it('are no longer told when all they are about was heard', () => {
    const list = [
      { text: 'instruction', topic: 1 },
      { text: 'hidden instruction', topic: 2 },
      { text: 'old instruction' },
      { text: '%4', topic: 1 },
    ]
    const told: number[] = []
    const sink = {
      heard: 0,
      phrase(id: number) {
        told.push(id)
        this.heard |= list[id]!.topic ?? 0
        return false
      },
    }
    new Phrases(list, options).find(utf8.encode('%4 %4 instruction %4 hidden instruction instruction old instruction'), sink)
    // Three phrases end alike, and one of them is always told.
    expect(told).toEqual([3, 0, 1, 0, 0, 2, 0])
  })

  it('are those an automaton over the whole of them finds, on random texts', () => {
    let state = 7
    const random = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % n
    }
    const string = (length: number) => Array.from({ length }, () => 'aab -'[random(5)]).join('')
    const trimmed = (length: number) => string(length).trim().replace(/ +/g, ' ')
    let matches = 0
    for (let round = 0; round < 400; round++) {
      const literals = Array.from({ length: 12 }, () => trimmed(1 + random(14)))
        .filter((text) => text !== '')
        .map((text) => ({ text, left: /^\w/.test(text) && random(2) === 0, right: random(2) === 0 }))
      const text = string(600)
      const bytes = utf8.encode(text)
      const whole: string[] = []
      const automaton = new LazyAutomaton(literals, options)
      runAutomaton(automaton, bytes, 0, bytes.length, automaton.begin, { match: (id, end) => void whole.push(`${id}@${end}`) })
      const read: string[] = []
      new Phrases(literals, options).find(bytes, {
        phrase: (id, start, end) => {
          expect(text.slice(start, end).replace(/ +/g, ' ')).toBe(literals[id]!.text)
          return read.push(`${id}@${end}`) < 0
        },
        heard: 0,
      })
      expect(read.sort()).toEqual(whole.sort())
      matches += read.length
    }
    expect(matches).toBeGreaterThan(10_000)
  })
})
