import type { JsonObject } from '../../lib/json-object.ts'
/** One fragment of a longer text inside one event. */
export interface Piece {
  /** Which text it continues: fragments with the same id, in order, are the text. */
  readonly id: string
  /** Where it stands in the event's JSON. */
  readonly path: readonly (string | number)[]
  /** The text is JSON (tool-call arguments): redacted inside its strings only, so that it still parses. */
  readonly json?: boolean | undefined
  /** Nothing follows it. */
  readonly last?: boolean | undefined
  /** Where the event says the fragment once more, token by token; emptied in events whose fragment changes. */
  readonly tokens?: { readonly path: readonly (string | number)[]; readonly empty: unknown } | undefined
}

/** What one event says about texts. */
export interface Fragments {
  readonly pieces: readonly Piece[]
  /** Texts that are over, by the beginning of their id. What is held of them goes out before the event. */
  readonly ended: readonly string[]
}

export const none: Fragments = { pieces: [], ended: [] }

export function readAt(root: unknown, path: readonly (string | number)[]): unknown {
  let node = root
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined
    node = (node as Record<string | number, unknown>)[key]
  }
  return node
}

/** A copy of `root` with `value` at `path`. Shares what did not change. */
export function writeAt(root: unknown, path: readonly (string | number)[], value: unknown, depth = 0): unknown {
  if (depth === path.length) return value
  const key = path[depth]!
  const child = (root as Record<string | number, unknown>)[key]
  const made = writeAt(child, path, value, depth + 1)
  if (Array.isArray(root)) return root.map((each, i) => (String(i) === String(key) ? made : each))
  return { ...(root as JsonObject), [key]: made }
}
