import { checkJson, type JsonFault, type JsonLimits } from './json-check.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

export { checkJson, type JsonCheck, type JsonFault, type JsonLimits } from './json-check.ts'

export type JsonResult =
  | { readonly ok: true; readonly text: string; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault; readonly offset?: number | undefined }

/**
 * Reads one JSON text so that nobody behind us can read it differently: UTF-8 only, no byte order mark, no duplicate keys, bounded.
 *
 * Accepts exactly what `JSON.parse` accepts, minus those faults. Escaped lone surrogates are accepted, as there.
 */
export function readJson(bytes: Uint8Array, limits: JsonLimits): JsonResult {
  const decoded = decodeUtf8(bytes)
  if (!decoded.ok) return { ok: false, fault: decoded.fault === 'bom' ? 'bom' : 'encoding' }
  return readJsonText(decoded.text, limits, bytes)
}

/** The same for a text that is decoded already, such as the data of a Server-Sent Event. `bytes`: those it was decoded from. */
export function readJsonText(text: string, limits: JsonLimits, bytes: Uint8Array = encodeUtf8(text)): JsonResult {
  const check = checkJson(bytes, limits)
  if (!check.ok) return check
  try {
    return { ok: true, text, value: JSON.parse(text) }
  } catch {
    return { ok: false, fault: 'syntax' }
  }
}
