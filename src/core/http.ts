/** Raw header pairs in wire order, names in any case. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/**
 * Headers as the wire had them. Fetch runtimes join repeated fields with `, `; Node keeps them apart.
 * Security decisions use {@link HeaderView.single}, which refuses both.
 */
export class HeaderView {
  // A message has few fields and each is asked about once: two lists are made and searched faster than a map of lists.
  readonly #names: string[] = []
  readonly #values: string[] = []

  constructor(pairs: HeaderPairs) {
    for (let i = 0; i < pairs.length; i++) {
      const pair = pairs[i] as HeaderPairs[number]
      this.#names.push(pair[0].toLowerCase())
      this.#values.push(pair[1])
    }
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }

  /** First value of a field, or undefined. `name` must be lower-case. */
  get(name: string): string | undefined {
    const at = this.#names.indexOf(name)
    return at < 0 ? undefined : this.#values[at]
  }

  /** Every value of a field, in order. `name` must be lower-case. */
  all(name: string): readonly string[] {
    let at = this.#names.indexOf(name)
    if (at < 0) return none
    const values: string[] = []
    for (; at >= 0; at = this.#names.indexOf(name, at + 1)) values.push(this.#values[at] as string)
    return values
  }

  /**
   * The value of a field that may appear once: undefined when absent, `conflict` when it appears twice or,
   * unless `commas` are part of its grammar, as a joined list.
   */
  single(name: string, commas: 'list' | 'allowed' = 'list'): { readonly value: string } | 'conflict' | undefined {
    const at = this.#names.indexOf(name)
    if (at < 0) return undefined
    const value = this.#values[at] as string
    if (this.#names.includes(name, at + 1) || (commas === 'list' && value.includes(','))) return 'conflict'
    return { value }
  }

  /** Lower-case names, each once. */
  names(): IterableIterator<string> {
    return new Set(this.#names).values()
  }

  /** True when some field's name begins so. */
  hasPrefix(prefix: string): boolean {
    return this.#names.some((name) => name.startsWith(prefix))
  }
}

const none: readonly string[] = []

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
  const { headers } = head
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i] as HeaderPairs[number]
    if (pair[0].length === name.length && pair[0].toLowerCase() === name) return pair[1]
  }
  return undefined
}

/** Every value of a header in a head. `name` must be lower-case. */
export function valuesOf(head: ResponseHead, name: string): readonly string[] {
  const values: string[] = []
  for (const [key, value] of head.headers) if (key.length === name.length && key.toLowerCase() === name) values.push(value)
  return values
}

/** The same head with some headers set or, where the value is undefined, removed. Names must be lower-case. */
export function editHead(head: ResponseHead, edits: Readonly<Record<string, string | undefined>>): ResponseHead {
  const kept = head.headers.filter(([name]) => !Object.hasOwn(edits, name.toLowerCase()))
  for (const [name, value] of Object.entries(edits)) if (value !== undefined) kept.push([name, value])
  return { status: head.status, headers: kept }
}
