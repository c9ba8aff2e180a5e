import type { Message } from '../core/message.ts'
import { canonicalJson } from '../lib/canonical-json.ts'
import { sha256Hex } from '../lib/sha256.ts'

/** The canonical JSON of a tool call's arguments. What has no canonical form (nested too deep) is named by the message's text. */
export function canonicalArguments(message: Message): string {
  const params = (message.value as { params?: { arguments?: unknown } | null } | null | undefined)?.params
  try {
    return canonicalJson(params?.arguments ?? {})
  } catch {
    return message.text
  }
}

/** SHA-256 of {@link canonicalArguments}: the same call gives the same hash however its JSON is written. */
export function argumentsHash(message: Message): string {
  return sha256Hex(canonicalArguments(message))
}
