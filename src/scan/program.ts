import { encodeWord } from './characters.ts'
import { type Automaton, buildAutomaton, isWordByte, type Literal } from './matcher/index.ts'
import { gapsOf, partsOf, type Rule, type Words } from './rule.ts'

/** What a literal means to the engine. */
interface Entry {
  readonly length: number
  /** Length again when it holds white space, which may have been a longer run: its beginning is not known exactly. */
  readonly slack: number
  /** Steps of sequences it takes, later steps first, so that one match never takes two steps at once. */
  readonly nodes: number[]
  readonly near: number[]
  trigger: number
}

/** One step of a sequence. Sequences with the same beginning share their steps. */
interface Node {
  readonly parent: number
  readonly gap: number
  readonly depth: number
  rule: number
}

interface NearSlot {
  readonly rule: number
  readonly first: number
  readonly count: number
  readonly within: number
}

/** Rules, compiled. Immutable; engines hold the state of a scan. */
export interface Program {
  readonly rules: readonly Rule[]
  readonly literals: readonly Literal[]
  readonly entries: readonly Entry[]
  readonly nodes: readonly Node[]
  readonly nearOf: readonly NearSlot[]
  readonly nearSize: number
  /** Automata over ASCII text, over normalised text of any script, and over raw JSON. Each is built when first used. */
  readonly ascii: () => Automaton
  readonly text: () => Automaton
  /** For words that were spelled letter by letter: no spaces, no word boundaries. */
  readonly loose: () => Automaton
  readonly json: () => Automaton
}

/** Literals that ask for a decoded view of the text, by trigger bit. */
export type Triggers = Readonly<Record<string, number>>

/** Compiles rules into literals and the steps between them. */
export function compileRules(rules: readonly Rule[], triggers: Triggers = {}): Program {
  const literals: Literal[] = []
  const entries: Entry[] = []
  const ids = new Map<string, number>()
  const nodes: Node[] = []
  const nodeIds = new Map<string, number>()
  const nearOf: NearSlot[] = []
  const lists = new Map<string, number[]>()

  const literal = (word: string): number => {
    const open = word.endsWith('*')
    const core = (open ? word.slice(0, -1) : word).replace(/^\*/, '')
    const text = encodeWord(core)
    const left = !word.startsWith('*') && isWordByte(text.charCodeAt(0))
    const right = !open && isWordByte(text.charCodeAt(text.length - 1))
    const key = `${left ? '(' : ' '}${right ? ')' : ' '}${text}`
    let id = ids.get(key)
    if (id === undefined) {
      id = literals.length
      ids.set(key, id)
      literals.push({ text, left, right })
      entries.push({ length: text.length, slack: text.includes(' ') ? text.length : 0, nodes: [], near: [], trigger: 0 })
    }
    return id
  }
  const literalsOf = (words: Words): number[] => {
    const key = words.join('\n')
    let list = lists.get(key)
    if (list === undefined) lists.set(key, (list = [...new Set(words.map(literal))]))
    return list
  }
  const step = (parent: number, words: Words, gap: number): number => {
    const list = literalsOf(words)
    const key = `${parent} ${gap} ${words.join('\n')}`
    let id = nodeIds.get(key)
    if (id !== undefined) return id
    id = nodes.push({ parent, gap, depth: parent < 0 ? 0 : nodes[parent]!.depth + 1, rule: -1 }) - 1
    nodeIds.set(key, id)
    for (const literalId of list) entries[literalId]!.nodes.push(id)
    return id
  }

  rules.forEach((rule, index) => {
    const { pattern } = rule
    const parts = partsOf(pattern)
    if ('near' in pattern) {
      const first = nearOf.length
      for (const words of parts) {
        for (const id of literalsOf(words)) entries[id]!.near.push(nearOf.length)
        nearOf.push({ rule: index, first, count: parts.length, within: pattern.within })
      }
      return
    }
    if (parts.length === 0) return
    const gaps = 'sequence' in pattern ? gapsOf(pattern) : []
    let node = -1
    parts.forEach((words, i) => {
      node = step(node, words, i === 0 ? 0 : gaps[i - 1]!)
    })
    // Two rules with the same sequence: the second gets a step of its own.
    if (nodes[node]!.rule >= 0) {
      const { parent, gap, depth } = nodes[node]!
      node = nodes.push({ parent, gap, depth, rule: -1 }) - 1
      for (const id of literalsOf(parts.at(-1)!)) entries[id]!.nodes.push(node)
    }
    nodes[node]!.rule = index
  })
  for (const [word, bit] of Object.entries(triggers)) entries[literal(word)]!.trigger |= bit
  for (const entry of entries) entry.nodes.sort((a, b) => nodes[b]!.depth - nodes[a]!.depth)

  return {
    rules,
    literals,
    entries,
    nodes,
    nearOf,
    nearSize: nearOf.length,
    ascii: lazily(() => buildAutomaton(literals, { leet: true, collapse: true, ascii: true })),
    text: lazily(() => buildAutomaton(literals, { leet: true, collapse: true })),
    loose: lazily(() =>
      buildAutomaton(
        literals.map(({ text }) => ({ text: text.replaceAll(' ', '') })),
        { leet: true },
      ),
    ),
    json: lazily(() => buildAutomaton(literals, { leet: true, collapse: true, json: true })),
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
