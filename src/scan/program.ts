import { lazily } from '../lib/lazily.ts'
import { encodeWord } from './characters.ts'
import { isWordByte, type Literal, type PhraseLiteral, Phrases } from './matcher/index.ts'
import { gapsOf, partsOf, type Rule, type Words } from './rule.ts'

/**
 * Rules, compiled. Immutable; engines hold the state of a scan.
 *
 * A sequence is a path of steps; sequences with the same beginning share them. What a literal does is a slice of `steps` and one of
 * `nears`, in flat arrays: a match of a literal is the event everything else waits for.
 */
export interface Program {
  readonly rules: readonly Rule[]
  readonly literals: readonly PhraseLiteral[]
  /** Trigger bit of a literal that asks for a decoded view. */
  readonly trigger: Uint8Array
  readonly stepCount: number
  /**
   * Steps a literal takes: `steps[stepStart[id] .. stepStart[id + 1])`, {@link STEP} numbers each, in one place because they are read one after
   * the other wherever the literal stands. Later steps of a sequence come first, so that none takes two at once.
   */
  readonly stepStart: Int32Array
  readonly steps: Int32Array
  /** Parts of near sets a literal fills, as with steps. */
  readonly nearStart: Int32Array
  readonly nears: Int32Array
  /** By part: its rule, the first part of the set, how many there are, and how far they may lie apart. */
  readonly nearRule: Int32Array
  readonly nearFirst: Int32Array
  readonly nearCount: Int32Array
  readonly nearWithin: Int32Array
  /** The literals, ready to be found in ASCII text and in normalised text of any script. Each is built when first used. */
  readonly ascii: () => Phrases
  readonly text: () => Phrases
  /** For words that were spelled letter by letter: no spaces, no word boundaries. */
  readonly loose: () => Phrases
}

/** Numbers of a step: its own, the step before it or -1, the characters allowed in between, and the rule it completes or -1. */
export const STEP = 4
export const PARENT = 1
export const GAP = 2
export const COMPLETES = 3

interface Step {
  readonly parent: number
  readonly gap: number
  readonly depth: number
  readonly literals: readonly number[]
  rule: number
}

interface NearPart {
  readonly rule: number
  readonly first: number
  readonly count: number
  readonly within: number
  readonly literals: readonly number[]
}

/** Compiles rules into literals and the steps between them. `triggers` are words that ask for a decoded view, with their bit. */
export function compileRules(rules: readonly Rule[], triggers: Readonly<Record<string, number>> = {}): Program {
  const vocabulary = new Vocabulary()
  const steps: Step[] = []
  const known = new Map<string, number>()
  const nears: NearPart[] = []

  const stepTo = (parent: number, words: Words, gap: number): number => {
    const key = `${parent} ${gap} ${vocabulary.idOf(words)}`
    let id = known.get(key)
    if (id === undefined) {
      id =
        steps.push({ parent, gap, depth: parent < 0 ? 0 : steps[parent]!.depth + 1, literals: vocabulary.literalsOf(words), rule: -1 }) - 1
      known.set(key, id)
    }
    return id
  }
  rules.forEach(({ pattern }, rule) => {
    const parts = partsOf(pattern)
    if ('near' in pattern) {
      const first = nears.length
      for (const words of parts)
        nears.push({ rule, first, count: parts.length, within: pattern.within, literals: vocabulary.literalsOf(words) })
      return
    }
    if (parts.length === 0) return
    const gaps = 'sequence' in pattern ? gapsOf(pattern) : []
    let last = -1
    parts.forEach((words, i) => {
      last = stepTo(last, words, i === 0 ? 0 : gaps[i - 1]!)
    })
    // Two rules with the same sequence: the second gets a last step of its own.
    if (steps[last]!.rule >= 0) last = steps.push({ ...steps[last]! }) - 1
    steps[last]!.rule = rule
  })

  const marked = Object.entries(triggers).map(([word, bit]) => [vocabulary.literal(word), bit] as const)
  const trigger = new Uint8Array(vocabulary.literals.length)
  for (const [id, bit] of marked) trigger[id]! |= bit
  const byDepth = steps.map((_, i) => i).sort((a, b) => steps[b]!.depth - steps[a]!.depth)
  const stepIndex = slices(vocabulary.literals.length, byDepth, (i) => steps[i]!.literals)
  const nearIndex = slices(vocabulary.literals.length, [...nears.keys()], (i) => nears[i]!.literals)
  // What only asks for a decoded view is news but once.
  const literals = vocabulary.literals.map((literal, id): PhraseLiteral => {
    const busy = stepIndex.start[id] !== stepIndex.start[id + 1] || nearIndex.start[id] !== nearIndex.start[id + 1]
    return busy ? literal : { ...literal, topic: trigger[id] }
  })
  return {
    rules,
    literals,
    trigger,
    stepCount: steps.length,
    stepStart: stepIndex.start.map((start) => start * STEP),
    steps: listSteps(steps, stepIndex, literals),
    nearStart: nearIndex.start,
    nears: nearIndex.items,
    nearRule: Int32Array.from(nears, (part) => part.rule),
    nearFirst: Int32Array.from(nears, (part) => part.first),
    nearCount: Int32Array.from(nears, (part) => part.count),
    nearWithin: Int32Array.from(nears, (part) => part.within),
    ascii: lazily(() => new Phrases(literals, { leet: true, collapse: true, ascii: true })),
    text: lazily(() => new Phrases(literals, { leet: true, collapse: true })),
    loose: lazily(
      () =>
        new Phrases(
          literals.map(({ text, topic }) => ({ text: text.replaceAll(' ', ''), topic })),
          { leet: true },
        ),
    ),
  }
}

