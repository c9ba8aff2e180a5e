/** Raw header pairs in wire order, names in any case. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/**
 * Headers as the wire had them. Fetch runtimes join repeated fields with `, `; Node keeps them apart.
 * Security decisions use {@link HeaderView.single}, which refuses both.
 */
export class HeaderView {
  readonly #map = new Map<string, string[]>()

  constructor(pairs: HeaderPairs) {
    for (const [name, value] of pairs) {
      const key = name.toLowerCase()
      const values = this.#map.get(key)
      if (values === undefined) this.#map.set(key, [value])
      else values.push(value)
    }
  }

  has(name: string): boolean {
    return this.#map.has(name)
  }

  /** First value of a field, or undefined. `name` must be lower-case. */
  get(name: string): string | undefined {
    return this.#map.get(name)?.[0]
  }

  /** Every value of a field, in order. `name` must be lower-case. */
  all(name: string): readonly string[] {
    return this.#map.get(name) ?? []
  }

  /**
   * The value of a field that may appear once: undefined when absent, `conflict` when it appears twice or,
   * unless `commas` are part of its grammar, as a joined list.
   */
  single(name: string, commas: 'list' | 'allowed' = 'list'): { readonly value: string } | 'conflict' | undefined {
    const values = this.#map.get(name)
    if (values === undefined) return undefined
    const value = values[0] as string
    if (values.length > 1 || (commas === 'list' && value.includes(','))) return 'conflict'
    return { value }
  }

  names(): IterableIterator<string> {
    return this.#map.keys()
  }
}

/** One HTTP request as guards see it. Built once by the adapter; never changes. */
export interface RequestFacts {
  /** Upper-case. */
  readonly method: string
  /** The path the framework routes by, without the query, not decoded. */
  readonly path: string
  /** The query without `?`, not decoded; empty when there is none. */
  readonly query: string
  readonly headers: HeaderView
  /** `http` or `https` as the socket or platform knows it, not as a header claims. */
  readonly scheme?: 'http' | 'https' | undefined
  /** Address of the peer socket. Undefined where the platform does not tell. */
  readonly remoteAddress?: string | undefined
  /** Address the socket was accepted on. Undefined where the platform does not tell. */
  readonly localAddress?: string | undefined
}

/** Status and headers of a response before its body. */
export interface ResponseHead {
  readonly status: number
  readonly headers: HeaderPairs
}

/** A whole response, written by the adapter as it is. */
export interface Reply extends ResponseHead {
  readonly body?: string | Uint8Array | undefined
}

/** First value of a header in a head. `name` must be lower-case. */
export function headerOf(head: ResponseHead, name: string): string | undefined {
  for (const [key, value] of head.headers) if (key.toLowerCase() === name) return value
  return undefined
}

/** The same head with some headers set or, where the value is undefined, removed. Names must be lower-case. */
export function editHead(head: ResponseHead, edits: Readonly<Record<string, string | undefined>>): ResponseHead {
  const kept = head.headers.filter(([name]) => !Object.hasOwn(edits, name.toLowerCase()))
  for (const [name, value] of Object.entries(edits)) if (value !== undefined) kept.push([name, value])
  return { status: head.status, headers: kept }
}
