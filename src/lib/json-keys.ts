export type KeyFault = 'syntax' | 'duplicate_key' | 'proto'

/** The keys of the objects of one JSON text, as the scan meets them. */
export interface Keys {
  /** Opens an object inside object number `around` (0: none, or an array between) and gives it a number above 0. */
  open(around: number): number
  close(): void
  /** Takes the key whose first byte is at `start`. Gives the index of its closing quote, or what is wrong. `again`: use {@link KeySets}. */
  add(object: number, start: number): number | KeyFault | 'again'
}

const quote = 0x22
const backslash = 0x5c
const protoKey = '__proto__'
const constructorKey = 'constructor'
const prototypeKey = 'prototype'

/**
 * Slots of the shared table; texts with more keys open at once than half of it get a table of their own. Small: between two requests it
 * leaves the processor's caches, and every line of it that is touched must be fetched again.
 */
const sharedSlots = 256
/** Numbers per slot: object, start, length, hash. */
const width = 4
/** So many steps in one search mean keys chosen to collide. */
const maxSteps = 48

const sharedTable = new Int32Array(sharedSlots * width)
/** Drawn on first use: some platforms have no random numbers while a module loads. */
let seed = 0
/** Objects are numbered across calls, so that what an earlier call left in the shared table reads as empty. */
let lastObject = 0

/**
 * One open-addressing table for the keys of all open objects, by object number and bytes: no allocation for ordinary messages.
 * Keys leave in the opposite order of their coming, so no search path ever breaks. Gives up on escaped keys, and when a search takes
 * too many steps: its hash is quick, not strong.
 */
export class KeyTable implements Keys {
  readonly #bytes: Uint8Array
  readonly #first: number
  #table = sharedTable
  #mask = sharedSlots - 1
  /** Where the keys are, in the order they came. */
  readonly #filled: number[] = []
  /** How many keys were there when each open object began. */
  readonly #begun: number[] = []
  #gaveUp = false
  /** Object whose last key was `constructor`, until its next key. */
  #named = 0
  /** Objects that are the value of a `constructor` key. */
  #ofConstructor: Set<number> | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    if (seed === 0) seed = Math.floor(Math.random() * 0x7fffffff) | 1
    if (lastObject > 0x3fffffff) {
      lastObject = 0
      sharedTable.fill(0)
    }
    this.#first = lastObject + 1
  }

  open(around: number): number {
    const object = ++lastObject
    this.#begun.push(this.#filled.length)
    if (around !== 0 && around === this.#named) (this.#ofConstructor ??= new Set()).add(object)
    return object
  }

  close(): void {
    const filled = this.#filled
    const table = this.#table
    const begun = this.#begun.pop() as number
    while (filled.length > begun) table[filled.pop() as number] = 0
  }

  add(object: number, start: number): number | KeyFault | 'again' {
    const bytes = this.#bytes
    const size = bytes.length
    let hash = seed ^ object
    let end = start
    for (; ; end++) {
      if (end === size) return 'syntax'
      const byte = bytes[end] as number
      if (byte === quote) break
      if (byte === backslash) return 'again'
      hash = Math.imul(hash ^ byte, 0x5bd1e995)
      hash ^= hash >>> 15
    }
    const length = end - start
    if (!this.#insert(object, start, length, hash)) return this.#gaveUp ? 'again' : 'duplicate_key'
    if (length === 9 && (bytes[start] === 0x5f || bytes[start] === 0x70)) {
      if (spells(bytes, start, protoKey)) return 'proto'
      if (this.#ofConstructor?.has(object) === true && spells(bytes, start, prototypeKey)) return 'proto'
    }
    if (length === 11 && spells(bytes, start, constructorKey)) this.#named = object
    else if (this.#named === object) this.#named = 0
    return end
  }

  /** False when the key is there already, or when the search was given up. */
  #insert(object: number, start: number, length: number, hash: number): boolean {
    const table = this.#table
    const mask = this.#mask
    const first = this.#first
    let slot = hash & mask
    for (let steps = 0; steps < maxSteps; steps++) {
      const base = slot * width
      const owner = table[base] as number
      if (owner < first) {
        table[base] = object
        table[base + 1] = start
        table[base + 2] = length
        table[base + 3] = hash
        if (this.#filled.push(base) * 2 > mask) this.#grow()
        return true
      }
      if (
        owner === object &&
        table[base + 3] === hash &&
        table[base + 2] === length &&
        sameBytes(this.#bytes, table[base + 1] as number, start, length)
      ) {
        return false
      }
      slot = (slot + 1) & mask
    }
    this.#gaveUp = true
    return false
  }

  #grow(): void {
    const old = this.#table
    const filled = this.#filled
    const mask = this.#mask * 2 + 1
    const table = new Int32Array((mask + 1) * width)
    for (let i = 0; i < filled.length; i++) {
      const from = filled[i] as number
      let slot = (old[from + 3] as number) & mask
      while (table[slot * width] !== 0) slot = (slot + 1) & mask
      const to = slot * width
      for (let j = 0; j < width; j++) table[to + j] = old[from + j] as number
      filled[i] = to
    }
    this.#table = table
    this.#mask = mask
  }
}

interface OpenObject {
  readonly keys: Set<string>
  readonly ofConstructor: boolean
  /** Its last key was `constructor`. */
  named: boolean
}

/** One set of decoded keys per open object: slower, and indifferent to what the keys are. */
export class KeySets implements Keys {
  readonly #bytes: Uint8Array
  readonly #open: OpenObject[] = []
  #last = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  open(around: number): number {
    const parent = around === 0 ? undefined : this.#open.at(-1)
    this.#open.push({ keys: new Set(), ofConstructor: parent?.named === true, named: false })
    return ++this.#last
  }

  close(): void {
    this.#open.pop()
  }

  add(_object: number, start: number): number | KeyFault {
    const bytes = this.#bytes
    let end = start
    while (end < bytes.length && bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1
    if (end >= bytes.length) return 'syntax'
    const key = decodeKey(bytes, start, end)
    if (key === undefined) return 'syntax'
    const object = this.#open.at(-1) as OpenObject
    const before = object.keys.size
    if (object.keys.add(key).size === before) return 'duplicate_key'
    if (key === protoKey || (key === prototypeKey && object.ofConstructor)) return 'proto'
    object.named = key === constructorKey
    return end
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The key as `JSON.parse` reads it; undefined when its escapes are broken. */
function decodeKey(bytes: Uint8Array, start: number, end: number): string | undefined {
  const raw = decoder.decode(bytes.subarray(start, end))
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return undefined
  }
}

function spells(bytes: Uint8Array, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false
  return true
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}
