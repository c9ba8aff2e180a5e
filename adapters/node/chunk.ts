import type { Chunk } from '../../src/core/exchange.ts'

/** The piece as the exchange takes it. `copy`: it has to wait, and its buffer may be used again meanwhile. */
export function toChunk(chunk: string | Uint8Array, encoding: unknown, copy: boolean): Chunk {
  if (typeof chunk !== 'string') return copy ? Buffer.from(chunk) : chunk
  const utf8 = encoding === undefined || encoding === null || encoding === 'utf8' || encoding === 'utf-8'
  return utf8 ? chunk : Buffer.from(chunk, encoding as BufferEncoding)
}
