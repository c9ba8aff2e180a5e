/** The part of W3C Trace Context that joins our records with a trace. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string
  readonly sampled: boolean
}

/**
 * Reads a `traceparent` value (https://www.w3.org/TR/trace-context/#traceparent-header); undefined when it is not one.
 *
 * Whoever calls us chooses the value, so it must be exact: anything else could carry text into logs.
 */
export function parseTraceparent(value: unknown): TraceContext | undefined {
  if (typeof value !== 'string' || value.length < 55 || (value.length > 55 && (value.startsWith('00') || value[55] !== '-')))
    return undefined
  if (value[2] !== '-' || value[35] !== '-' || value[52] !== '-' || value.startsWith('ff')) return undefined
  if (!isHex(value, 0, 2) || !isHex(value, 3, 35) || !isHex(value, 36, 52) || !isHex(value, 53, 55)) return undefined
  const traceId = value.slice(3, 35)
  const spanId = value.slice(36, 52)
  if (traceId === '0'.repeat(32) || spanId === '0'.repeat(16)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(value.slice(53, 55), 16) & 1) === 1 }
}

function isHex(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (!((unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66))) return false
  }
  return true
}
