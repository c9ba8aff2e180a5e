import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** One labelled text. `payload` gives the offsets (code points) of the injected part, where known. */
export interface Row {
  readonly id: string
  readonly source: string
  readonly text: string
  readonly label: 0 | 1
  readonly kind: string
  readonly payload?: readonly [number, number]
  /** What it was made from, where we made it. Texts of one family are judged by models that saw none of it. */
  readonly family?: string
}

/** Rows of a JSON Lines file, and its checksum. */
export function readRows(file: string): { readonly rows: readonly Row[]; readonly sha256: string } {
  const bytes = readFileSync(file)
  const rows = bytes
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)
  return { rows, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The payload in UTF-16 units. */
export function payloadOf({ text, payload }: Row): readonly [number, number] | undefined {
  if (payload === undefined) return undefined
  const chars = [...text]
  return [chars.slice(0, payload[0]).join('').length, chars.slice(0, payload[1]).join('').length]
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function isSynthetic(row: Row): boolean {
  return row.source.startsWith('synth:')
}
