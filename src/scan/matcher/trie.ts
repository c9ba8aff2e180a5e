/** A sparse trie in flat arrays: arrays of arrays cost four times the build time. */
export class Trie {
  /** Class of the symbol that leads to a node. */
  symbol: Uint8Array
  firstChild: Int32Array
  sibling: Int32Array
  depth: Uint8Array
  size = 2
  /** Children of the first two nodes, which have by far the most. */
  readonly #first = new Int32Array(512)

  /** Node 0 is the root; node 1 stands for "a word may start here". */
  constructor(capacity: number) {
    this.symbol = new Uint8Array(capacity)
    this.firstChild = new Int32Array(capacity)
    this.sibling = new Int32Array(capacity)
    this.depth = new Uint8Array(capacity)
  }

  child(node: number, symbol: number): number {
    if (node <= 1) return this.#first[(node << 8) | symbol]!
    for (let next = this.firstChild[node]!; next !== 0; next = this.sibling[next]!) if (this.symbol[next] === symbol) return next
    return 0
  }

  /** The child by that symbol, made when it is missing. */
  grow(node: number, symbol: number): number {
    const found = this.child(node, symbol)
    if (found !== 0) return found
    const made = this.size++
    this.symbol[made] = symbol
    this.depth[made] = this.depth[node]! + 1
    this.sibling[made] = this.firstChild[node]!
    this.firstChild[node] = made
    if (node <= 1) this.#first[(node << 8) | symbol] = made
    return made
  }
}
