/** What is wrong with a value somebody else parsed. */
export type BoundsFault = 'depth' | 'nodes' | 'proto'

/**
 * Holds a parsed value to the bounds its text was never held to, in one iterative walk: an earlier parser knows no depth limit, and
 * takes a member named `__proto__` for an ordinary one.
 */
export function checkBounds(value: unknown, limits: { readonly maxDepth: number; readonly maxNodes: number }): BoundsFault | undefined {
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  let nodes = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    nodes++
    if (nodes + stack.length > limits.maxNodes) return 'nodes'
    if (typeof next.value !== 'object' || next.value === null) continue
    const depth = next.depth + 1
    if (depth > limits.maxDepth) return 'depth'
    if (!Array.isArray(next.value) && Object.hasOwn(next.value, '__proto__')) return 'proto'
    for (const child of Object.values(next.value)) stack.push({ value: child, depth })
  }
  return undefined
}
