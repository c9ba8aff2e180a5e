import { compileGlob, type Glob, isGlob, literalPrefix } from '../lib/glob.ts'
import type { ResourceType } from './pdp.ts'

/** A pattern that fitted, and whether it did so letter for letter. */
export interface Hit<T> {
  readonly value: T
  readonly literal: boolean
}

interface Wild<T> {
  readonly glob: Glob
  readonly value: T
}

const types: readonly ResourceType[] = ['tool', 'prompt', 'resource']

/** Splits `prompt:greet` into its type and the pattern proper. Without a type a pattern is about all three. */
export function parsePattern(pattern: string): { readonly types: readonly ResourceType[]; readonly pattern: string } {
  for (const type of types) if (pattern.startsWith(`${type}:`)) return { types: [type], pattern: pattern.slice(type.length + 1) }
  return { types, pattern }
}

/**
 * Finds the patterns that fit a name. Literal patterns are one lookup; wildcard patterns are kept by the text before their
 * first wildcard, so those that cannot fit cost nothing. Maps only: names are chosen by attackers.
 */
export class PatternIndex<T> {
  readonly #literal = new Map<string, T[]>()
  readonly #wild = new Map<string, Wild<T>[]>()
  readonly #lengths = new Set<number>()

  add(pattern: string, value: T): void {
    const parsed = parsePattern(pattern)
    for (const type of parsed.types) {
      if (isGlob(parsed.pattern)) {
        const prefix = literalPrefix(parsed.pattern)
        this.#lengths.add(prefix.length)
        push(this.#wild, `${type}:${prefix}`, { glob: compileGlob(parsed.pattern), value })
      } else push(this.#literal, `${type}:${parsed.pattern}`, value)
    }
  }

  match(type: ResourceType, name: string): Hit<T>[] {
    const hits: Hit<T>[] = []
    for (const value of this.#literal.get(`${type}:${name}`) ?? []) hits.push({ value, literal: true })
    for (const length of this.#lengths) {
      if (length > name.length) continue
      for (const { glob, value } of this.#wild.get(`${type}:${name.slice(0, length)}`) ?? []) {
        if (glob(name)) hits.push({ value, literal: false })
      }
    }
    return hits
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
