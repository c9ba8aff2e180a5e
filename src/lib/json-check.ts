import { type KeyFault, KeySets, type Keys, KeyTable } from './json-keys.ts'

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
/** Strings longer than this are searched natively. */
const longString = 48
const fine: JsonCheck = { ok: true }

/**
 * Finds what `JSON.parse` would let pass: too much nesting, too many values, duplicate keys (escaped twins count), prototype keys.
 *
 * One iterative pass over the bytes, before anything is allocated for the values. It does not check syntax: follow it with
 * `JSON.parse`. On valid JSON it never reports a fault that is not there; on invalid JSON either of the two refuses.
 * Time and memory are linear in the bytes whatever the keys are: a text whose keys are escaped, or chosen to collide in our table, is
 * read once more with the platform's own seeded sets.
 */
export function checkJson(bytes: Uint8Array, limits: JsonLimits): JsonCheck {
  return scan(bytes, limits, new KeyTable(bytes)) ?? scan(bytes, limits, new KeySets(bytes)) ?? fine
}

/** Undefined when `keys` gave up. */
function scan(bytes: Uint8Array, { maxDepth, maxNodes }: JsonLimits, keys: Keys): JsonCheck | undefined {
  const size = bytes.length
  /** Numbers of the open objects, 0 for an open array. */
  const open: number[] = []
  let depth = 0
  let nodes = 0
  let object = 0
  let keyNext = false
  let at = 0

  while (at < size) {
    const byte = bytes[at++] as number
    if (byte === quote) {
      const start = at
      if (keyNext) {
        keyNext = false
        const result = keys.add(object, start)
        if (typeof result === 'string') return result === 'again' ? undefined : fault(result, start - 1)
        at = result + 1
      } else {
        at = stringEnd(bytes, start, size) + 1
        if (at === 0) return fault('syntax', start - 1)
      }
    } else if (byte === 0x2c) {
      if (++nodes > maxNodes) return fault('nodes', at - 1)
      keyNext = object !== 0
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === maxDepth) return fault('depth', at - 1)
      if (++nodes > maxNodes) return fault('nodes', at - 1)
      open[depth++] = object
      keyNext = byte === 0x7b
      object = keyNext ? keys.open(object) : 0
    } else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return fault('syntax', at - 1)
      if (object !== 0) keys.close()
      object = open[--depth] as number
      keyNext = false
    }
  }
  return fine
}

function fault(fault: JsonFault | KeyFault, offset: number): JsonCheck {
  return { ok: false, fault, offset }
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
