/** A container and what becomes of its children and keys, by position. */
export interface Edited {
  readonly node: Readonly<Record<string, unknown>> | readonly unknown[]
  readonly keys: readonly string[] | undefined
  readonly edits: ReadonlyMap<number, unknown> | undefined
  readonly names: ReadonlyMap<number, string> | undefined
}

/** A copy of the container with its edits in place and in order. */
export function rebuild({ node, keys, edits, names }: Edited): unknown {
  if (keys === undefined) {
    const made = [...(node as readonly unknown[])]
    for (const [at, value] of edits ?? []) made[at] = value
    return made
  }
  const from = node as Readonly<Record<string, unknown>>
  const nameFor = names === undefined ? undefined : new FreeNames(keys.filter((_, at) => !names.has(at)))
  const made: Record<string, unknown> = {}
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string
    const name = names?.get(at)
    put(made, name === undefined ? key : (nameFor as FreeNames).take(name), edits?.has(at) === true ? edits.get(at) : from[key])
  }
  return made
}

function put(made: Record<string, unknown>, key: string, value: unknown): void {
  // Assigning to `__proto__` would set a prototype, and to `toString` fail where Object.prototype is frozen.
  if (key in made) Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true })
  else made[key] = value
}

/** Gives names out once. Counts on per name, so that thousands of keys with one replacement stay linear. */
export class FreeNames {
  readonly #taken: Set<string>
  readonly #counts = new Map<string, number>()

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken)
  }

  take(name: string): string {
    let count = this.#counts.get(name) ?? 1
    let free = count === 1 ? name : `${name}~${count}`
    while (this.#taken.has(free)) free = `${name}~${++count}`
    this.#counts.set(name, count)
    this.#taken.add(free)
    return free
  }
}
