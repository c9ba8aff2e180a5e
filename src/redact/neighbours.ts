import type { Finding } from '../core/finding.ts'
import type { Redacted } from './redacted.ts'

export interface Mended {
  readonly texts: readonly string[]
  /** What was found, the index of the text it begins in, and what stands in its place there. */
  readonly found: readonly { readonly finding: Finding; readonly at: number; readonly piece: string }[]
}

/**
 * Redacts secrets that begin in one text and end in a later one: a key cut over the strings of an array. The texts were redacted one by one
 * before. Personal data does not count: a column of short numbers would be full of it. Nor does what only its surroundings make a secret.
 */
export function mendNeighbours(redact: (text: string) => Redacted, texts: readonly string[]): Mended | undefined {
  const joined = texts.join('')
  const starts: number[] = []
  for (let i = 0, at = 0; i < texts.length; at += texts[i++]!.length) starts.push(at)
  const made = [...texts]
  const found: { finding: Finding; at: number; piece: string }[] = []
  // From the last to the first, so that what is cut does not move what is still to be cut.
  let at = texts.length - 1
  for (const { range, ...finding } of redact(joined).findings.toReversed()) {
    const [from, to] = range!
    if (!finding.rule.startsWith('secret/')) continue
    while (starts[at]! > from) at--
    let last = at
    while (last + 1 < texts.length && starts[last + 1]! < to) last++
    if (last === at) continue
    const alone = redact(joined.slice(from, to))
    if (alone.findings.length === 0) continue
    made[last] = made[last]!.slice(to - starts[last]!)
    for (let i = at + 1; i < last; i++) made[i] = ''
    made[at] = made[at]!.slice(0, from - starts[at]!) + alone.text
    found.push({ finding, at, piece: alone.text })
  }
  return found.length === 0 ? undefined : { texts: made, found: found.reverse() }
}
