import type { Rule } from './rule.ts'

/** Numbers the families of a list of rules. */
export function familiesOf(rules: readonly Rule[]): { readonly families: Int32Array; readonly count: number } {
  const numbers = new Map<string, number>()
  const families = Int32Array.from(rules, ({ family }) => {
    const known = numbers.get(family)
    if (known !== undefined) return known
    numbers.set(family, numbers.size)
    return numbers.size - 1
  })
  return { families, count: numbers.size }
}
