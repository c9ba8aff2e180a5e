import type { SlotKind } from './slot.ts'

/**
 * What is known of one spot of a message: how to treat text there, and what lies below.
 *
 * A place describes whatever value is found: text, object or array. What it does not describe is walked with `rest`, keys included.
 */
export interface Place {
  readonly kind: SlotKind
  /** Texts here are scanned, never rewritten. */
  readonly opaque?: boolean | undefined
  /** Part of `structuredContent`. */
  readonly structured?: boolean | undefined
  /** Base64 whose media type the sibling `mimeType` names. */
  readonly blob?: boolean | undefined
  /** Text that may mirror JSON. */
  readonly mirror?: boolean | undefined
  /** Members the protocol defines. Their names are not slots. */
  readonly members?: ReadonlyMap<string, Place> | undefined
  /** Elements of an array, or members of an object that `members` does not list. This place itself when absent. */
  readonly rest?: Place | undefined
  /** Keys that `members` does not list: free text, text that must not be renamed, or protocol words not worth a look. */
  readonly keys?: 'free' | 'opaque' | 'none' | undefined
}

type Members = Readonly<Record<string, Place>>

/** Anything, at any depth: every text and every key. */
export function tree(kind: SlotKind, more: Partial<Place> = {}): Place {
  return { kind, ...more }
}

/** Anything, at any depth, none of it ours to change. */
export function sealed(kind: SlotKind): Place {
  return { kind, opaque: true, keys: 'opaque' }
}

/** An object with known members; others are walked generically. */
export function object(kind: SlotKind, members: Members, more: Partial<Place> = {}): Place {
  return { kind, members: new Map(Object.entries(members)), rest: tree(kind), ...more }
}

/** An array of `element`, or one element alone, or a map of them. */
export function list(element: Place, keys: Place['keys'] = 'free'): Place {
  return { kind: element.kind, rest: element, keys }
}
