/** A string inside a JSON value, and where it is (RFC 6901). */
export interface Leaf {
  readonly pointer: string
  readonly text: string
  /** It is the name of a member, which an attacker may choose as freely as its value. The pointer is that of the member. */
  readonly key: boolean
}

/** Deeper values are refused before they come here; this only keeps the stack safe. */
const MAX_DEPTH = 256

/** Visits every string of a JSON value, names of members included. Return true to stop. */
export function walkStrings(value: unknown, visit: (leaf: Leaf) => boolean | void): boolean {
  return step(value, '', visit, 0)
}

function step(value: unknown, pointer: string, visit: (leaf: Leaf) => boolean | void, depth: number): boolean {
  if (typeof value === 'string') return visit({ pointer, text: value, key: false }) === true
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (step(value[i], `${pointer}/${i}`, visit, depth + 1)) return true
    return false
  }
  for (const [key, member] of Object.entries(value)) {
    const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (visit({ pointer: inner, text: key, key: true }) === true) return true
    if (step(member, inner, visit, depth + 1)) return true
  }
  return false
}
