import type { Message } from '../core/message.ts'
import { escapeToken } from '../lib/json-pointer.ts'
import { looksLikeJson, mapJsonStrings } from '../lib/json-text.ts'
import { decodeBlob, encodeBlob } from './blob.ts'
import { placeOf } from './methods.ts'
import type { Place } from './place.ts'
import type { Slot, SlotKind } from './slot.ts'

export type { Slot, SlotKind } from './slot.ts'

/** How far a walk goes. What lies beyond is not looked at, and the outcome says so. */
export interface WalkLimits {
  /** Containers inside containers. Default 256. */
  readonly maxDepth?: number | undefined
  /** Values and keys. Default 1,000,000. */
  readonly maxNodes?: number | undefined
  /** Longest base64 text of a textual media type that is decoded. Default 1 MiB. */
  readonly maxEncodedBytes?: number | undefined
}

export interface VisitOutcome {
  /** True when a limit ended the walk early: something in the message was not looked at. */
  readonly truncated: boolean
}

export interface MapOutcome extends VisitOutcome {
  readonly changed: boolean
  /** The same value when nothing changed; otherwise a copy that shares what did not. */
  readonly value: unknown
  /** Replacements not made because their slot is opaque. When it is not 0 the message still holds what `map` wanted gone. */
  readonly refused: number
}

/** Gives the text to put in place of a slot's text; the same text to leave it. */
export type MapText = (text: string, slot: Slot) => string

/** Shows every slot of a message to `visit`, in document order, keys before their values. */
export function visitSlots(message: Message, visit: (text: string, slot: Slot) => void, limits: WalkLimits = {}): VisitOutcome {
  return mapSlots(
    message,
    (text, slot) => {
      visit(text, slot)
      return text
    },
    limits,
  )
}

/**
 * Replaces the text of each slot by what `map` makes of it. The message is never changed; a copy is made only where needed.
 *
 * A key slot renames its member; if the new name is taken, a suffix keeps both. Opaque slots are shown and left alone.
 */
export function mapSlots(message: Message, map: MapText, limits: WalkLimits = {}): MapOutcome {
  return new Walk(map, limits).run(message.value, placeOf(message))
}

/** Works on the leaves of a slot whose text is JSON, and leaves its layout, numbers and everything else as they were. */
export function mapJsonText(text: string, slot: Slot, map: MapText): string {
  return mapJsonStrings(text, (leaf, key) => map(leaf, key === slot.key ? slot : { ...facts(slot), key }))
}

function facts({ kind, pointer, key, opaque, structured, encoded }: Slot): Slot {
  return { kind, pointer, key, opaque, structured, encoded, jsonText: false }
}

/** One container on the way down. */
interface Frame {
  readonly node: Readonly<Record<string, unknown>> | readonly unknown[]
  readonly place: Place
  /** Keys of an object; undefined for an array. */
  readonly keys: readonly string[] | undefined
  readonly path: Path | undefined
  readonly depth: number
  next: number
  /** Changed children by position, once there is one. */
  edits: Map<number, unknown> | undefined
  names: Map<number, string> | undefined
}

/** The way back to the root, shared by all slots below. */
interface Path {
  readonly parent: Path | undefined
  readonly token: string | number
}

class Walk {
  readonly #map: MapText
  readonly #maxDepth: number
  readonly #maxEncoded: number
  #budget: number
  #truncated = false
  #refused = 0

  constructor(map: MapText, limits: WalkLimits) {
    this.#map = map
    this.#maxDepth = limits.maxDepth ?? 256
    this.#budget = limits.maxNodes ?? 1_000_000
    this.#maxEncoded = limits.maxEncodedBytes ?? 1_048_576
  }

  run(root: unknown, place: Place): MapOutcome {
    const stack: Frame[] = []
    let value = this.#enter(root, place, undefined, undefined, undefined, stack)
    while (stack.length > 0) {
      const frame = stack[stack.length - 1] as Frame
      const done = this.#advance(frame, stack)
      if (!done) continue
      stack.pop()
      const made = rebuild(frame)
      const parent = stack[stack.length - 1]
      if (parent === undefined) value = made
      else if (made !== frame.node) (parent.edits ??= new Map()).set(parent.next - 1, made)
    }
    return { changed: value !== root, value, truncated: this.#truncated, refused: this.#refused }
  }

  /** Handles children until one is a container to go into. True when the frame is finished. */
  #advance(frame: Frame, stack: Frame[]): boolean {
    const { node, place, keys } = frame
    const size = keys === undefined ? (node as readonly unknown[]).length : keys.length
    while (frame.next < size) {
      if (--this.#budget < 0) {
        this.#truncated = true
        frame.next = size
        break
      }
      const at = frame.next++
      const token = keys === undefined ? at : (keys[at] as string)
      const child = keys === undefined ? (node as readonly unknown[])[at] : (node as Record<string, unknown>)[token]
      const known = keys === undefined ? undefined : place.members?.get(token as string)
      const below = known ?? place.rest ?? place
      if (keys !== undefined && known === undefined && place.keys !== 'none') this.#name(frame, at, token as string)
      const height = stack.length
      const made = this.#enter(child, below, frame, token, frame.path, stack)
      if (stack.length > height) return false
      if (made !== child) (frame.edits ??= new Map()).set(at, made)
    }
    return true
  }

