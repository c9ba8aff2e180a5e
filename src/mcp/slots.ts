import type { Message } from '../core/message.ts'
import { mapJsonStrings } from '../lib/json-text.ts'
import { placeOf } from './methods.ts'
import type { Slot } from './slot.ts'
import { type MapOutcome, type MapText, type VisitOutcome, Walk, type WalkOptions } from './walk.ts'

export type { Slot, SlotKind } from './slot.ts'
export type { MapOutcome, MapText, VisitOutcome, WalkOptions } from './walk.ts'

/** Shows every slot of a message to `visit`, in document order, keys before their values. */
export function visitSlots(message: Message, visit: (text: string, slot: Slot) => void, options: WalkOptions = {}): VisitOutcome {
  const show: MapText = (text, slot) => {
    visit(text, slot)
    return text
  }
  return new Walk(show, options).run(message.value, placeOf(message))
}

/**
 * Replaces the text of each slot by what `map` makes of it. The message is never changed; a copy is made only where needed.
 *
 * A key slot renames its member; if the new name is taken, a suffix keeps both. Opaque slots are shown and left alone.
 */
export function mapSlots(message: Message, map: MapText, options: WalkOptions = {}): MapOutcome {
  return new Walk(map, options).run(message.value, placeOf(message))
}

/** Works on the leaves of a slot whose text is JSON, and leaves its layout, numbers and everything else as they were. */
export function mapJsonText(text: string, slot: Slot, map: MapText): string {
  const { kind, pointer, opaque, structured, encoded } = slot
  const inner = (key: boolean): Slot => ({ kind, pointer, key, opaque, structured, encoded, jsonText: false, numeric: false })
  const [value, key] = [inner(false), inner(true)]
  return mapJsonStrings(text, (leaf, isKey) => map(leaf, isKey ? key : value))
}
