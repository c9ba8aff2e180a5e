import { joinBytes } from '../../src/lib/bytes.ts'

/** Some runtimes inflate a whole input chunk before anyone can stop them; 8 KiB of deflate give at most 8 MiB. */
const sliceBytes = 8 * 1024

/**
 * Undoes gzip or deflate (zlib), and gives up as soon as more than `maxBytes` came out: a bomb costs what an honest body costs.
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  coding: 'gzip' | 'deflate',
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | 'too-large' | 'coding'> {
  if (typeof DecompressionStream === 'undefined') return 'coding'
  const stream = new DecompressionStream(coding)
  // A broken input rejects on both sides; the reading side is the one that reports it.
  feed(stream.writable.getWriter(), bytes).catch(ignore)
  const reader = stream.readable.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return joinBytes(chunks, size)
      chunks.push(value)
      size += value.byteLength
      if (size > maxBytes) {
        reader.cancel().catch(ignore)
        return 'too-large'
      }
    }
  } catch {
    return 'coding'
  }
}

async function feed(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  writer.closed.catch(ignore)
  for (let at = 0; at < bytes.byteLength; at += sliceBytes) {
    await writer.ready
    await writer.write(bytes.subarray(at, at + sliceBytes))
  }
  await writer.close()
}

function ignore(): void {}
