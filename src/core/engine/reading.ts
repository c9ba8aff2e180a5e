import type { JsonFault } from '../../lib/json.ts'
import { isUtf8Charset } from '../../lib/media-type.ts'
import type { DenialCode } from '../codes.ts'

const faultCodes: Partial<Record<JsonFault, DenialCode>> = {
  duplicate_key: 'duplicate_key',
  encoding: 'media_type_unsupported',
  bom: 'media_type_unsupported',
  depth: 'message_invalid',
  nodes: 'message_invalid',
  proto: 'message_invalid',
}

/** The refusal a fault of JSON deserves where it must be refused. */
export function faultCode(fault: JsonFault): DenialCode {
  return faultCodes[fault] ?? 'json_invalid'
}

/** White space, and what byte order marks and UTF-16 put in between. */
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf, 0xfe, 0xff, 0])

/** Whether some lenient server may take a body for JSON whatever its type says, from the bytes that came first: blanks, then a bracket. */
export function peekForJson(arrived: Uint8Array): 'read' | 'leave' | 'more' {
  for (const byte of arrived) if (!blanks.has(byte)) return byte === 0x7b || byte === 0x5b ? 'read' : 'leave'
  return 'more'
}

/** True when any reading of the value could be JSON-RPC. */
export function resemblesRpc(value: unknown): boolean {
  const entries = Array.isArray(value) ? value : [value]
  return entries.some((entry) => typeof entry === 'object' && entry !== null && Object.hasOwn(entry, 'jsonrpc'))
}

/** What the most lenient JSON reader behind us might see; undefined when not even that one sees anything. */
export function parseLeniently(bytes: Uint8Array): { readonly value: unknown } | undefined {
  for (const charset of ['utf-8', 'utf-16le', 'utf-16be']) {
    try {
      return { value: JSON.parse(new TextDecoder(charset).decode(bytes)) }
    } catch {
      // Not in this coding.
    }
  }
  return undefined
}

/** Text of a plain body, or undefined when its charset is one we do not read. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string | undefined {
  if (!isUtf8Charset(charset) && charset !== 'iso-8859-1' && charset !== 'latin1' && charset !== 'windows-1252') return undefined
  return new TextDecoder(isUtf8Charset(charset) ? 'utf-8' : 'windows-1252', { ignoreBOM: true }).decode(bytes)
}
