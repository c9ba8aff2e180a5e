import type { SlotKind } from '../core/finding.ts'

export type { SlotKind } from '../core/finding.ts'

/** A place in a message that holds untrusted text. */
export interface Slot {
  readonly kind: SlotKind
  /** JSON pointer (RFC 6901) of the text inside its message; `''` for a plain text body. For a key: of the member it names. */
  readonly pointer: string
  /** The text is an object's key, chosen by whoever wrote the message. */
  readonly key: boolean
  /** Scan, never rewrite: ids, cursors, URIs, names and what else must come back or be compared exactly. */
  readonly opaque: boolean
  /** Part of `structuredContent`, which clients validate against the tool's output schema: a replacement must keep its shape. */
  readonly structured: boolean
  /** The text is itself a JSON object or array (text blocks mirror `structuredContent`): work inside its leaves. */
  readonly jsonText: boolean
  /** The text was base64 on the wire; what the visitor gives back is encoded again. */
  readonly encoded: 'base64' | undefined
  /** The text is a number's decimal form; shown only on request. What replaces it becomes a string. */
  readonly numeric: boolean
}
