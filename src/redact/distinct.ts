import { canonicalJson } from '../lib/canonical-json.ts'
import { FreeNames } from '../mcp/rebuild.ts'

/** Two names that became one label are told apart by a number; names that stayed keep theirs. `names` are what they were. */
export function distinctNames(entries: readonly [string, unknown][], names: readonly string[]): [string, unknown][] {
  const free = new FreeNames(names.filter((name, at) => entries[at]![0] === name))
  return entries.map(([name, value], at) => [name === names[at] ? name : free.take(name), value])
}

/** The same for elements that are texts, where `fits` lets it; undefined when two of them cannot be told apart. */
export function distinctElements(elements: readonly unknown[], fits: (text: string, at: number) => boolean): unknown[] | undefined {
  const taken = new Map<string, number>()
  const made = [...elements]
  for (const [at, element] of elements.entries()) {
    const key = canonicalJson(element)
    const count = (taken.get(key) ?? 0) + 1
    taken.set(key, count)
    if (count === 1) continue
    const text = `${element}~${count}`
    if (typeof element !== 'string' || taken.has(canonicalJson(text)) || !fits(text, at)) return undefined
    taken.set(canonicalJson(text), 1)
    made[at] = text
  }
  return made
}