  #name(frame: Frame, at: number, name: string): void {
    const { place } = frame
    const slot = new TextSlot(place, { parent: frame.path, token: name }, place.opaque === true || place.keys === 'opaque', true)
    const made = this.#show(name, slot)
    if (made !== name) (frame.names ??= new Map()).set(at, made)
  }

  /** The value in place of `value`; containers are pushed and come back by `rebuild`. */
  #enter(
    value: unknown,
    place: Place,
    around: Frame | undefined,
    token: string | number | undefined,
    up: Path | undefined,
    stack: Frame[],
  ): unknown {
    if (typeof value === 'string') {
      const path = token === undefined ? undefined : { parent: up, token }
      if (place.blob === true && around !== undefined) return this.#blob(value, place, path, around)
      return this.#show(
        value,
        new TextSlot(place, path, place.opaque === true, false, undefined, place.mirror === true ? value : undefined),
      )
    }
    if (typeof value !== 'object' || value === null) return value
    const depth = around === undefined ? 1 : around.depth + 1
    if (depth > this.#maxDepth) {
      this.#truncated = true
      return value
    }
    const keys = Array.isArray(value) ? undefined : Object.keys(value)
    const path = token === undefined ? undefined : { parent: up, token }
    stack.push({ node: value as Frame['node'], place, keys, path, depth, next: 0, edits: undefined, names: undefined })
    return value
  }

  #show(text: string, slot: TextSlot): string {
    const made = this.#map(text, slot)
    if (made === text || !slot.opaque) return made
    this.#refused++
    return text
  }

  #blob(text: string, place: Place, path: Path | undefined, around: Frame): string {
    const mimeType = around.keys === undefined ? undefined : (around.node as Record<string, unknown>)['mimeType']
    const blob = decodeBlob(text, typeof mimeType === 'string' ? mimeType : undefined, this.#maxEncoded)
    if (blob.kind === 'binary') return text
    if (blob.kind === 'too-large') {
      this.#truncated = true
      return text
    }
    if (blob.kind === 'not-base64') return this.#show(text, new TextSlot(place, path, place.opaque === true, false))
    const made = this.#show(blob.text, new TextSlot(place, path, place.opaque === true, false, 'base64', blob.text))
    return made === blob.text ? text : encodeBlob(made)
  }
}

/** The node, or a copy with its edits in place and in order. */
function rebuild({ node, keys, edits, names }: Frame): unknown {
  if (edits === undefined && names === undefined) return node
  if (keys === undefined) return (node as readonly unknown[]).map((child, at) => (edits?.has(at) ? edits.get(at) : child))
  const taken = new Set(names === undefined ? [] : keys.filter((_, at) => !names.has(at)))
  const made: Record<string, unknown> = {}
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string
    const name = names?.get(at)
    const value = edits?.has(at) ? edits.get(at) : (node as Record<string, unknown>)[key]
    // defineProperty: assigning to `__proto__` would set a prototype instead of a member.
    Object.defineProperty(made, name === undefined ? key : unused(name, taken), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return made
}

function unused(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}~${count}`
  taken.add(free)
  return free
}

class TextSlot implements Slot {
  readonly key: boolean
  readonly opaque: boolean
  readonly encoded: 'base64' | undefined
  readonly #place: Place
  readonly #path: Path | undefined
  readonly #text: string | undefined

  constructor(place: Place, path: Path | undefined, opaque: boolean, key: boolean, encoded?: 'base64', text?: string) {
    this.#place = place
    this.#path = path
    this.opaque = opaque
    this.key = key
    this.encoded = encoded
    this.#text = text
  }

  get kind(): SlotKind {
    return this.#place.kind
  }

  get structured(): boolean {
    return this.#place.structured === true
  }

  get jsonText(): boolean {
    return this.#text !== undefined && looksLikeJson(this.#text)
  }

  get pointer(): string {
    let pointer = ''
    for (let path = this.#path; path !== undefined; path = path.parent) pointer = `/${escapeToken(path.token)}${pointer}`
    return pointer
  }
}