function listSteps(
  steps: readonly Step[],
  { start, items }: { readonly start: Int32Array; readonly items: Int32Array },
  literals: readonly Literal[],
): Int32Array {
  const list = new Int32Array(items.length * STEP)
  for (let id = 0; id < literals.length; id++) {
    const { text } = literals[id]!
    // White space of the literal adds to the gap before it.
    const slack = text.includes(' ') ? text.length : 0
    for (let i = start[id]!; i < start[id + 1]!; i++) {
      const { parent, gap, rule } = steps[items[i]!]!
      list[i * STEP] = items[i]!
      list[i * STEP + PARENT] = parent
      list[i * STEP + GAP] = gap + slack
      list[i * STEP + COMPLETES] = rule
    }
  }
  return list
}

/** Words of rules as literals, each once. */
class Vocabulary {
  readonly literals: Literal[] = []
  readonly #ids = new Map<string, number>()
  /** Word lists are shared between rules; by identity, they are read once. */
  readonly #lists = new Map<Words, { readonly id: number; readonly literals: readonly number[] }>()

  literal(word: string): number {
    const bare = word === '**'
    const open = word.endsWith('*') && !bare
    const anywhere = word.startsWith('*') && !bare
    const text = encodeWord(word.slice(anywhere ? 1 : 0, open ? -1 : undefined))
    const left = !anywhere && isWordByte(text.charCodeAt(0))
    const right = !open && isWordByte(text.charCodeAt(text.length - 1))
    const key = left && right ? text : `${left ? '(' : ' '}${right ? ')' : ' '}${text}`
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.literals.push({ text, left, right }) - 1
      this.#ids.set(key, id)
    }
    return id
  }

  idOf(words: Words): number {
    return this.#list(words).id
  }

  literalsOf(words: Words): readonly number[] {
    return this.#list(words).literals
  }

  #list(words: Words): { readonly id: number; readonly literals: readonly number[] } {
    let list = this.#lists.get(words)
    if (list === undefined) {
      list = { id: this.#lists.size, literals: [...new Set(words.map((word) => this.literal(word)))] }
      this.#lists.set(words, list)
    }
    return list
  }
}

/** Turns "items and their literals" round: by literal, a slice of its items in the given order. */
function slices(
  count: number,
  items: readonly number[],
  literalsOf: (item: number) => readonly number[],
): { readonly start: Int32Array; readonly items: Int32Array } {
  const start = new Int32Array(count + 1)
  for (const item of items) for (const id of literalsOf(item)) start[id + 1]!++
  for (let id = 0; id < count; id++) start[id + 1]! += start[id]!
  const filled = start.slice()
  const flat = new Int32Array(start[count]!)
  for (const item of items) for (const id of literalsOf(item)) flat[filled[id]!++] = item
  return { start, items: flat }
}
