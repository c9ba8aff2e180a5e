/** What is wrong with a JSON text. `proto` is a `__proto__` key, or `constructor` holding an object with `prototype`. */
export type JsonFault = 'syntax' | 'encoding' | 'bom' | 'depth' | 'nodes' | 'duplicate_key' | 'proto'

export interface JsonLimits {
  /** How many arrays and objects may be open at once. */
  readonly maxDepth: number
  /** Containers and separators together: for practical purposes the number of values. */
  readonly maxNodes: number
}

export type JsonCheck = { readonly ok: true } | { readonly ok: false; readonly fault: JsonFault; readonly offset: number }

const quote = 0x22
const backslash = 0x5c
/** Objects with more keys than this keep them in a Set; up to here a linear look over a few numbers is quicker. */
const fewKeys = 16
/** Strings longer than this are searched natively. */
const longString = 48

const protoKey = '__proto__'
const constructorKey = 'constructor'
const prototypeKey = 'prototype'
const fine: JsonCheck = { ok: true }
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Finds what `JSON.parse` would let pass: too much nesting, too many values, duplicate keys (escaped twins count), prototype keys.
 *
 * One iterative pass over the bytes, before anything is allocated for the values. It does not check syntax: follow it with
 * `JSON.parse`. On valid JSON it never reports a fault that is not there; on invalid JSON either of the two refuses.
 * Time and memory are linear in the bytes whatever the keys are.
 */
export function checkJson(bytes: Uint8Array, limits: JsonLimits): JsonCheck {
  const { maxDepth, maxNodes } = limits
  const size = bytes.length
  const keys = new OpenKeys(bytes)
  let depth = 0
  let nodes = 0
  let inObject = false
  let keyNext = false
  let at = 0

  while (at < size) {
    const byte = bytes[at++] as number
    if (byte === quote) {
      const start = at
      const end = stringEnd(bytes, at, size)
      if (end < 0) return { ok: false, fault: 'syntax', offset: start - 1 }
      at = end + 1
      if (keyNext) {
        keyNext = false
        const fault = keys.add(start, end)
        if (fault !== undefined) return { ok: false, fault, offset: start - 1 }
      }
    } else if (byte === 0x2c) {
      if (++nodes > maxNodes) return { ok: false, fault: 'nodes', offset: at - 1 }
      keyNext = inObject
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return { ok: false, fault: 'depth', offset: at - 1 }
      if (++nodes > maxNodes) return { ok: false, fault: 'nodes', offset: at - 1 }
      inObject = keyNext = byte === 0x7b
      keys.open(inObject)
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth < 0) return { ok: false, fault: 'syntax', offset: at - 1 }
      inObject = keys.close()
      keyNext = false
    }
  }
  return fine
}

/** Index of the quote that ends the string whose first byte is at `from`; -1 when it never ends. */
function stringEnd(bytes: Uint8Array, from: number, size: number): number {
  let at = from
  for (;;) {
    const stop = Math.min(size, at + longString)
    while (at < stop) {
      const byte = bytes[at] as number
      if (byte === quote) return at
      at += byte === backslash ? 2 : 1
    }
    if (at >= size) return -1
    // A long string: let the platform find the next quote, then see whether an odd run of backslashes escapes it.
    const next = bytes.indexOf(quote, at)
    if (next < 0) return -1
    let run = next
    while (run > at && bytes[run - 1] === backslash) run--
    if ((next - run) % 2 === 0) return next
    at = next + 1
  }
}

/** Flags of an open container. */
const isObject = 1
/** The object is the value of a `constructor` key. */
const ofConstructor = 2
/** The last key of the object was `constructor`. */
const namedConstructor = 4

/** Keys of the objects open at the moment, one level per open container. */
class OpenKeys {
  readonly #bytes: Uint8Array
  #level = -1
  readonly #flags: number[] = []
  readonly #counts: number[] = []
  /** Start and end of up to `fewKeys` keys per level. */
  readonly #ranges: number[] = []
  readonly #sets: (Set<string> | undefined)[] = []

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  open(object: boolean): void {
    const parent = this.#level < 0 ? 0 : (this.#flags[this.#level] as number)
    const level = ++this.#level
    this.#flags[level] = object ? isObject | (parent & namedConstructor ? ofConstructor : 0) : 0
    this.#counts[level] = 0
    this.#sets[level] = undefined
  }

  /** True when the container around is an object. */
  close(): boolean {
    this.#sets[this.#level] = undefined
    const level = --this.#level
    return level >= 0 && ((this.#flags[level] as number) & isObject) !== 0
  }

  add(start: number, end: number): JsonFault | undefined {
    const bytes = this.#bytes
    const level = this.#level
    const length = end - start
    const set = this.#sets[level]
    if (set !== undefined) return this.#addText(this.#text(start, end), level)
    let escaped = false
    for (let i = start; i < end; i++) {
      if (bytes[i] === backslash) {
        escaped = true
        break
      }
    }
    const count = this.#counts[level] as number
    if (escaped || count === fewKeys) return this.#toSet(level) ?? this.#addText(this.#text(start, end), level)
    const base = level * fewKeys * 2
    const ranges = this.#ranges
    const first = bytes[start]
    const last = bytes[end - 1]
    for (let i = base; i < base + count * 2; i += 2) {
      const from = ranges[i] as number
      const to = ranges[i + 1] as number
      if (to - from === length && bytes[from] === first && bytes[to - 1] === last && sameBytes(bytes, from, start, length))
        return 'duplicate_key'
    }
    while (ranges.length < base) ranges.push(0)
    ranges[base + count * 2] = start
    ranges[base + count * 2 + 1] = end
    this.#counts[level] = count + 1
    const flags = this.#flags[level] as number
    if (length === 9 && (first === 0x5f || first === 0x70)) {
      const text = this.#text(start, end)
      if (text === protoKey || (text === prototypeKey && flags & ofConstructor)) return 'proto'
    }
    const named = length === 11 && first === 0x63 && this.#text(start, end) === constructorKey
    this.#flags[level] = named ? flags | namedConstructor : flags & ~namedConstructor
    return undefined
  }

  #toSet(level: number): undefined {
    const set = new Set<string>()
    const base = level * fewKeys * 2
    for (let i = 0; i < (this.#counts[level] as number); i++) {
      set.add(this.#text(this.#ranges[base + i * 2] as number, this.#ranges[base + i * 2 + 1] as number) as string)
    }
    this.#sets[level] = set
  }

  #addText(text: string | undefined, level: number): JsonFault | undefined {
    if (text === undefined) return 'syntax'
    const set = this.#sets[level] as Set<string>
    const before = set.size
    if (set.add(text).size === before) return 'duplicate_key'
    const flags = this.#flags[level] as number
    if (text === protoKey || (text === prototypeKey && flags & ofConstructor)) return 'proto'
    this.#flags[level] = text === constructorKey ? flags | namedConstructor : flags & ~namedConstructor
    return undefined
  }

  /** The key as `JSON.parse` reads it; undefined when its escapes are broken. */
  #text(start: number, end: number): string | undefined {
    const raw = decoder.decode(this.#bytes.subarray(start, end))
    if (!raw.includes('\\')) return raw
    try {
      return JSON.parse(`"${raw}"`) as string
    } catch {
      return undefined
    }
  }
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}
