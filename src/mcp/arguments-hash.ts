import type { Message } from '../core/message.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/sha256.ts'

/** SHA-256 of the canonical JSON of a tool call's arguments: the same call gives the same hash however its JSON is written. */
export function argumentsHash(message: Message): string {
  const params = (message.value as { params?: { arguments?: unknown } | null } | null | undefined)?.params
  // What has no canonical form (nested too deep) is named by its text.
  return sha256Hex(canonicalJson(params?.arguments ?? {}) ?? message.text)
}
