import { escapeToken } from '../lib/json-pointer.ts'
import { looksLikeJson } from '../lib/json-text.ts'
import { decodeBlob, encodeBlob } from './blob.ts'
import type { Place } from './place.ts'
import { rebuild } from './rebuild.ts'
import type { Slot, SlotKind } from './slot.ts'

/** How far a walk goes and what it shows. What lies beyond a limit is not looked at, and the outcome says so. */
export interface WalkOptions {
  /** Containers inside containers. Default 256. */
  readonly maxDepth?: number | undefined
  /** Values. Default 1,000,000. */
  readonly maxNodes?: number | undefined
  /** Longest base64 text of a textual media type that is decoded. Default 1,048,576. */
  readonly maxEncodedBytes?: number | undefined
  /** Shows numbers too, in decimal: a card number needs no quotes. One that is replaced becomes a string. Default false. */
  readonly numbers?: boolean | undefined
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

/** One container on the way down. The chain of frames is the path of what is shown. */
interface Frame {
  readonly node: Readonly<Record<string, unknown>> | readonly unknown[]
  readonly place: Place
  /** Keys of an object; undefined for an array. */
  readonly keys: readonly string[] | undefined
  readonly parent: Frame | undefined
  /** Where it is in its parent. */
  readonly token: string | number
  readonly depth: number
  next: number
  /** Changed children by position, once there is one. */
  edits: Map<number, unknown> | undefined
  /** Changed keys by position, once there is one. */
  names: Map<number, string> | undefined
}

/** One pass over one value: no recursion, no copy of what stays the same. */
export class Walk {
  readonly #map: MapText
  readonly #maxDepth: number
  readonly #maxEncoded: number
  readonly #numbers: boolean
  #budget: number
  #top: Frame | undefined
  #truncated = false
  #refused = 0

  constructor(map: MapText, options: WalkOptions) {
    this.#map = map
    this.#maxDepth = options.maxDepth ?? 256
    this.#budget = options.maxNodes ?? 1_000_000
    this.#maxEncoded = options.maxEncodedBytes ?? 1_048_576
    this.#numbers = options.numbers ?? false
  }

  run(root: unknown, place: Place): MapOutcome {
    let value = this.#enter(root, place, '')
    for (let frame = this.#top; frame !== undefined; frame = this.#top) {
      if (!this.#advance(frame)) continue
      const made = frame.edits === undefined && frame.names === undefined ? frame.node : rebuild(frame)
      const parent: Frame | undefined = (this.#top = frame.parent)
      if (parent === undefined) value = made
      else if (made !== frame.node) (parent.edits ??= new Map()).set(parent.next - 1, made)
    }
    return { changed: value !== root, value, truncated: this.#truncated, refused: this.#refused }
  }

  /** Handles children until one is a container to go into. True when the frame is finished. */
  #advance(frame: Frame): boolean {
    const { node, place, keys } = frame
    const size = keys === undefined ? (node as readonly unknown[]).length : keys.length
    while (frame.next < size) {
      if (--this.#budget < 0) {
        this.#truncated = true
        break
      }
      const at = frame.next++
      let below = place.rest ?? place
      let token: string | number = at
      let child: unknown
      if (keys === undefined) child = (node as readonly unknown[])[at]
      else {
        token = keys[at] as string
        child = (node as Record<string, unknown>)[token]
        const known = place.members?.get(token)
        if (known !== undefined) below = known
        else if (place.keys !== 'none') this.#name(frame, at, token)
      }
      const made = this.#enter(child, below, token)
      if (this.#top !== frame) return false
      if (made !== child) (frame.edits ??= new Map()).set(at, made)
    }
    return true
  }

  #name(frame: Frame, at: number, name: string): void {
    const slot = new TextSlot(frame.place, frame, name)
    slot.key = true
    if (frame.place.keys === 'opaque') slot.opaque = true
    const made = this.#show(name, slot)
    if (made !== name) (frame.names ??= new Map()).set(at, made)
  }

  /** What stands in place of `value`. A container is opened instead, and comes back through `run`. */
  #enter(value: unknown, place: Place, token: string | number): unknown {
    const around = this.#top
    if (typeof value === 'string') {
      if (place.blob === true) return this.#blob(value, place, token)
      const slot = new TextSlot(place, around, token)
      if (place.mirror === true) slot.mirror = value
      return this.#show(value, slot)
    }
    if (typeof value === 'number') return this.#numbers && place.opaque !== true ? this.#number(value, place, token) : value
    if (typeof value !== 'object' || value === null) return value
    const depth = around === undefined ? 1 : around.depth + 1
    if (depth > this.#maxDepth) {
      this.#truncated = true
      return value
    }
    const keys = Array.isArray(value) ? undefined : Object.keys(value)
    this.#top = { node: value as Frame['node'], place, keys, parent: around, token, depth, next: 0, edits: undefined, names: undefined }
    return value
  }

  #show(text: string, slot: TextSlot): string {
    const made = this.#map(text, slot)
    if (made === text || !slot.opaque) return made
    this.#refused++
    return text
  }

  #number(value: number, place: Place, token: string | number): unknown {
    const text = String(value)
    const slot = new TextSlot(place, this.#top, token)
    slot.numeric = true
    const made = this.#show(text, slot)
    return made === text ? value : made
  }

  #blob(text: string, place: Place, token: string | number): string {
    const around = this.#top
    const mimeType = around?.keys === undefined ? undefined : (around.node as Record<string, unknown>)['mimeType']
    const blob = decodeBlob(text, typeof mimeType === 'string' ? mimeType : undefined, this.#maxEncoded)
    if (blob.kind === 'binary') return text
    if (blob.kind === 'too-large') {
      this.#truncated = true
      return text
    }
    const slot = new TextSlot(place, around, token)
    if (blob.kind === 'not-base64') return this.#show(text, slot)
    slot.encoded = 'base64'
    slot.mirror = blob.text
    const made = this.#show(blob.text, slot)
    return made === blob.text ? text : encodeBlob(made)
  }
}

class TextSlot implements Slot {
  key = false
  opaque: boolean
  numeric = false
  encoded: 'base64' | undefined = undefined
  /** The text, where it may be JSON. */
  mirror: string | undefined = undefined
  readonly #place: Place
  readonly #around: Frame | undefined
  readonly #token: string | number
  #jsonText: boolean | undefined = undefined

  constructor(place: Place, around: Frame | undefined, token: string | number) {
    this.#place = place
    this.#around = around
    this.#token = token
    this.opaque = place.opaque === true
  }

  get kind(): SlotKind {
    return this.#place.kind
  }

  get structured(): boolean {
    return this.#place.structured === true
  }

  get jsonText(): boolean {
    this.#jsonText ??= this.mirror !== undefined && looksLikeJson(this.mirror)
    return this.#jsonText
  }

  get pointer(): string {
    if (this.#around === undefined) return ''
    let pointer = `/${escapeToken(this.#token)}`
    for (let frame = this.#around; frame.parent !== undefined; frame = frame.parent) pointer = `/${escapeToken(frame.token)}${pointer}`
    return pointer
  }
}
